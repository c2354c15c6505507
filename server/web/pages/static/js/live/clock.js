// The server's clock, as well as this page can know it.

const SAMPLES = 8;

/** The server decides what time it is; old PCs are minutes off. */
export class ServerClock {
  /** @type {number[]} */
  #offsets = [];

  /**
   * Note the moment a message of the server carries; it was true a little earlier, when the message was sent.
   *
   * @param {string} now RFC 3339
   * @param {number} [heardAt] milliseconds of this machine's clock
   */
  hear(now, heardAt = Date.now()) {
    this.#offsets = [...this.#offsets, Date.parse(now) - heardAt].slice(-SAMPLES);
  }

  /**
   * Milliseconds since the epoch by the server's clock. A message only ever arrives late, so the largest of the last
   * offsets is the one with the least delay in it.
   *
   * @param {number} [local] milliseconds of this machine's clock
   * @returns {number}
   */
  now(local = Date.now()) {
    return this.#offsets.length === 0 ? local : local + Math.max(...this.#offsets);
  }

  /**
   * Whole seconds since a moment, never negative.
   *
   * @param {string} moment RFC 3339
   * @returns {number}
   */
  since(moment) {
    return Math.max(0, Math.floor((this.now() - Date.parse(moment)) / 1000));
  }

  /**
   * Whole seconds until a moment, never negative.
   *
   * @param {string} moment RFC 3339
   * @returns {number}
   */
  until(moment) {
    return Math.max(0, Math.ceil((Date.parse(moment) - this.now()) / 1000));
  }
}

/**
 * Call `draw` now and then about every second, while the page lives.
 *
 * @param {() => void} draw
 */
export function everySecond(draw) {
  draw();
  setInterval(draw, 1000);
}
