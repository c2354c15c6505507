// Questions before what cannot be undone.

import { h } from "./dom.js";
import { t } from "./i18n.js";

/**
 * @typedef {object} Question
 * @property {string} title what will happen, as a question
 * @property {string} [text] what it means
 * @property {string} action the verb on the button
 * @property {boolean} [danger]
 * @property {Node} [content] more, such as a field
 */

/**
 * Ask; the cursor stands on "Cancel" when the answer is dangerous.
 * @param {Question} question
 * @returns {Promise<boolean>}
 */
export function confirm({ title, text, action, danger = false, content }) {
  // Only "yes" submits: Enter in a field means it, and going back needs no field filled in.
  const back = () => dialog.close("no");
  const no = h("button", { class: "button", type: "button", autofocus: danger, onclick: back }, t("Back"));
  const yes = h("button", { class: `button button--${danger ? "danger-strong" : "primary"}`, value: "yes" }, action);
  const heading = h("h2", { id: "dialog-title" }, title);
  const body = h("div", { class: "dialog__body" }, heading, text && h("p", {}, text), content);
  const form = h("form", { method: "dialog" }, body, h("div", { class: "dialog__foot" }, no, yes));
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
