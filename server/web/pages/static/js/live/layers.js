// The layers of the picture this place sends (simulcast, RFC 8853), and when one layer is better than two.

/** What is offered: receivers on narrow lines get the small layer, all others the large one. */
export const LAYERS = [
  { rid: "low", scaleResolutionDownBy: 4, maxBitrate: 150_000, maxFramerate: 8 },
  { rid: "high", scaleResolutionDownBy: 1, maxFramerate: 30 },
];

/** Looks, one a second, at a large layer that does not get through, until the small one makes room. */
const STARVED = 3;
/** Looks at a computer that is too slow until it encodes one layer only. */
const TIRED = 10;
/** Looks at a line with room for both until both are sent again, twice as many each time; what room that is, in bit/s. */
const EASED = 5;
const ROOM = 1_200_000;

/**
 * @typedef {"small" | "both" | "large"} Sending "small": a place that is off air, cheap for an old PC
 *
 * @typedef {object} Effort what a browser says of its sending; see `effortOf`
 * @property {boolean} starved the large layer is wanted, but nothing of it is sent
 * @property {boolean} tired the computer is too slow
 * @property {number} room bit/s that may be sent; 0 where the browser does not say
 */

/**
 * Send these layers from now on.
 *
 * @param {RTCRtpSender} sender
 * @param {Sending} sending
 */
export async function sendLayers(sender, sending) {
  const parameters = sender.getParameters();
  const [low, high] = parameters.encodings;
  if (!low) return;
  if (high) {
    low.active = sending !== "large";
    low.maxFramerate = sending === "small" ? 8 : 15;
    high.active = sending !== "small";
  } else {
    // One layer was negotiated: it is the small or the large one in turn.
    low.scaleResolutionDownBy = sending === "small" ? 4 : 1;
    low.maxFramerate = sending === "small" ? 8 : 30;
  }
  // A connection that closes meanwhile refuses; the next one is told when it is there.
  await sender.setParameters(parameters).catch(() => null);
}

/**
 * Decides between both layers and the large one alone.
 *
 * With two layers a browser sends the small one first and the large one not at all when there is no room for its full
 * size; alone, it makes the large one as small as the line and the computer need. So what would be a postage stamp
 * to everybody becomes a smaller, clean picture.
 */
export class Balance {
  /** @type {"both" | "large"} */
  sending = "both";
  #starved = 0;
  #tired = 0;
  #eased = 0;
  #patience = EASED;
  #isOld = false;

  /**
   * Take note of one second.
   *
   * @param {Effort} effort
   * @returns {boolean} whether `sending` has changed
   */
  look({ starved, tired, room }) {
    const before = this.sending;
    this.#starved = starved ? this.#starved + 1 : 0;
    this.#tired = tired ? this.#tired + 1 : 0;
    this.#eased = room >= ROOM ? this.#eased + 1 : 0;
    this.#isOld ||= this.#tired >= TIRED; // an old PC does not grow young
    if (this.#isOld || this.#starved >= STARVED) this.sending = "large";
    else if (this.sending === "large" && this.#eased >= this.#patience) {
      this.sending = "both";
      this.#patience *= 2;
    }
    return this.sending !== before;
  }
}

/**
 * Read from a sender's statistics how hard sending is.
 *
 * @param {RTCRtpSender} sender
 * @returns {Promise<Effort>}
 */
export async function effortOf(sender) {
  const effort = { starved: false, tired: false, room: 0 };
  for (const report of (await sender.getStats()).values()) {
    if (report.type === "outbound-rtp" && report.rid !== "low") {
      effort.starved = report.active !== false && !(report.framesPerSecond > 0);
      effort.tired = report.qualityLimitationReason === "cpu";
    } else if (report.type === "candidate-pair" && report.nominated) {
      effort.room = report.availableOutgoingBitrate ?? 0;
    }
  }
  return effort;
}
