// Whether a change is meant for this date of a series, for this and those that follow, or for all.

import { confirm } from "../lib/dialog.js";
import { all, h, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @typedef {"this" | "following" | "all"} Scope */

/** What a change of a series' date can be meant for. */
export class ScopeChoice {
  element = h("fieldset", { class: "scope" }, h("legend", { class: "visually-hidden" }, t("What it is meant for")));
  #hint = h("p", { class: "small muted" });

  /** @param {string} onlyThis why it can be meant for this date alone; empty: it can be meant for others */
  constructor(onlyThis) {
    const words = { this: t("Only this date"), following: t("This date and those that follow"), all: t("All dates that have not begun") };
    for (const [value, text] of Object.entries(words)) {
      const box = h("input", { type: "radio", name: "scope", value, checked: value === "this" });
      this.element.append(h("label", { class: "check" }, box, h("span", {}, text)));
    }
    this.element.append(this.#hint);
    this.limit(onlyThis);
  }

  /** @returns {HTMLInputElement[]} */
  get #boxes() {
    return all("input[type=radio]", this.element);
  }

  /** @returns {Scope} */
  get chosen() {
    return /** @type {Scope} */ (this.#boxes.find(({ checked, disabled }) => checked && !disabled)?.value ?? "this");
  }

  /** @param {string} onlyThis */
  limit(onlyThis) {
    for (const box of this.#boxes) box.disabled = onlyThis !== "" && box.value !== "this";
    const [first] = this.#boxes;
    if (onlyThis && first) first.checked = true;
    say(this.#hint, onlyThis);
    this.#hint.hidden = onlyThis === "";
  }
}

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
  const choice = new ScopeChoice(onlyThis);
  const yes = await confirm({ title, action, danger, content: h("div", { class: "stack stack--tight" }, choice.element, content) });
  return yes ? choice.chosen : null;
}
