// Keyboard shortcuts: single letters that never act while somebody types, and can be switched off (WCAG 2.1.4).

import { one } from "../lib/dom.js";

const SETTING = "giaoban.shortcuts";

/**
 * Act on single keys.
 *
 * @param {Record<string, () => void>} actions by key, letters in lower case
 */
export function listenKeys(actions) {
  const on = /** @type {HTMLInputElement} */ (one("#keys-on"));
  const help = /** @type {HTMLDialogElement} */ (one("#help"));
  on.checked = localStorage.getItem(SETTING) !== "off";
  on.addEventListener("change", () => localStorage.setItem(SETTING, on.checked ? "on" : "off"));
  one("#help-open").addEventListener("click", () => help.showModal());
  document.addEventListener("keydown", (event) => {
    const action = { ...actions, "?": () => help.showModal() }[event.key.toLowerCase()];
    if (!action || !on.checked || isBusy(event)) return;
    event.preventDefault();
    action();
  });
}

/**
 * Whether a key belongs to something else: a field, a dialog, or a shortcut of the browser.
 *
 * @param {KeyboardEvent} event
 */
function isBusy(event) {
  const field = event.target instanceof Element && event.target.closest("input, select, textarea, [contenteditable]");
  return Boolean(
    field ||
    event.isComposing ||
    event.repeat ||
    event.ctrlKey ||
    event.altKey ||
    event.metaKey ||
    document.querySelector("dialog[open]"),
  );
}
