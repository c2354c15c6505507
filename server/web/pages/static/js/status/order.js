// Worst first: how bad each condition is, and the orders a list can be sorted by.

import { conditionOf } from "../live/words.js";

/**
 * @typedef {import("../live/types.js").EndpointStatus} EndpointStatus
 * @typedef {import("../live/words.js").Condition} Condition
 * @typedef {import("../live/types.js").Signal} Signal
 * @typedef {"condition" | "name" | "check_in" | "received" | "last_seen"} Said
 * @typedef {"bitrate" | "loss" | "round_trip" | "frames"} Measured
 * @typedef {Said | Measured} Key
 */

/** From what needs a hand at once to what is well. @type {Condition[]} */
const WORST_FIRST = ["lost", "poor", "silent", "faulty", "absent", "fair", "air", "good"];

/** A picture before a sound, nothing before something. @type {Signal[]} */
const WORST_SIGNAL_FIRST = ["no_signal", "black", "frozen", "silent", "clipping", "level_mismatch"];

/** What an operator must look into. @type {Condition[]} */
export const TROUBLE = ["lost", "poor", "silent", "faulty", "absent", "fair"];

/**
 * How far from the worst a site is: by its condition, and among faulty ones by the worst of its signals.
 *
 * @param {EndpointStatus} site
 * @returns {number} smaller is worse
 */
export function rank(site) {
  const [worst] = site.health?.signals ?? [];
  const signal = worst === undefined ? 0 : WORST_SIGNAL_FIRST.indexOf(worst);
  return WORST_FIRST.indexOf(conditionOf(site)) + signal / WORST_SIGNAL_FIRST.length;
}

/**
 * What to sort a site by; a missing measure sorts as the worst.
 *
 * @param {EndpointStatus} site
 * @param {Key} key
 * @returns {number | string}
 */
function measure(site, key) {
  const { health } = site;
  switch (key) {
    case "condition":
      return rank(site);
    case "name":
      return site.name;
    case "check_in":
      return site.check_in ? site.check_in.headcount : -1;
    case "received":
      return health?.received?.bitrate ?? -1;
    case "last_seen":
      return site.last_seen ?? "";
    case "loss":
    case "round_trip":
      return -(health?.[key] ?? Infinity);
    default:
      return health?.[key] ?? -1;
  }
}

/**
 * Sort sites by one measure, worst (or first) first; equal ones stay in roster order.
 *
 * @param {EndpointStatus[]} sites
 * @param {Key} key
 * @param {boolean} [reverse]
 * @returns {EndpointStatus[]}
 */
export function sorted(sites, key, reverse = false) {
  const sign = reverse ? -1 : 1;
  return [...sites].sort((a, b) => sign * compare(measure(a, key), measure(b, key)));
}

/**
 * @param {number | string} a
 * @param {number | string} b
 */
function compare(a, b) {
  if (typeof a === "string" && typeof b === "string") return a.localeCompare(b, "vi");
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * Shorten a name for a narrow tile: "Bà Rịa - Vũng Tàu" becomes "BR-VT", "Thừa Thiên Huế" "TT Huế".
 *
 * @param {string} name
 * @returns {string}
 */
export function shortName(name) {
  const initials = (/** @type {string[]} */ words) => words.map((word) => word[0] ?? "").join("");
  const halves = name.split(/\s+-\s+/);
  if (halves.length > 1) return halves.map((half) => initials(half.split(/\s+/))).join("-");
  const words = name.split(/\s+/);
  if (name.length <= 11 || words.length < 3) return name;
  return `${initials(words.slice(0, -1))} ${words.at(-1)}`;
}
