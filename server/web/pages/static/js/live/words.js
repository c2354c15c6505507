// The words and shapes of a site's state: a colour never stands alone.

import { t } from "../lib/i18n.js";

/**
 * @typedef {import("./types.js").EndpointStatus} EndpointStatus
 * @typedef {import("./types.js").Floor} Floor
 * @typedef {"air" | "poor" | "fair" | "lost" | "silent" | "absent" | "good"} Condition worst things have a shape of
 *   their own; "silent": present, but no picture or sound arrives
 */

/**
 * Say how a site is, in one word for programs.
 *
 * @param {EndpointStatus} site
 * @param {string} [holder] the code of the site that has the floor
 * @returns {Condition}
 */
export function conditionOf(site, holder) {
  if (site.presence === "absent") return "absent";
  if (site.presence === "lost") return "lost";
  if (!site.publishing) return "silent";
  const line = site.health?.state ?? "good";
  if (line !== "good") return line;
  return site.code === holder ? "air" : "good";
}

/**
 * Say how a site is, in words for people.
 *
 * @param {Condition} condition
 * @returns {string}
 */
export function conditionWord(condition) {
  return {
    air: t("on air"),
    good: t("good"),
    fair: t("fair line"),
    poor: t("poor line"),
    lost: t("lost"),
    silent: t("no picture"),
    absent: t("not here"),
  }[condition];
}

/**
 * Name the phase of a briefing.
 *
 * @param {import("./types.js").Phase} phase
 * @returns {string}
 */
export function phaseWord(phase) {
  return {
    draft: t("Draft"),
    scheduled: t("Scheduled"),
    open: t("Lobby open"),
    live: t("Live"),
    closed: t("Ended"),
    cancelled: t("Cancelled"),
  }[phase];
}
