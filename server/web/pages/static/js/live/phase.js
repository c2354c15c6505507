// What the phases of a briefing mean for a page.

/** @typedef {import("./types.js").Phase} Phase */

/**
 * Whether sites may be in the room.
 *
 * @param {Phase} phase
 */
export function isRunning(phase) {
  return phase === "rehearsal" || phase === "open" || phase === "live";
}

/**
 * Whether nothing will happen any more.
 *
 * @param {Phase} phase
 */
export function isOver(phase) {
  return phase === "closed" || phase === "cancelled";
}
