// What two people have written differently into one draft: key by key, mine beside theirs, and the reader decides.

import { h, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { labelOf, wordsOf } from "./form.js";

/**
 * @typedef {import("./typed.js").Typed} Typed
 * @typedef {import("./typed.js").Key} Key
 */

export class Conflicts {
  /** @type {Set<Key>} */
  open = new Set();

  /**
   * @param {{mine: () => Typed, theirs: () => Typed, units: () => import("./sites.js").Unit[]}} versions
   * @param {(key: Key, whose: "mine" | "theirs") => void} decided called when the reader has chosen, and it is closed
   */
  constructor(versions, decided) {
    this.versions = versions;
    this.decided = decided;
    this.box = one("#conflict");
  }

  /** Show what is undecided. */
  draw() {
    const [mine, theirs] = [this.versions.mine(), this.versions.theirs()];
    this.box.hidden = this.open.size === 0;
    one("#differences").replaceChildren(...[...this.open].map((key) => this.#row(key, mine, theirs)));
  }

  focus() {
    this.box.focus();
  }

  /** @param {Key} key @param {Typed} mine @param {Typed} theirs */
  #row(key, mine, theirs) {
    const units = this.versions.units();
    const cell = (/** @type {Typed} */ typed, /** @type {"mine" | "theirs"} */ whose, /** @type {string} */ action) =>
      h("td", {}, h("p", {}, wordsOf(typed, key, units)), this.#button(key, whose, action));
    const name = h("th", { scope: "row" }, labelOf(key));
    return h("tr", { "data-key": key }, name, cell(mine, "mine", t("Keep mine")), cell(theirs, "theirs", t("Take theirs")));
  }

  /** @param {Key} key @param {"mine" | "theirs"} whose @param {string} action */
  #button(key, whose, action) {
    const label = `${action}: ${labelOf(key)}`;
    const choose = () => this.#decide(key, whose);
    return h("button", { class: "button button--small", type: "button", "data-take": whose, "aria-label": label, onclick: choose }, action);
  }

  /** @param {Key} key @param {"mine" | "theirs"} whose */
  #decide(key, whose) {
    this.open.delete(key);
    this.decided(key, whose);
    this.draw();
    const next = this.box.querySelector("button");
    if (next instanceof HTMLElement) next.focus();
    else one("#saved").focus();
  }
}
