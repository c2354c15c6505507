// Publishing this place's camera and microphone by WHIP (RFC 9725).

import { Claim } from "./claim.js";
import { Balance, LAYERS, effortOf, sendLayers } from "./layers.js";
import { MediaLink } from "./media_link.js";

/**
 * @typedef {object} PublishOptions
 * @property {string} url
 * @property {string} [token]
 * @property {import("./media_link.js").LinkOptions["changed"]} changed
 * @property {import("./media_link.js").LinkOptions["found"]} [found]
 * @property {import("./media_link.js").LinkOptions["shaken"]} [shaken]
 * @property {() => void} outdone another device sends as this place, and this page gives way
 */

export class Publisher {
  /** @type {MediaLink} */
  #link;
  /** @type {MediaStreamTrack | null} */
  #audio = null;
  /** @type {MediaStreamTrack | null} */
  #video = null;
  #full = false;
  #balance = new Balance();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #watch;
  #claim = new Claim();

  /** @param {PublishOptions} options */
  constructor({ url, token, changed, found, shaken, outdone }) {
    this.outdone = outdone;
    this.#link = new MediaLink({
      url,
      token,
      found,
      shaken,
      prepare: (peer) => this.#prepare(peer),
      begun: (media) => this.#claim.begin(media),
      changed: (state, refusal) => {
        if (state === "connected") void this.#applyQuality();
        if (state === "refused") this.#claim.release();
        changed(state, refusal);
        if (state === "waiting" && this.#claim.isLost) outdone();
      },
    });
  }

  get state() {
    return this.#link.state;
  }

  /** The present connection, if there is one. */
  get peer() {
    return this.#link.peer;
  }

  /**
   * Send these tracks; a running session changes over without a break.
   *
   * @param {MediaStreamTrack | null} audio
   * @param {MediaStreamTrack | null} video
   */
  send(audio, video) {
    this.#audio = audio;
    this.#video = video;
    const [first, second] = this.#senders();
    void first?.replaceTrack(audio);
    void second?.replaceTrack(video);
    this.#claim.make();
    this.#link.start();
  }

  /** Stop publishing, and tell the server. */
  stop() {
    this.#claim.release();
    this.#link.stop();
  }

  /** See `MediaLink.mend`. */
  mend() {
    this.#link.mend();
  }

  /** See `MediaLink.probe`. */
  probe() {
    return this.#link.probe();
  }

  /**
   * Send the full picture, or the small one of a place that is off air.
   *
   * @param {boolean} full
   */
  setFull(full) {
    if (this.#full === full) return;
    this.#full = full;
    clearInterval(this.#watch);
    if (full) this.#watch = setInterval(() => void this.#look(), 1000);
    void this.#applyQuality();
  }

  /**
   * The journal names what is published as this place: call it for each, in order.
   *
   * @param {string} media
   */
  hear(media) {
    const whose = this.#claim.hear(media);
    if (whose === "later") this.outdone();
    if (whose === "earlier") void this.probe(); // unless it came later after all, and the server has ended ours
  }

  #senders() {
    return this.#link.peer?.getTransceivers().map((one) => one.sender) ?? [];
  }

  async #applyQuality() {
    const sender = this.#senders()[1];
    if (sender) await sendLayers(sender, this.#full ? this.#balance.sending : "small");
  }

  /** Look, while the full picture is sent, whether the line and the computer carry both layers. */
  async #look() {
    const sender = this.#senders()[1];
    if (!sender?.track || this.state !== "connected") return;
    const effort = await effortOf(sender);
    if (this.#full && this.#balance.look(effort)) await this.#applyQuality();
  }

  /** @param {RTCPeerConnection} peer */
  #prepare(peer) {
    peer.addTransceiver(this.#audio ?? "audio", { direction: "sendonly" });
    peer.addTransceiver(this.#video ?? "video", { direction: "sendonly", sendEncodings: LAYERS });
  }
}
