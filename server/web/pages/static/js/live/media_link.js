// One WebRTC session with the server by WHIP (RFC 9725) or WHEP, that keeps itself alive.
//
// The server is ICE-lite with host candidates, so an offer needs no candidates: the first binding request shows the
// server where we are. When the network changes, the session finds itself a new way (an ICE restart: one round trip, and
// the server never knew us gone); only when that fails a new session takes its place.

import { refusalOf } from "../lib/api.js";
import { FRAGMENT, renewedAnswer, restartFragment } from "./ice_fragment.js";
import { flowOf } from "./path.js";
import { areFresh, relaysIn } from "./relays.js";
import { backOff, isFinal, pause } from "./retry.js";
import { describe } from "./sound_repair.js";

/** Seconds a connection may be "disconnected", new ways being tried, before it is given up. */
const PATIENCE = 6;
/** Seconds from the answer to a connection. */
const HANDSHAKE = 8;
/** Seconds a request may take: a network that is gone answers nothing. */
const REQUEST = 8;
/** Seconds a request for a new way may take. */
const QUICK = 2;
/** Seconds a new way has to show that it carries something, before another is looked for. */
const SETTLE = 2.5;
/** Seconds after which the news of another network makes an attempt vain: before, it is the news that began it. */
const STALE = 0.5;
/** Seconds since something came, within which more is expected by a new way; and attempts until no more is. */
const LIVELY = 6;
const DEMANDING = 3;
/** Seconds between two looks at what arrives. */
const LOOK = 0.5;
/** Looks without anything new, after something came, that are taken for a broken way. */
const SILENT_LOOKS = 4;

/**
 * @typedef {import("../lib/api.js").Refusal} Refusal
 * @typedef {import("./path.js").Path} Path
 * @typedef {"idle" | "connecting" | "connected" | "waiting" | "refused"} LinkState "waiting": it tries again by itself
 *
 * @typedef {object} Session
 * @property {RTCPeerConnection} peer
 * @property {string} resource the address of the session, for PATCH and DELETE
 * @property {string} answer SDP
 * @property {Attempt | null} attempt at finding a new way, while one is being looked for
 * @property {number} heard when something came last, by `performance.now()`
 *
 * @typedef {object} Attempt
 * @property {AbortController} request aborted when nobody waits for its answer any more
 * @property {number} began by `performance.now()`
 *
 * @typedef {object} LinkOptions
 * @property {string} url where offers are posted
 * @property {string} [token]
 * @property {(peer: RTCPeerConnection) => void} prepare adds the tracks or transceivers to a new connection
 * @property {(state: LinkState, refusal: Refusal | null) => void} changed
 * @property {(path: Path | "none", port: string) => void} [found] the way that is used now; "none": the server answers,
 *   but no sound or picture gets to it. `port` is where it waits ("192.0.2.1:7000")
 * @property {() => void} [shaken] the network seems to have changed
 * @property {(media: string) => void} [begun] the server has taken an offer; `media` is the journal's name for the session
 */

