// The rule that orders the queue: four of them, each with what it means.

import { all, one, say } from "../lib/dom.js";
import { policyWord } from "../live/words.js";
import { follow } from "./api.js";

/** @typedef {import("../live/types.js").Policy} Policy */

export class PolicyChooser {
  /** @type {Policy} */
  #policy = "asked";
  #dialog = /** @type {HTMLDialogElement} */ (one("#policy"));

  constructor() {
    one("#policy-open").addEventListener("click", () => this.#open());
    one("#policy-back").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => void this.#close());
  }

  /** @param {import("../live/types.js").Floor} floor */
  draw({ policy }) {
    this.#policy = policy;
    say(one("#policy-word"), policyWord(policy));
  }

  #open() {
    for (const radio of this.#radios()) radio.checked = radio.value === this.#policy;
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
  }

  /** The present rule may be chosen again: it orders what the chair had placed by hand. */
  async #close() {
    const chosen = this.#radios().find((radio) => radio.checked);
    if (this.#dialog.returnValue === "yes" && chosen) await follow(/** @type {Policy} */ (chosen.value));
  }

  /** @returns {HTMLInputElement[]} */
  #radios() {
    return all("input", this.#dialog);
  }
}
