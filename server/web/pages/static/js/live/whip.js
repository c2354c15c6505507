// Publishing this place's camera and microphone by WHIP (RFC 9725).

import { MediaLink } from "./media_link.js";

/** What a site sends while nobody sees it: enough to judge the line, cheap for an old PC. */
const OFF_AIR = { scaleResolutionDownBy: 4, maxFramerate: 8 };
const ON_AIR = { scaleResolutionDownBy: 1, maxFramerate: 30 };

/**
 * @typedef {object} PublishOptions
 * @property {string} url
 * @property {string} [token]
 * @property {import("./media_link.js").LinkOptions["changed"]} changed
 */

export class Publisher {
  /** @type {MediaLink} */
  #link;
  /** @type {MediaStreamTrack | null} */
  #audio = null;
  /** @type {MediaStreamTrack | null} */
  #video = null;
  #full = false;
  /** @type {Set<string>} */
  #mine = new Set();

  /** @param {PublishOptions} options */
  constructor({ url, token, changed }) {
    this.#link = new MediaLink({
      url,
      token,
      prepare: (peer) => this.#prepare(peer),
      changed: (state, refusal) => {
        if (this.#link.media !== "") this.#mine.add(this.#link.media);
        changed(state, refusal);
      },
    });
  }

  get state() {
    return this.#link.state;
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
    this.#link.start();
  }

  /** Stop publishing, and tell the server. */
  stop() {
    this.#link.stop();
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
    void this.#applyQuality();
  }

  /**
   * Whether a media resource named in the journal was made by this page.
   *
   * @param {string} media
   */
  made(media) {
    return this.#mine.has(media) || media === this.#link.media;
  }

  #senders() {
    return this.#link.peer?.getTransceivers().map((one) => one.sender) ?? [];
  }

  async #applyQuality() {
    const sender = this.#senders()[1];
    if (!sender) return;
    const parameters = sender.getParameters();
    parameters.encodings = parameters.encodings.map((one) => ({ ...one, ...this.#encoding() }));
    // A connection that closes meanwhile refuses; the next one is prepared with the right quality.
    await sender.setParameters(parameters).catch(() => null);
  }

  #encoding() {
    return this.#full ? ON_AIR : OFF_AIR;
  }

  /** @param {RTCPeerConnection} peer */
  #prepare(peer) {
    peer.addTransceiver(this.#audio ?? "audio", { direction: "sendonly" });
    peer.addTransceiver(this.#video ?? "video", { direction: "sendonly", sendEncodings: [this.#encoding()] });
  }
}
