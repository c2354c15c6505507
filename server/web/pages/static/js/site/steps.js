// The steps of a site's page: devices, line check, check-in, room. The first three stand side by side; the last is the room.

import { all, one } from "../lib/dom.js";
import { mark } from "../live/keyed.js";

/** @typedef {"devices" | "line-check" | "check-in" | "room"} Step */

export class Steps {
  /** Nobody has chosen a step yet. */
  untouched = true;
  /** @type {Step} */
  #step = "check-in";
  #shown = false;
  #running = false;

  constructor() {
    for (const button of all(".step")) {
      button.addEventListener("click", () => {
        this.show(/** @type {Step} */ (button.dataset.step));
        if (this.#step !== "room") one(`#${this.#step}`).focus();
      });
    }
  }

  /**
   * Go to a step; the room only once it is open.
   *
   * @param {Step} step
   */
  show(step) {
    this.untouched = false;
    this.#step = step;
    this.#apply();
  }

  /**
   * Show the steps, with or without a room to go to.
   *
   * @param {boolean} running
   */
  draw(running) {
    this.#shown = true;
    this.#running = running;
    this.#apply();
  }

  /** Take everything away. */
  hide() {
    this.#shown = false;
    this.#apply();
  }

  /**
   * Tick a step off, or not.
   *
   * @param {Step} step
   * @param {boolean} done
   */
  done(step, done) {
    one(`[data-step=${step}] [data-done]`).hidden = !done;
  }

  #apply() {
    const inRoom = this.#step === "room" && this.#running;
    one("#steps").hidden = !this.#shown;
    one("#prepare").hidden = !this.#shown || inRoom;
    one("#room").hidden = !this.#shown || !inRoom;
    one("#wait").hidden = this.#running;
    for (const button of all(".step")) {
      mark(button, "aria-current", this.#isCurrent(button.dataset.step ?? "") ? "step" : null);
      if (button.dataset.step === "room") /** @type {HTMLButtonElement} */ (button).disabled = !this.#running;
    }
  }

  /** @param {string} step */
  #isCurrent(step) {
    return step === (this.#step === "room" && !this.#running ? "check-in" : this.#step);
  }
}
