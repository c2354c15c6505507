// Where the stills of a briefing are, and how old one may be before that is said.

/** Seconds: a still is taken every five. */
const OLD = 20;

/**
 * @typedef {import("../live/types.js").EndpointStatus} EndpointStatus
 * @typedef {import("../live/clock.js").ServerClock} ServerClock
 */

/**
 * Name the latest still of a source.
 *
 * @param {string} briefing
 * @param {EndpointStatus} site
 * @returns {string} an address; empty where there is no still
 */
export function stillOf(briefing, { code, publishing, health }) {
  if (!publishing || !health?.still) return "";
  return `/api/v1/briefings/${briefing}/stills/${code}?at=${encodeURIComponent(health.still)}`;
}

/**
 * Say how old a still is, where it is no longer what can be seen there.
 *
 * @param {EndpointStatus} site
 * @param {ServerClock} clock
 * @returns {number} seconds; 0 for one that is fresh, or that is not there
 */
export function ageOf({ health }, clock) {
  const age = health?.still ? clock.since(health.still) : 0;
  return age >= OLD ? age : 0;
}
