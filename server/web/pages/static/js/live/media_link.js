// One WebRTC session with the server by WHIP (RFC 9725) or WHEP, that keeps itself alive.
//
// The server is ICE-lite with host candidates, so an offer needs no candidates and no ICE servers: the first binding
// request shows the server where we are. What breaks is not repaired but replaced by a new session: one round trip.

import { refusalOf } from "../lib/api.js";
import { backOff, isFinal, pause } from "./retry.js";

/** Seconds a connection may be "disconnected" before it is given up. */
const PATIENCE = 3;
/** Seconds from the answer to a connection. */
const HANDSHAKE = 8;

/**
 * @typedef {import("../lib/api.js").Refusal} Refusal
 * @typedef {"idle" | "connecting" | "connected" | "waiting" | "refused"} LinkState "waiting": it tries again by itself
 *
 * @typedef {object} Session
 * @property {RTCPeerConnection} peer
 * @property {string} resource the address of the session, for PATCH and DELETE
 *
 * @typedef {object} LinkOptions
 * @property {string} url where offers are posted
 * @property {string} [token]
 * @property {(peer: RTCPeerConnection) => void} prepare adds the tracks or transceivers to a new connection
 * @property {(state: LinkState, refusal: Refusal | null) => void} changed
 */

export class MediaLink {
  /** @type {AbortController | null} */
  #life = null;
  /** @type {Session | null} */
  #session = null;
  /** @type {LinkState} */
  state = "idle";

  /** @param {LinkOptions} options */
  constructor(options) {
    this.options = options;
    addEventListener("pagehide", () => this.stop());
  }

  /** Connect, and stay connected until `stop`. */
  start() {
    if (this.#life !== null) return;
    this.#life = new AbortController();
    void this.#run(this.#life.signal);
  }

  /** End the session and tell the server, even while the page is being left. */
  stop() {
    this.#life?.abort();
    this.#life = null;
    this.#end();
    this.#say("idle", null);
  }

  /** The present connection, if there is one. */
  get peer() {
    return this.#session?.peer ?? null;
  }

  /** The journal's name for the present session; "" without one. Its address is `/media/{name}.{mark of the owner}`. */
  get media() {
    const last = this.#session?.resource.split("/").pop() ?? "";
    return last.replace(/\.[^.]*$/, "");
  }

  /**
   * Ask the server whether it still knows the session, and start anew if it does not.
   *
   * For the moment after the event stream has come back: a restarted server has forgotten every session, and ICE
   * would need many seconds to notice.
   */
  async probe() {
    const session = this.#session;
    if (session === null) return;
    const answer = await fetch(session.resource, { headers: this.#authorization() }).catch(() => null);
    if (answer?.status === 404 && session === this.#session) this.#end();
  }

  /** @param {AbortSignal} life */
  async #run(life) {
    for (let failures = 0; !life.aborted; failures += 1) {
      this.#say("connecting", null);
      const outcome = await this.#attend(life);
      if (life.aborted) return;
      if (outcome.final) return this.#say("refused", outcome.refusal);
      if (outcome.connected) failures = 0;
      this.#say("waiting", outcome.refusal);
      await pause(Math.max(backOff(failures), outcome.wait), life);
    }
  }

  /**
   * Make one session and stay until it has ended.
   *
   * @param {AbortSignal} life
   * @returns {Promise<{connected: boolean, final: boolean, wait: number, refusal: Refusal | null}>}
   */
  async #attend(life) {
    const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
    const outcome = { connected: false, final: false, wait: 0, refusal: /** @type {Refusal | null} */ (null) };
    try {
      this.options.prepare(peer);
      await peer.setLocalDescription();
      const response = await this.#post(peer.localDescription?.sdp ?? "");
      if (response.status !== 201) {
        const refusal = await refusalOf(response);
        return { ...outcome, final: isFinal(response.status), wait: refusal.retryAfter, refusal };
      }
      this.#session = { peer, resource: new URL(response.headers.get("Location") ?? "", response.url).href };
      if (life.aborted) return outcome;
      await peer.setRemoteDescription({ type: "answer", sdp: await response.text() });
      await ended(peer, () => {
        outcome.connected = true;
        this.#say("connected", null);
      });
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    } finally {
      if (this.#session?.peer === peer) this.#end();
      peer.close();
    }
    return outcome;
  }

  /** @param {string} offer */
  #post(offer) {
    const headers = { ...this.#authorization(), "Content-Type": "application/sdp" };
    return fetch(this.options.url, { method: "POST", headers, body: offer });
  }

  /** Close the present session here and at the server. */
  #end() {
    const session = this.#session;
    if (session === null) return;
    this.#session = null;
    session.peer.close();
    session.peer.dispatchEvent(new Event("connectionstatechange"));
    // The server may be gone, or may have ended the session first: either way nothing is left to do.
    fetch(session.resource, { method: "DELETE", headers: this.#authorization(), keepalive: true }).catch(() => null);
  }

  /** @returns {Record<string, string>} */
  #authorization() {
    return this.options.token ? { Authorization: `Bearer ${this.options.token}` } : {};
  }

  /**
   * @param {LinkState} state
   * @param {Refusal | null} refusal
   */
  #say(state, refusal) {
    this.state = state;
    this.options.changed(state, refusal);
  }
}

/**
 * Wait until a connection has failed, closed, or been silent for too long.
 *
 * @param {RTCPeerConnection} peer
 * @param {() => void} connected called each time it (again) connects
 * @returns {Promise<void>}
 */
function ended(peer, connected) {
  return new Promise((resolve) => {
    let timer = setTimeout(resolve, HANDSHAKE * 1000);
    function look() {
      const state = peer.connectionState;
      if (state === "connecting" || state === "new") return;
      clearTimeout(timer);
      if (state === "connected") connected();
      else if (state === "disconnected") timer = setTimeout(resolve, PATIENCE * 1000);
      else resolve();
    }
    peer.addEventListener("connectionstatechange", look);
    look();
  });
}
