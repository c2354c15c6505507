// Where a site stands on the floor, and whom the stage shows: read from the status document, never remembered.

import { isHub } from "./words.js";

/**
 * @typedef {import("./types.js").Floor} Floor
 * @typedef {import("./types.js").FloorRequest} FloorRequest
 * @typedef {import("./types.js").Turn} Turn
 *
 * @typedef {{kind: "on_air" | "held" | "paused", turn: Turn}} Speaking "held": the site dropped and its turn waits for
 *   it; "paused": the chair has interrupted it
 * @typedef {{kind: "on_deck" | "waiting", place: number, before: number, request: FloorRequest}} Waiting `place` in the
 *   queue counts from 1; `before`: how many speak before this site, as those on deck are called
 * @typedef {Speaking | Waiting | {kind: "idle"}} Standing
 */

/**
 * Say where a site stands.
 *
 * @param {Floor} floor
 * @param {string} code
 * @returns {Standing}
 */
export function standingOf(floor, code) {
  const { turn, queue, on_deck } = floor;
  if (turn?.endpoint === code) return { kind: turn.held_until ? "held" : turn.paused ? "paused" : "on_air", turn };
  const index = queue.findIndex((request) => request.endpoint === code);
  const request = queue[index];
  if (request === undefined) return { kind: "idle" };
  const place = index + 1;
  const before = on_deck.indexOf(code);
  return before < 0 ? { kind: "waiting", place, before: index, request } : { kind: "on_deck", place, before, request };
}

/**
 * Whether sites only listen: in a quick notification none of them speaks.
 *
 * @param {import("./types.js").Status} status
 */
export function isOneWay({ kind }) {
  return kind === "quick_notification";
}

/**
 * Who is seen and heard by all: the endpoint that has the floor, unless the chair has interrupted it.
 *
 * @param {Floor} floor
 * @returns {Turn | null} null: the hub, and whoever speaks in its room
 */
export function onAir({ turn, muted }) {
  return turn === null || turn.paused || muted || isHub(turn.endpoint) ? null : turn;
}

/**
 * Name the speaker in the hub's room, while one has the floor and is not interrupted.
 *
 * @param {Floor} floor
 * @returns {string}
 */
export function speakerAtHub({ turn }) {
  return turn !== null && isHub(turn.endpoint) && !turn.paused ? turn.speaker : "";
}

/**
 * Whether a viewer's stage shows the hub: nobody else is on air, and nobody is sent back to itself.
 *
 * @param {Floor} floor
 * @param {string} viewer an endpoint's code; "" for a viewer that is no site
 * @returns {boolean}
 */
export function stageIsHub(floor, viewer) {
  const turn = onAir(floor);
  return turn === null || turn.endpoint === viewer;
}
