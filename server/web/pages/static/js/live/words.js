// The words and shapes of a site's state: a colour never stands alone.

import { t } from "../lib/i18n.js";

/**
 * @typedef {import("./types.js").EndpointStatus} EndpointStatus
 * @typedef {import("./types.js").Floor} Floor
 * @typedef {import("./types.js").Signal} Signal
 * @typedef {"air" | "poor" | "fair" | "lost" | "silent" | "faulty" | "absent" | "good"} Condition worst things have a
 *   shape of their own; "silent": present, but sends nothing; "faulty": what it sends is wrong, see its signals
 */

/**
 * Whether a code means the hub's room instead of a site.
 *
 * @param {string} endpoint
 */
export function isHub(endpoint) {
  return endpoint === "hub";
}

/**
 * Name who asks or speaks: a site, or the hub in the reader's language.
 *
 * @param {{endpoint: string, name: string}} who
 */
export function placeName({ endpoint, name }) {
  return isHub(endpoint) ? t("Hub") : name;
}

/**
 * Say who speaks and about what.
 *
 * @param {{speaker: string, topic: string} | null} what
 */
export function speechOf(what) {
  return [what?.speaker, what?.topic].filter(Boolean).join(" – ");
}

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
  if (line === "poor") return line;
  if (site.health?.signals?.length) return "faulty";
  if (line === "fair") return line;
  return site.code === holder ? "air" : "good";
}

/**
 * Say how a site is, in words for people.
 *
 * @param {EndpointStatus} site
 * @param {string} [holder] the code of the site that has the floor
 * @returns {string}
 */
export function wordOf(site, holder) {
  const condition = conditionOf(site, holder);
  const [worst] = site.health?.signals ?? [];
  if (condition === "faulty" && worst) return signalWord(worst);
  return condition === "good" && !site.health ? t("sending") : conditionWord(condition);
}

/**
 * Name what is wrong with a picture or a sound.
 *
 * @param {Signal} signal
 * @returns {string}
 */
export function signalWord(signal) {
  return {
    no_signal: t("no signal"),
    black: t("black picture"),
    frozen: t("frozen picture"),
    silent: t("no sound"),
    clipping: t("distorted sound"),
    level_mismatch: t("wrong sound level"),
  }[signal];
}

/**
 * Name a condition.
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
    faulty: t("faulty picture or sound"),
    absent: t("not here"),
  }[condition];
}

/**
 * Say why a site sends no more.
 *
 * @param {string} reason the journal's word
 * @returns {string} the same word when it is none of those known here
 */
export function stoppedWord(reason) {
  const words = {
    closed: t("ended in good order"),
    replaced: t("sent from another device"),
    lost: t("the line was lost"),
    flooded: t("cut for 10 seconds: it sent far too much; have its sender checked"),
    restart: t("the service was restarted"),
  };
  return words[/** @type {keyof typeof words} */ (reason)] ?? reason;
}

/**
 * Say why a site that gets ready could not speak now.
 *
 * @param {string} reason
 * @returns {string}
 */
export function faultWord(reason) {
  const words = {
    absent: t("not here"),
    no_media: t("sends nothing"),
    no_signal: t("no signal"),
    black: t("black picture"),
    frozen: t("frozen picture"),
    silent: t("no sound"),
    uplink: t("line too weak"),
  };
  return words[/** @type {keyof typeof words} */ (reason)] ?? reason;
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
    rehearsal: t("Rehearsal"),
    open: t("Lobby open"),
    live: t("Live"),
    closed: t("Ended"),
    cancelled: t("Cancelled"),
  }[phase];
}

/**
 * Name a rule that orders the queue.
 *
 * @param {import("./types.js").Policy} policy
 * @returns {string}
 */
export function policyWord(policy) {
  return {
    asked: t("In the order of asking"),
    agenda: t("By agenda item"),
    least_spoken: t("Who has spoken least first"),
    chair: t("In the chair's own order"),
  }[policy];
}
