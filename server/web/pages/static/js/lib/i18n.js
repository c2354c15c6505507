// What the page's scripts say, in the reader's language. base.html embeds the catalogue; msgids are English.

/** @type {Record<string, string>} */
const catalogue = JSON.parse(document.getElementById("strings")?.textContent || "{}");

/**
 * Translate a sentence and fill in its {names}. Call it with a literal: a test collects them all.
 * @param {string} message the English sentence
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(message, values = {}) {
  const sentence = catalogue[message] ?? message;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @returns {string} "vi" or "en" */
export function language() {
  return document.documentElement.lang;
}