export class MediaLink {
  /** @type {AbortController | null} */
  #life = null;
  /** @type {Session | null} */
  #session = null;
  /** @type {RTCIceServer[] | null} */
  #relays = null;
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
    const { signal } = this.#life;
    const { connection } = /** @type {{connection?: EventTarget}} */ (navigator);
    for (const [target, news] of [[globalThis, "online"], [connection, "change"]]) {
      /** @type {EventTarget | undefined} */ (target)?.addEventListener(`${news}`, () => this.#moved(), { signal });
    }
    void this.#run(signal);
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

  /** Look for a new way for the session, unless one is being looked for: the network has changed, or seems to have. */
  mend() {
    const session = this.#session;
    if (session === null || session.attempt !== null) return;
    session.attempt = attempt();
    this.options.shaken?.();
    void this.#mend(session).finally(() => (session.attempt = null));
  }

  /** The network is another one by now: a request on the one before is never answered. */
  #moved() {
    const running = this.#session?.attempt;
    if (running && performance.now() - running.began > STALE * 1000) running.request.abort();
    this.mend();
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
    const outcome = { connected: false, final: false, wait: 0, refusal: /** @type {Refusal | null} */ (null) };
    /** @type {RTCPeerConnection | null} */
    let peer = null;
    try {
      const iceServers = await this.#freshRelays();
      if (life.aborted) return outcome;
      peer = new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require", iceServers });
      this.options.prepare(peer);
      await describe(peer);
      const response = await this.#post(peer.localDescription?.sdp ?? "");
      if (response.status !== 201) {
        const refusal = await refusalOf(response);
        return { ...outcome, final: isFinal(response.status), wait: refusal.retryAfter, refusal };
      }
      const resource = new URL(response.headers.get("Location") ?? "", response.url).href;
      if (life.aborted) {
        this.#delete(resource); // the answer comes too late: another session may have been begun since
        return outcome;
      }
      const session = await this.#begin(peer, resource, response);
      if (life.aborted) return outcome;
      await peer.setRemoteDescription({ type: "answer", sdp: session.answer });
      await this.#last(session, () => {
        outcome.connected = true;
        this.#say("connected", null);
      });
      const lasted = session === this.#session; // else it was ended, here or there, and nothing is known of the way
      if (!outcome.connected && lasted) this.options.found?.("none", portOf(session.answer));
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    } finally {
      if (peer !== null && this.#session?.peer === peer) this.#end();
      peer?.close();
    }
    return outcome;
  }

  /**
   * @param {RTCPeerConnection} peer
   * @param {string} resource
   * @param {Response} response
   */
  async #begin(peer, resource, response) {
    this.#relays = relaysIn(response.headers.get("Link"));
    this.#session = { peer, resource, answer: "", attempt: null, heard: 0 };
    this.options.begun?.(this.media);
    this.#session.answer = await response.text();
    return this.#session;
  }

  /** The relays with credentials that work; asked for before the first offer, for an offer gathers its candidates. */
  async #freshRelays() {
    if (this.#relays === null || !areFresh(this.#relays)) {
      const response = await fetch(this.options.url, { ...this.#timely(REQUEST), method: "OPTIONS" });
      this.#relays = relaysIn(response.headers.get("Link"));
    }
    return this.#relays;
  }

  /** @param {string} offer */
  #post(offer) {
    const headers = { ...this.#authorization(), "Content-Type": "application/sdp" };
    return fetch(this.options.url, { ...this.#timely(REQUEST), method: "POST", headers, body: offer });
  }

  /**
   * Wait until a session has failed or ended, or was broken for too long.
   *
   * @param {Session} session
   * @param {() => void} connected called each time it (again) connects
   * @returns {Promise<void>}
   */
  async #last(session, connected) {
    const { peer } = session;
    const watch = this.#watch(session);
    await new Promise((resolve) => {
      let timer = setTimeout(resolve, HANDSHAKE * 1000);
      const look = () => {
        const state = peer.connectionState;
        if (state === "connecting" || state === "new") return;
        clearTimeout(timer);
        if (state === "connected") connected();
        else if (state !== "disconnected") resolve(null);
        else {
          this.mend();
          timer = setTimeout(resolve, PATIENCE * 1000);
        }
      };
      peer.addEventListener("connectionstatechange", look);
      look();
    });
    clearInterval(watch);
  }

  /**
   * Look at what arrives from time to time: which way it takes, and whether it has stopped. A translation (NAT) that
   * has forgotten us lets nothing in, and the browser would notice much later.
   *
   * @param {Session} session
   */
  #watch(session) {
    let last = { received: 0, path: /** @type {Path | null} */ (null) };
    let silent = 0;
    return setInterval(async () => {
      const flow = await flowOf(session.peer);
      if (session !== this.#session) return;
      if (flow.path !== null && flow.path !== last.path) this.options.found?.(flow.path, portOf(session.answer));
      silent = flow.received === last.received ? silent + 1 : 0;
      if (silent === 0) session.heard = performance.now();
      if (silent === SILENT_LOOKS && flow.received > 0) this.mend();
      last = flow;
    }, LOOK * 1000);
  }

  /** @param {Session} session */
  async #mend(session) {
    const wasHeard = performance.now() - session.heard < LIVELY * 1000;
    for (let failures = 0; session === this.#session; failures += 1) {
      const { request } = (session.attempt = attempt());
      const outcome = await this.#restart(session, request);
      const isDemanding = wasHeard && failures < DEMANDING;
      if (outcome === "renewed" && (await settled(session.peer, isDemanding))) return;
      if (outcome === "gone" && session === this.#session) this.#end();
      await pause(backOff(failures), request.signal);
    }
  }

  /**
   * Restart ICE. Keys, tracks and everything else stay as they are.
   *
   * @param {Session} session
   * @param {AbortController} request
   * @returns {Promise<"renewed" | "unreachable" | "gone">} "gone": the server wants a new session
   */
  async #restart(session, request) {
    const { peer } = session;
    const { signal } = request;
    const timer = setTimeout(() => request.abort(), QUICK * 1000);
    try {
      peer.restartIce();
      await describe(peer);
      const headers = { ...this.#authorization(), "Content-Type": FRAGMENT, "If-Match": "*" };
      const body = restartFragment(peer.localDescription?.sdp ?? "");
      const response = await fetch(session.resource, { signal, method: "PATCH", headers, body });
      if (response.status !== 200) return isFinal(response.status) ? "gone" : "unreachable";
      session.answer = renewedAnswer(session.answer, await response.text());
      await peer.setRemoteDescription({ type: "answer", sdp: session.answer });
      return "renewed";
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      return "unreachable";
    } finally {
      clearTimeout(timer);
    }
  }

  /** Close the present session here and at the server. */
  #end() {
    const session = this.#session;
    if (session === null) return;
    this.#session = null;
    session.attempt?.request.abort();
    session.peer.close();
    session.peer.dispatchEvent(new Event("connectionstatechange"));
    this.#delete(session.resource);
  }

  /**
   * Tell the server. It may be gone, or may have ended the session first: either way nothing is left to do.
   *
   * @param {string} resource
   */
  #delete(resource) {
    fetch(resource, { method: "DELETE", headers: this.#authorization(), keepalive: true }).catch(() => null);
  }

  /**
   * @param {number} seconds
   * @returns {RequestInit}
   */
  #timely(seconds) {
    return { headers: this.#authorization(), signal: AbortSignal.timeout(seconds * 1000) };
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

/** @returns {Attempt} */
function attempt() {
  return { request: new AbortController(), began: performance.now() };
}

/**
 * Wait until something comes by a new way, or as long as it may take; return whether the way is good.
 *
 * @param {RTCPeerConnection} peer
 * @param {boolean} isDemanding a way by which nothing comes is not good, whatever the browser thinks of it
 * @returns {Promise<boolean>}
 */
async function settled(peer, isDemanding) {
  const before = (await flowOf(peer)).received;
  for (const deadline = performance.now() + SETTLE * 1000; performance.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK * 500));
    if (peer.connectionState === "closed" || (await flowOf(peer)).received > before) return true;
  }
  return !isDemanding && peer.connectionState === "connected";
}

/**
 * Where the server waits for sound and pictures, by the first candidate of its answer.
 *
 * @param {string} answer SDP
 * @returns {string}
 */
function portOf(answer) {
  const candidate = answer.match(/^a=candidate:\S+ \d+ \S+ \d+ (\S+) (\d+) /m);
  return candidate ? `${candidate[1]}:${candidate[2]}` : "";
}
