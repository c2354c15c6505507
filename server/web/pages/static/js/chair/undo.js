// Taking the last move back: offered for five seconds, then gone.

import { announce, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { undo } from "./api.js";
import { seat } from "./seat.js";

/** Seconds for which it is offered. */
const OFFERED = 5;
/** Milliseconds between two looks at the clock. */
const LOOK = 200;

/** @typedef {import("../live/types.js").Undo} Undo */

export class UndoOffer {
  /** @type {Undo | null} */
  #undo = null;
  /** The last move that was taken back here, or offered no longer. */
  #done = "";

  /** @param {import("../live/clock.js").ServerClock} clock */
  constructor(clock) {
    this.clock = clock;
    one("#undo-do").addEventListener("click", () => void this.press());
    setInterval(() => this.#draw(), LOOK);
  }

  /** @param {import("../live/types.js").Floor} floor */
  draw({ undo: offered }) {
    const news = offered !== null && offered.at !== this.#undo?.at;
    this.#undo = offered;
    if (news && this.#left() > 0) announce(`${word(offered.what)} ${t("Z takes it back.")}`);
    this.#draw();
  }

  /** Take the last move back, while it is offered. */
  async press() {
    if (this.#undo === null || this.#left() <= 0) return;
    this.#done = this.#undo.at;
    this.#draw();
    if (!(await undo(this.#done))) this.#done = "";
  }

  #left() {
    const { at } = this.#undo ?? { at: "" };
    if (at === "" || at === this.#done || seat.watches) return 0;
    return OFFERED - (this.clock.now() - Date.parse(at)) / 1000;
  }

  #draw() {
    const left = Math.ceil(this.#left());
    one("#undo").hidden = left <= 0;
    if (this.#undo === null || left <= 0) return;
    say(one("#undo-text"), word(this.#undo.what));
    say(one("#undo-left"), `(${Math.min(OFFERED, left)})`);
  }
}

/** @param {Undo["what"]} what */
function word(what) {
  return {
    turn_ended: t("The turn was ended."),
    granted: t("The floor was given."),
    denied: t("The request was denied."),
    reordered: t("The order was changed."),
    muted: t("Everyone was muted."),
  }[what];
}
