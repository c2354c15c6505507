// The list of briefings: search by title, whatever the accents, and filter by state.

import { all, announce } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { matches } from "../lib/text.js";

const form = document.querySelector("#filter");
const search = /** @type {HTMLInputElement | null} */ (document.querySelector("#search"));
const state = /** @type {HTMLSelectElement | null} */ (document.querySelector("#state"));

/** Show the rows that match, and say how many. */
function filter() {
  let shown = 0;
  for (const shelf of all("[data-shelf]")) {
    const rows = all("tbody tr", shelf);
    for (const row of rows) row.hidden = !wanted(row);
    const left = rows.filter((row) => !row.hidden).length;
    shown += left;
    if (!rows.length) continue;
    /** @type {HTMLElement} */ (shelf.querySelector("table")).hidden = !left;
    /** @type {HTMLElement} */ (shelf.querySelector("[data-nothing]")).hidden = left > 0;
    /** @type {HTMLElement} */ (shelf.querySelector("[data-count]")).textContent = `(${left})`;
  }
  announce(t("{count} briefings shown", { count: shown }));
}

/** @param {HTMLElement} row @returns {boolean} */
function wanted(row) {
  const { search: title = "", state: phase } = row.dataset;
  return matches(title, search?.value ?? "") && (!state?.value || state.value === phase);
}

search?.addEventListener("input", filter);
state?.addEventListener("change", filter);
form?.addEventListener("submit", (event) => event.preventDefault());
