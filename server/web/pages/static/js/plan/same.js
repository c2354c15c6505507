// Whether two values say the same, whatever the order of an object's fields.

/** @param {unknown} left @param {unknown} right */
export function same(left, right) {
  return JSON.stringify(left, inOrder) === JSON.stringify(right, inOrder);
}

/** @param {string} _key @param {unknown} value @returns {unknown} an object by the names of its fields */
function inOrder(_key, value) {
  return value instanceof Object && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value;
}
