// What two people have written differently into one draft: place by place, mine beside theirs, and the reader decides.

import { h, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { nameOf, wordsOf } from "./words.js";

/**
 * @typedef {import("./typed.js").Typed} Typed
 * @typedef {import("./typed.js").Place} Place
 */

export class Conflicts {
  /** @type {Set<Place>} */
  open = new Set();

  /**
   * @param {{mine: () => Typed, theirs: () => Typed, units: () => import("./sites.js").Unit[]}} versions
   * @param {(place: Place, whose: "mine" | "theirs") => void} decided called when the reader has chosen, and it is closed
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
    one("#differences").replaceChildren(...[...this.open].map((place) => this.#row(place, mine, theirs)));
  }

  focus() {
    this.box.focus();
  }

  /** @param {Place} place @param {Typed} mine @param {Typed} theirs */
  #row(place, mine, theirs) {
    const units = this.versions.units();
    const called = nameOf(place, [mine, theirs]);
    const cell = (/** @type {Typed} */ typed, /** @type {"mine" | "theirs"} */ whose, /** @type {string} */ action) =>
      h("td", {}, h("p", {}, wordsOf(typed, place, units)), this.#button(place, whose, { action, called }));
    const name = h("th", { scope: "row" }, called);
    return h("tr", { "data-key": place }, name, cell(mine, "mine", t("Keep mine")), cell(theirs, "theirs", t("Take theirs")));
  }

  /** @param {Place} place @param {"mine" | "theirs"} whose @param {{action: string, called: string}} words */
  #button(place, whose, { action, called }) {
    const label = `${action}: ${called}`;
    const choose = () => this.#decide(place, whose);
    return h("button", { class: "button button--small", type: "button", "data-take": whose, "aria-label": label, onclick: choose }, action);
  }

  /** @param {Place} place @param {"mine" | "theirs"} whose */
  #decide(place, whose) {
    this.open.delete(place);
    this.decided(place, whose);
    this.draw();
    const next = this.box.querySelector("button");
    if (next instanceof HTMLElement) next.focus();
    else one("#saved").focus();
  }
}
