// How old what is shown is: a wall of green must never be a wall of yesterday.

/** Seconds of silence after which telemetry, sent every second while anybody publishes, counts as old. */
const TELEMETRY_STALE = 3;
/** The same where only heartbeats (every 3 s at the least) are to be expected. */
const HEARTBEAT_STALE = 8;

export class Freshness {
  #heardAt = performance.now();

  /** Something arrived. */
  heard() {
    this.#heardAt = performance.now();
  }

  /** Seconds since anything arrived. */
  get age() {
    return (performance.now() - this.#heardAt) / 1000;
  }

  /**
   * Whether what is shown is too old to be believed.
   *
   * @param {boolean} busy somebody publishes, so telemetry is due every second
   */
  isStale(busy) {
    return this.age > (busy ? TELEMETRY_STALE : HEARTBEAT_STALE);
  }
}
