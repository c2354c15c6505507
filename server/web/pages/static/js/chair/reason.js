// A reason in the same step as a move: one of those at hand, or a few words; Enter does it at once.

import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/**
 * @typedef {object} Question
 * @property {string} title what will happen
 * @property {string[]} ready reasons at hand
 * @property {string} action the verb on the button
 * @property {boolean} [needed] whether it is not done without one
 */

/**
 * Ask for a reason.
 *
 * @param {Question} question
 * @returns {Promise<string | null>} null: it is not to be done
 */
export function askReason({ title, ready, action, needed = false }) {
  const hint = needed ? t("The reason goes into the record.") : t("A reason is not needed. It goes into the record.");
  const field = h("input", { class: "input", maxlength: 300, autocomplete: "off", required: needed, autofocus: true });
  const label = h("label", { class: "field" }, h("span", { class: "field__label" }, t("Reason")), field);
  const chosen = (/** @type {string} */ reason) => ((field.value = reason), dialog.close("yes"));
  const chips = ready.map((reason) => chip(reason, () => chosen(reason)));
  const back = h("button", { class: "button", type: "button", onclick: () => dialog.close("no") }, t("Back"));
  const yes = h("button", { class: "button button--primary", value: "yes" }, action);
  const heading = h("h2", { id: "reason-title" }, title);
  const choices = h("div", { class: "cluster" }, ...chips);
  const body = h("div", { class: "dialog__body" }, heading, label, choices, h("p", { class: "muted small" }, hint));
  const form = h("form", { method: "dialog" }, body, h("div", { class: "dialog__foot" }, back, yes));
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "reason-title" }, form);
  document.body.append(dialog);
  dialog.showModal();
  return answerOf(dialog, field);
}

/**
 * @param {string} reason
 * @param {() => void} choose
 */
function chip(reason, choose) {
  return h("button", { class: "button button--small chip", type: "button", onclick: choose }, reason);
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {HTMLInputElement} field
 * @returns {Promise<string | null>}
 */
function answerOf(dialog, field) {
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? field.value.trim() : null);
    });
  });
}
