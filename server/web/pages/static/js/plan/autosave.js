// Saving as one types: a moment after the last change, one request at a time, and again when the line is back.

const REST = 2000; // milliseconds without a change
const LONGEST = 20_000; // of typing without a rest: each save is an entry of the journal, so not at every letter
const AGAIN = 5000; // after a failure that may pass

export class Autosave {
  #timer = 0;
  #touched = 0; // when the first change was made that is not saved; 0: none
  /** @type {Promise<unknown>} */
  #running = Promise.resolve();

  /** @param {() => Promise<boolean>} save never rejects; says whether it is worth trying again by itself */
  constructor(save) {
    this.save = save;
    window.addEventListener("online", () => this.#timer && void this.flush());
    document.addEventListener("visibilitychange", () => document.hidden && this.#timer && void this.flush());
  }

  /** Something was changed. */
  touch() {
    const now = Date.now();
    this.#touched ||= now;
    this.#wait(Math.max(0, Math.min(REST, this.#touched + LONGEST - now)));
  }

  /** Save now; a save that is on its way ends first. @returns {Promise<unknown>} */
  flush() {
    clearTimeout(this.#timer);
    this.#timer = this.#touched = 0;
    this.#running = this.#running.then(() => this.#once());
    return this.#running;
  }

  async #once() {
    if (await this.save()) this.#wait(AGAIN);
  }

  /** @param {number} milliseconds */
  #wait(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), milliseconds);
  }
}
