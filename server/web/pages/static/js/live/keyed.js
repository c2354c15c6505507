// Lists that change every second without losing the reader's place: rows are kept, moved and changed, never remade.

/**
 * Make the children of `parent` match `items`, in order. A row that stays keeps its element, and its focus.
 *
 * @template Item
 * @template {HTMLElement} [Row=HTMLElement]
 * @param {HTMLElement} parent has no other children
 * @param {Item[]} items
 * @param {object} rows
 * @param {(item: Item) => string} rows.key unique among the items
 * @param {(item: Item) => Row} rows.create
 * @param {(row: Row, item: Item, index: number) => void} rows.update changes only what differs
 */
export function drawList(parent, items, { key, create, update }) {
  const focused = document.activeElement;
  const present = new Map([...parent.children].map((row) => [keyOf(row), row]));
  items.forEach((item, index) => {
    const name = key(item);
    const row = /** @type {Row} */ (present.get(name) ?? named(create(item), name));
    present.delete(name);
    if (parent.children[index] !== row) parent.insertBefore(row, parent.children[index] ?? null);
    update(row, item, index);
  });
  present.forEach((row) => row.remove());
  // Moving an element takes the focus from what it holds.
  if (focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected) focused.focus();
}

/** @param {Element} row */
function keyOf(row) {
  return row instanceof HTMLElement ? (row.dataset.key ?? "") : "";
}

/**
 * @template {HTMLElement} Row
 * @param {Row} row
 * @param {string} name
 */
function named(row, name) {
  row.dataset.key = name;
  return row;
}

/**
 * Set an attribute only when it differs: writing the same value again would still make the browser look again.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value null removes it
 */
export function mark(element, name, value) {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}
