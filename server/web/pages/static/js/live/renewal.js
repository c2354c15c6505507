// When the media plane came up: if it is another one than before, it knows none of our sessions.

/** @typedef {import("./types.js").Status} Status */

export class Renewal {
  #since = "";

  /**
   * Whether the media plane has been started anew since the last status: sessions are then asked for at once.
   *
   * @param {Status} status
   */
  isIn({ media: { since } }) {
    if (since === null || since === this.#since) return false;
    const known = this.#since !== "";
    this.#since = since;
    return known;
  }
}
