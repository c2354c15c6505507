// Whether a change is meant for this date of a series, for this and those that follow, or for all.

import { confirm } from "../lib/dialog.js";
import { all, h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @typedef {"this" | "following" | "all"} Scope */

/**
 * Ask; null: go back.
 *
 * @param {object} question
 * @param {string} question.title
 * @param {string} question.action
 * @param {boolean} [question.danger]
 * @param {string} [question.onlyThis] why it can be meant for this date alone
 * @param {Node} [question.content] more, such as a field
 * @returns {Promise<Scope | null>}
 */
export async function askScope({ title, action, danger, onlyThis = "", content }) {
  const words = { this: t("Only this date"), following: t("This date and those that follow"), all: t("All dates that have not begun") };
  const options = Object.entries(words).map(([value, text]) => {
    const box = h("input", { type: "radio", name: "scope", value, checked: value === "this", disabled: onlyThis !== "" && value !== "this" });
    return h("label", { class: "check" }, box, h("span", {}, text));
  });
  const group = h("fieldset", { class: "scope" }, h("legend", { class: "visually-hidden" }, t("What it is meant for")), ...options);
  const hint = onlyThis && h("p", { class: "small muted" }, onlyThis);
  const yes = await confirm({ title, action, danger, content: h("div", { class: "stack stack--tight" }, group, hint, content) });
  const boxes = /** @type {HTMLInputElement[]} */ (all("input[type=radio]", group));
  return yes ? /** @type {Scope} */ (boxes.find(({ checked }) => checked)?.value ?? "this") : null;
}
