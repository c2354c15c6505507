// Which documents are new to this reader: those that were not there when this browser last left the page.

import { all, one } from "../lib/dom.js";

/** @type {Set<string> | null} */
let before = null;

/**
 * Mark what is new on the board, and remember what is there.
 *
 * @param {string} briefing
 */
export function markNew(briefing) {
  const key = `giaoban.documents.${briefing}`;
  const kept = localStorage.getItem(key);
  const rows = all("tr[data-document]");
  before ??= new Set(kept === null ? rows.map((row) => row.dataset.document ?? "") : JSON.parse(kept));
  for (const row of rows) one("[data-new]", row).hidden = before.has(row.dataset.document ?? "");
  localStorage.setItem(key, JSON.stringify(rows.map((row) => row.dataset.document)));
}
