// How a turn's time stands: what is left, what is over, and in which of five states, each with a shape and a word.

import { icon, one, say } from "../lib/dom.js";
import { clock as written } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { mark } from "./keyed.js";

/**
 * @typedef {import("./types.js").Turn} Turn
 * @typedef {"calm" | "last" | "over" | "paused" | "held"} TimeState "last": the last minute has begun
 *
 * @typedef {object} TurnTime
 * @property {TimeState} state
 * @property {number} spent seconds
 * @property {number | null} left seconds; negative: over; null: no limit
 */

/** Seconds before the end in which the speaker is reminded of it. */
const LAST = 60;

/** The shape of each state, by the sprite's names. */
const SHAPES = { calm: "clock", last: "warning", over: "stop", paused: "pause", held: "wifi-off" };

/**
 * Work out a turn's time.
 *
 * @param {Turn} turn as a status document says
 * @param {string} writtenAt when the document was written, RFC 3339
 * @param {number} now milliseconds of the server's clock
 * @returns {TurnTime}
 */
export function timeOf(turn, writtenAt, now) {
  const since = turn.standing ? 0 : Math.max(0, (now - Date.parse(writtenAt)) / 1000);
  const spent = turn.spent + since;
  const left = turn.allotted === null ? null : turn.allotted - spent;
  return { state: stateOf(turn, left), spent, left };
}

/**
 * @param {Turn} turn
 * @param {number | null} left
 * @returns {TimeState}
 */
function stateOf({ paused, held_until }, left) {
  if (held_until) return "held";
  if (paused) return "paused";
  if (left === null || left > LAST) return "calm";
  return left > 0 ? "last" : "over";
}

/**
 * Write a time as a clock: what is left, what it is over by, or without a limit what was spent.
 *
 * @param {TurnTime} time
 * @returns {string}
 */
export function timeWritten({ left, spent }) {
  if (left === null) return written(spent);
  return left > 0 ? written(Math.ceil(left)) : `+${written(-left)}`;
}

/**
 * Say in words what the clock means.
 *
 * @param {TurnTime} time
 * @param {Turn} turn
 * @returns {string}
 */
export function timeWord({ state, left, spent }, { allotted }) {
  if (state === "held") return t("Line lost");
  if (state === "paused") return t("Interrupted");
  if (state === "last") return t("Less than 1 minute left");
  if (state === "over") return t("Over time by {time}", { time: written(-(left ?? 0)) });
  return allotted === null ? t("No limit") : t("{spent} / {allotted}", hands(spent, allotted));
}

/** @param {number} spent @param {number} allotted */
function hands(spent, allotted) {
  return { spent: written(spent), allotted: written(allotted) };
}

/** The clock of a turn on a page: `turn_time` in live/parts.html. */
export class TurnClock {
  /** @type {Turn | null} */
  #turn = null;
  #writtenAt = "";

  /**
   * @param {HTMLElement} box
   * @param {import("./clock.js").ServerClock} clock
   */
  constructor(box, clock) {
    this.box = box;
    this.clock = clock;
  }

  /**
   * @param {Turn | null} turn null: nobody's time runs
   * @param {string} writtenAt when the status was written that says so
   */
  draw(turn, writtenAt) {
    this.#turn = turn;
    this.#writtenAt = writtenAt;
    this.tick();
  }

  /** Move the clock; call it every second. */
  tick() {
    const turn = this.#turn;
    this.box.hidden = turn === null;
    if (turn === null) return;
    const time = timeOf(turn, this.#writtenAt, this.clock.now());
    this.#drawShape(time.state);
    say(one("[data-time-clock]", this.box), timeWritten(time));
    say(one("[data-time-word]", this.box), timeWord(time, turn));
    const share = turn.allotted === null ? 0 : Math.min(1, time.spent / turn.allotted);
    one("[data-time-fill]", this.box).style.width = `${(share * 100).toFixed(1)}%`;
    one("[data-time-bar]", this.box).hidden = turn.allotted === null;
  }

  /** @param {TimeState} state */
  #drawShape(state) {
    if (this.box.dataset.time === state) return;
    mark(this.box, "data-time", state);
    one("[data-time-shape]", this.box).replaceChildren(icon(SHAPES[state]));
  }
}
