// Measures of a line as operators read them.

import { number, percent } from "../lib/format.js";
import { t } from "../lib/i18n.js";

/** What stands where nothing is measured. */
const NONE = "–";

/**
 * @param {number | null | undefined} bits bit/s
 * @returns {string} "148 kb/s", "1,2 Mb/s"
 */
export function rate(bits) {
  if (bits === null || bits === undefined) return NONE;
  return bits >= 1e6 ? `${number(bits / 1e6, 1)} Mb/s` : `${number(bits / 1e3)} kb/s`;
}

/** @param {number | null | undefined} share 0..1 @returns {string} */
export function loss(share) {
  return share === null || share === undefined ? NONE : percent(share, 1);
}

/** @param {number | null | undefined} seconds @returns {string} in milliseconds */
export function trip(seconds) {
  return seconds === null || seconds === undefined ? NONE : `${number(seconds * 1000)} ms`;
}

/** @param {number | null | undefined} perSecond @returns {string} */
export function frames(perSecond) {
  return perSecond === null || perSecond === undefined ? NONE : number(perSecond, 0);
}

/** @param {number} seconds @returns {string} how long ago */
export function ago(seconds) {
  if (seconds < 60) return t("{count} s ago", { count: seconds });
  if (seconds < 3600) return t("{count} min ago", { count: Math.floor(seconds / 60) });
  return t("{count} h ago", { count: Math.floor(seconds / 3600) });
}

/**
 * @param {"full" | "reduced" | "still" | undefined} picture what a line carries of the stage
 * @returns {string} to stand after the rate that is received; empty when it is everything
 */
export function carried(picture) {
  if (picture === "reduced") return ` · ${t("small picture")}`;
  return picture === "still" ? ` · ${t("sound only")}` : "";
}
