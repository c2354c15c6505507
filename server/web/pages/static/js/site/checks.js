// What the server sees and hears of this place while it gets ready to speak, and what to do about what is wrong.

import { h, icon, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { drawList, mark } from "../live/keyed.js";

/**
 * @typedef {import("../live/types.js").Readiness} Readiness
 * @typedef {import("../live/types.js").Check} Check
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {Check} check
 * @property {string} word
 * @property {string} advice empty where there is nothing to do
 */

/**
 * Draw the three checks.
 *
 * @param {Readiness | null} readiness null: this place does not get ready now
 */
export function drawChecks(readiness) {
  one("#checks").hidden = readiness === null;
  if (readiness === null) return;
  mark(one("#checks"), "data-state", readiness.state);
  drawList(one("#checks-list"), rowsOf(readiness), {
    key: ({ name }) => name,
    create: () => h("li", { class: "check" }, h("span", { class: "check__sign" }), h("strong", {}), h("span", {})),
    update: (row, { check, word, advice }) => {
      if (row.dataset.check !== check) one(".check__sign", row).replaceChildren(icon(SIGNS[check]));
      mark(row, "data-check", check);
      say(one("strong", row), word);
      say(one("strong + span", row), advice);
    },
  });
}

/** @type {Record<Check, string>} */
const SIGNS = { ok: "check", bad: "warning", unknown: "clock" };

/**
 * @param {Readiness} readiness
 * @returns {Row[]}
 */
function rowsOf(readiness) {
  const { picture, sound, uplink, reason } = readiness;
  if (reason === "no_media" || reason === "absent") return [nothing()];
  return [
    { name: "picture", check: picture, word: pictureWord(picture), advice: pictureAdvice(picture, reason) },
    { name: "sound", check: sound, word: soundWord(sound), advice: soundAdvice(sound) },
    { name: "uplink", check: uplink, word: lineWord(uplink), advice: lineAdvice(uplink) },
  ];
}

/** @returns {Row} */
function nothing() {
  const advice = t("Check the camera and the microphone, and allow this page to use them.");
  return { name: "media", check: "bad", word: t("Nothing arrives from here"), advice };
}

/** @param {Check} check */
function pictureWord(check) {
  return { ok: t("Picture arrives"), bad: t("Picture is wrong"), unknown: t("Picture is being checked") }[check];
}

/** @param {Check} check */
function soundWord(check) {
  return { ok: t("Sound arrives"), bad: t("No sound arrives"), unknown: t("Sound is being checked") }[check];
}

/** @param {Check} check */
function lineWord(check) {
  return { ok: t("Line is good enough"), bad: t("Line is too weak"), unknown: t("Line is being checked") }[check];
}

/**
 * @param {Check} check
 * @param {string | null} reason
 */
function pictureAdvice(check, reason) {
  if (check !== "bad") return "";
  if (reason === "black") return t("It is black: open the camera's cover, and turn on the light.");
  if (reason === "frozen") return t("It stands still: unplug the camera and plug it in again.");
  return t("None arrives: unplug the camera and plug it in again, or choose another.");
}

/** @param {Check} check */
function soundAdvice(check) {
  if (check === "unknown") return t("Say a few words.");
  return check === "bad" ? t("Turn the microphone on, at its switch and on this page, or choose another.") : "";
}

/** @param {Check} check */
function lineAdvice(check) {
  return check === "bad" ? t("Let no other program use the line; use a cable instead of Wi-Fi.") : "";
}
