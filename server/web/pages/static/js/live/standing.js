// Where a site stands on the floor, and whom the stage shows: read from the status document, never remembered.

/**
 * @typedef {import("./types.js").Floor} Floor
 * @typedef {import("./types.js").FloorRequest} FloorRequest
 * @typedef {import("./types.js").Turn} Turn
 *
 * @typedef {{kind: "on_air" | "held", turn: Turn}} Speaking "held": the site dropped and its turn waits for it
 * @typedef {{kind: "on_deck" | "waiting", place: number, request: FloorRequest}} Waiting `place` counts from 1
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
  if (floor.turn?.endpoint === code) return { kind: floor.turn.held_until ? "held" : "on_air", turn: floor.turn };
  const index = floor.queue.findIndex((request) => request.endpoint === code);
  const request = floor.queue[index];
  if (request === undefined) return { kind: "idle" };
  return { kind: floor.on_deck.includes(code) ? "on_deck" : "waiting", place: index + 1, request };
}

/**
 * Whether a viewer's stage shows the hub: nobody else has the floor, and nobody is sent back to itself.
 *
 * @param {Floor} floor
 * @param {string} viewer an endpoint's code; "" for a viewer that is no site
 * @returns {boolean}
 */
export function stageIsHub(floor, viewer) {
  return floor.turn === null || floor.turn.endpoint === viewer;
}
