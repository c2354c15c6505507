// The meeting on one line: who had the floor when, over an axis of the time of day.

import { h } from "../lib/dom.js";
import { time } from "../lib/format.js";

/** Minutes between marks on the axis. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 240];
const MOST_MARKS = 12;
const MINUTE = 60_000;

/**
 * @typedef {object} Turn
 * @property {number} number
 * @property {string} name
 * @property {string} granted_at
 * @property {string | null} ended_at null while it runs
 *
 * @typedef {object} Span a stretch of time, in milliseconds since the epoch
 * @property {number} from
 * @property {number} to
 */

/**
 * Draw the turns to scale; what lies outside the line is cut off.
 *
 * @param {HTMLElement} line
 * @param {Turn[]} turns
 * @param {Span} whole
 */
export function drawTurns(line, turns, whole) {
  const bars = turns.map((turn) => {
    const from = Math.max(Date.parse(turn.granted_at), whole.from);
    const to = Math.min(turn.ended_at ? Date.parse(turn.ended_at) : whole.to, whole.to);
    const bar = h("span", { class: "rewind__turn" }, `${turn.number}. ${turn.name}`);
    bar.style.left = share(from - whole.from, whole);
    bar.style.width = share(Math.max(0, to - from), whole);
    return bar;
  });
  line.replaceChildren(...bars);
}

/**
 * Draw round times of day.
 *
 * @param {HTMLElement} axis
 * @param {Span} whole
 */
export function drawMarks(axis, whole) {
  const marks = momentsIn(whole).map((moment) => {
    const label = h("span", { class: "rewind__mark numbers" }, time(moment));
    label.style.left = share(moment - whole.from, whole);
    return label;
  });
  axis.replaceChildren(...marks);
}

/**
 * Choose round moments, a dozen at most.
 *
 * @param {Span} whole
 * @returns {number[]}
 */
export function momentsIn({ from, to }) {
  const minutes = STEPS.find((step) => (to - from) / MINUTE / step <= MOST_MARKS) ?? STEPS.at(-1) ?? 1;
  const step = minutes * MINUTE;
  const moments = [];
  for (let moment = Math.ceil(from / step) * step; moment <= to; moment += step) moments.push(moment);
  return moments;
}

/**
 * @param {number} length milliseconds
 * @param {Span} whole
 */
function share(length, { from, to }) {
  return `${(100 * length) / Math.max(1, to - from)}%`;
}
