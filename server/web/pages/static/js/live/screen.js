// Presenting: a screen, a window or a tab of this machine, chosen by its owner and sent as content while that is wanted.

import { Claim } from "./claim.js";
import { MediaLink } from "./media_link.js";

/** What is read, not watched: every letter sharp, and few pictures a second. */
const SHAPE = { width: { max: 1920 }, height: { max: 1080 }, frameRate: { ideal: 5, max: 15 } };
const SENT = { maxFramerate: 15, maxBitrate: 2_500_000 };

/**
 * @typedef {"unsupported" | "none" | "blocked" | "ended"} ScreenTrouble why nothing is captured: the browser cannot; its
 *   owner chose nothing; the system refuses; its owner, or the browser's own bar, ended it
 *
 * @typedef {object} ScreenOptions
 * @property {string} url
 * @property {string} [token]
 * @property {(trouble: ScreenTrouble | null) => void} changed the capture began, ended, or did not begin
 */

export class Screen {
  /** @type {MediaStreamTrack | null} */
  track = null;
  #wanted = false;
  /** @type {MediaLink} */
  #link;
  #claim = new Claim();

  /** @param {ScreenOptions} options */
  constructor({ url, token, changed }) {
    this.changed = changed;
    this.#link = new MediaLink({
      url,
      token,
      prepare: (peer) => this.#prepare(peer),
      begun: (media) => this.#claim.begin(media),
      changed: (state) => state === "waiting" && this.#claim.isLost && this.#giveWay(),
    });
  }

  /** The session that carries it: for `probe` when the line has come back. */
  get link() {
    return this.#link;
  }

  /** Ask what to capture; call it from a gesture, or the browser refuses. What is captured already goes on meanwhile. */
  async choose() {
    const chosen = await capture();
    if (typeof chosen === "string") return this.changed(this.track === null ? chosen : null);
    this.#release();
    this.track = chosen;
    chosen.addEventListener("ended", () => this.#ended(chosen));
    const [sender] = this.#link.peer?.getSenders() ?? [];
    // A session that ends meanwhile refuses; the next one is prepared with the new track.
    await sender?.replaceTrack(chosen).catch(() => null);
    this.#connect();
    this.changed(null);
  }

  /**
   * Send what is captured while it is wanted; what is not wanted any more is let go of, and the browser's bar with it.
   *
   * @param {boolean} wanted whether this place has the content slot
   */
  follow(wanted) {
    const given = wanted && !this.#wanted;
    const taken = !wanted && this.#wanted;
    this.#wanted = wanted;
    if (given) this.#connect();
    if (taken) this.stop();
  }

  /**
   * The journal names what is shown by this place: call it for each, in order.
   *
   * @param {string} media
   */
  hear(media) {
    const whose = this.#claim.hear(media);
    if (whose === "later") this.#giveWay();
    if (whose === "earlier") void this.#link.probe(); // see `Publisher.hear`
  }

  /** Another device of the same place shows something: let go. */
  #giveWay() {
    if (this.track === null) return;
    this.stop();
    this.changed(null);
  }

  /** Let go of the screen. */
  stop() {
    this.#claim.release();
    this.#link.stop();
    this.#release();
  }

  #connect() {
    if (!this.#wanted || this.track === null) return;
    this.#claim.make();
    this.#link.start();
  }

  #release() {
    this.track?.stop(); // stopping it here is not "ended": that event is the browser's
    this.track = null;
  }

  /** @param {MediaStreamTrack} track */
  #ended(track) {
    if (track !== this.track) return;
    this.stop();
    this.changed("ended");
  }

  /** @param {RTCPeerConnection} peer */
  #prepare(peer) {
    peer.addTransceiver(this.track ?? "video", { direction: "sendonly", sendEncodings: [SENT] });
  }
}

/** Whether this browser can capture a screen at all: telephones cannot, and no page without https can. */
export function canCapture() {
  return globalThis.isSecureContext && navigator.mediaDevices?.getDisplayMedia !== undefined;
}

/** @returns {Promise<MediaStreamTrack | ScreenTrouble>} */
async function capture() {
  if (!canCapture()) return "unsupported";
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: SHAPE, audio: false });
    const track = stream.getVideoTracks()[0];
    if (track === undefined) return "none";
    track.contentHint = "detail"; // rather fewer pictures than a blurred one (W3C mst-content-hint)
    return track;
  } catch (error) {
    // Closing the browser's own question and forbidding it for good are one and the same error.
    return error instanceof DOMException && error.name === "NotAllowedError" ? "none" : "blocked";
  }
}
