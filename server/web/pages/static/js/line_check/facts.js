// The numbers of a line check, as rows: what the site found, and beside it what the server measured itself.

import { h } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { wayWord } from "./faults.js";

/**
 * @typedef {import("./types.js").SiteCheck} SiteCheck
 * @typedef {import("./types.js").Found} Found
 * @typedef {import("./types.js").Measured} Measured
 * @typedef {[string, string, string]} Fact what, the site's word, the server's
 */

/** Per cent of likeness from which a sound that was played was heard again; as the server has it. */
const ECHOING = 30;
const NOTHING = "–";

/**
 * Make the rows of a table.
 *
 * @param {SiteCheck} check
 * @returns {HTMLTableRowElement[]}
 */
export function factsOf({ found, measured }) {
  if (found === null) return [];
  const facts = [...devices(found, measured), ...line(found, measured)];
  return facts.map(([what, site, server]) => h("tr", {}, h("th", { scope: "row" }, what), h("td", {}, site), h("td", {}, server)));
}

/**
 * @param {Found} found
 * @param {Measured | null} measured
 * @returns {Fact[]}
 */
function devices({ camera, microphone, picture, sound }, measured) {
  const size = picture ? `${picture.width}×${picture.height}` : NOTHING;
  return [
    [t("Camera"), camera === "works" ? size : deviceWord(camera), measured ? t("{count} pictures/s", { count: measured.frames }) : NOTHING],
    [t("Microphone, loudest"), microphone === "works" ? level(sound?.loudest) : deviceWord(microphone), level(measured?.level)],
    [t("Echo"), echoWord(sound?.echo), NOTHING],
  ];
}

/**
 * @param {Found} found
 * @param {Measured | null} measured
 * @returns {Fact[]}
 */
function line({ line: found }, measured) {
  return [
    [t("Way"), wayWord(found.way), NOTHING],
    [t("Upload"), rate(found.upload), rate(measured?.bitrate)],
    [t("Download rate"), rate(found.download), NOTHING],
    [t("Lost, up"), loss(found.loss_up), loss(measured?.loss)],
    [t("Lost, down"), loss(found.loss_down), NOTHING],
    [t("Round trip"), milliseconds(found.round_trip), milliseconds(measured?.round_trip)],
    [t("Jitter"), milliseconds(found.jitter), NOTHING],
  ];
}

/** @param {string} device */
function deviceWord(device) {
  const words = {
    denied: t("blocked by the browser"),
    missing: t("not found"),
    in_use: t("used by another program"),
    insecure: t("the address is not secure"),
  };
  return words[/** @type {keyof typeof words} */ (device)] ?? device;
}

/** @param {number | null | undefined} echo */
function echoWord(echo) {
  if (echo === null || echo === undefined) return t("not tested");
  return echo >= ECHOING ? t("heard ({percent}%)", { percent: echo }) : t("none heard");
}

/** @param {number | null | undefined} value -dBov */
function level(value) {
  return value === null || value === undefined ? NOTHING : `${number(-value)} dB`;
}

/** @param {number | null | undefined} bits */
function rate(bits) {
  if (bits === null || bits === undefined) return NOTHING;
  return bits >= 1_000_000 ? `${number(bits / 1_000_000, 1)} Mbit/s` : `${number(bits / 1000)} kbit/s`;
}

/** @param {number | null | undefined} perMille */
function loss(perMille) {
  return perMille === null || perMille === undefined ? NOTHING : `${number(perMille / 10, 1)}%`;
}

/** @param {number | null | undefined} value */
function milliseconds(value) {
  return value === null || value === undefined ? NOTHING : `${number(value)} ms`;
}
