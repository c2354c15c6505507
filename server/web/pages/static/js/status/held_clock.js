// The server's clock, which can be held at a moment of the past: whatever counts seconds then counts them from there.

import { ServerClock } from "../live/clock.js";

export class HeldClock extends ServerClock {
  /** Milliseconds since the epoch. @type {number | null} */
  #held = null;

  /** @param {string | null} moment RFC 3339; null lets the clock go on */
  hold(moment) {
    this.#held = moment === null ? null : Date.parse(moment);
  }

  /** Whether the clock is held. */
  get isHeld() {
    return this.#held !== null;
  }

  /** What the clock would say if it were not held, in milliseconds since the epoch. */
  get present() {
    return super.now();
  }

  /** @override */
  now() {
    return this.#held ?? this.present;
  }
}
