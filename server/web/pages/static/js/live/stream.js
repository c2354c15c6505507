// The event stream of a briefing, kept open by itself: it resumes after the last entry it heard, so none is missed.
//
// `EventSource` cannot send an Authorization header, so the stream is read with fetch.

import { refusalOf } from "../lib/api.js";
import { backOff, isFinal, pause } from "./retry.js";
import { createParser } from "./sse.js";

/** Seconds without a byte (the server comments every 3 s) after which the line counts as dead. */
const SILENCE = 15;
/** The same when there is reason to doubt it. */
const DOUBT = 3.5;

/**
 * @typedef {import("./types.js").Status} Status
 * @typedef {import("./types.js").JournalEntry} JournalEntry
 * @typedef {import("./types.js").Telemetry} Telemetry
 * @typedef {import("./types.js").Line} Line
 * @typedef {import("./types.js").Readiness} Readiness
 * @typedef {import("./types.js").Particulars} Particulars
 * @typedef {import("../lib/api.js").Refusal} Refusal
 *
 * @typedef {"connecting" | "open" | "waiting" | "refused"} StreamState
 *
 * @typedef {object} Listener
 * @property {(status: Status) => void} status
 * @property {(entry: JournalEntry) => void} [journal]
 * @property {(telemetry: Telemetry) => void} [telemetry]
 * @property {(line: Line) => void} [line] what a site's own line carries
 * @property {(readiness: Readiness | null) => void} [deck] whether this site could speak now; null: it is not on deck
 * @property {(particulars: Particulars) => void} [particulars] what a site is told of the plan
 * @property {() => void} [documents] a site's documents, or the papers it owes, are not what they were
 * @property {() => void} [heard] anything at all arrived, were it only a heartbeat
 * @property {(state: StreamState, refusal: Refusal | null) => void} [state] "waiting": it will try again by itself;
 *   "refused": it will not
 *
 * @typedef {object} Address
 * @property {string} url
 * @property {string} [token] a bearer token; without it the session cookie speaks
 */

export class EventStream {
  /** @type {AbortController} */
  #life = new AbortController();
  /** @type {AbortController} */
  #nap = new AbortController();
  /** @type {Watchdog | null} */
  #watchdog = null;
  #lastId = "";

  /**
   * @param {Address} address
   * @param {Listener} listener
   */
  constructor(address, listener) {
    this.address = address;
    this.listener = listener;
  }

  /** Open the stream and keep it open until `stop`. */
  start() {
    void this.#run(this.#life.signal);
    addEventListener("online", () => this.#nap.abort(), { signal: this.#life.signal });
  }

  /** Leave the stream and open it again: what the server says of this caller may have changed. */
  reopen() {
    this.#watchdog?.stop();
    this.#nap.abort();
  }

  /**
   * Expect a sign of life soon, or open the stream anew: the network seems to have changed. The server still counts
   * this caller as present for a few seconds; it will never know that the old stream broke.
   */
  doubt() {
    this.#watchdog?.hurry(DOUBT);
  }

  /** Close the stream for good. */
  stop() {
    this.#life.abort();
    this.#nap.abort();
  }

  /** @param {AbortSignal} life */
  async #run(life) {
    for (let failures = 0; !life.aborted; failures += 1) {
      this.#say("connecting", null);
      const outcome = await this.#listen(life);
      if (life.aborted) return;
      if (outcome.final) return this.#say("refused", outcome.refusal);
      if (outcome.heard) failures = 0;
      this.#say("waiting", outcome.refusal);
      this.#nap = new AbortController();
      await pause(Math.max(backOff(failures), outcome.wait), this.#nap.signal);
    }
  }

  /**
   * Open the stream once and read it to its end.
   *
   * @param {AbortSignal} life
   * @returns {Promise<{heard: boolean, final: boolean, wait: number, refusal: Refusal | null}>}
   */
  async #listen(life) {
    const outcome = { heard: false, final: false, wait: 0, refusal: /** @type {Refusal | null} */ (null) };
    const watchdog = new Watchdog(SILENCE, life);
    this.#watchdog = watchdog;
    try {
      const response = await fetch(this.address.url, { headers: this.#headers(), signal: watchdog.signal });
      if (!response.ok || response.body === null) {
        const refusal = await refusalOf(response);
        return { ...outcome, final: isFinal(response.status), wait: refusal.retryAfter, refusal };
      }
      outcome.heard = true;
      this.#say("open", null);
      await this.#read(response.body, watchdog);
    } catch (error) {
      if (!isLineFailure(error)) throw error;
    } finally {
      watchdog.stop();
    }
    return outcome;
  }

  /**
   * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
   * @param {Watchdog} watchdog
   */
  async #read(body, watchdog) {
    const parse = createParser((message) => this.#deliver(message));
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      watchdog.pat();
      this.listener.heard?.();
      parse(value);
    }
  }

  /** @param {import("./sse.js").Message} message */
  #deliver({ event, data, id }) {
    this.#lastId = id || this.#lastId;
    if (event === "status") this.listener.status(JSON.parse(data));
    else if (event === "journal") this.listener.journal?.(JSON.parse(data));
    else if (event === "telemetry") this.listener.telemetry?.(JSON.parse(data));
    else if (event === "line") this.listener.line?.(JSON.parse(data));
    else if (event === "documents") this.listener.documents?.();
    else if (event === "deck") this.listener.deck?.(JSON.parse(data));
    else if (event === "particulars") this.listener.particulars?.(JSON.parse(data));
  }

  #headers() {
    /** @type {Record<string, string>} */
    const headers = { Accept: "text/event-stream" };
    if (this.address.token) headers.Authorization = `Bearer ${this.address.token}`;
    if (this.#lastId) headers["Last-Event-ID"] = this.#lastId;
    return headers;
  }

  /**
   * @param {StreamState} state
   * @param {Refusal | null} refusal
   */
  #say(state, refusal) {
    this.listener.state?.(state, refusal);
  }
}

/** Aborts its signal when it is not patted for a while, or when the life it belongs to ends. */
class Watchdog {
  #controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {number} seconds
   * @param {AbortSignal} life
   */
  constructor(seconds, life) {
    this.seconds = seconds;
    life.addEventListener("abort", () => this.#controller.abort(), { signal: this.#controller.signal });
    this.pat();
  }

  get signal() {
    return this.#controller.signal;
  }

  pat() {
    this.hurry(this.seconds);
  }

  /**
   * Abort after so many seconds, unless it is patted before.
   *
   * @param {number} seconds
   */
  hurry(seconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(), seconds * 1000);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }
}

/**
 * Whether an error is the network's (or our own watchdog's), not a mistake of a listener.
 *
 * @param {unknown} error
 */
function isLineFailure(error) {
  return error instanceof TypeError || (error instanceof DOMException && error.name === "AbortError");
}
