// The mark that says the stage is being recorded: everybody sees it, in words as well as in colour, and hears it once.

import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @typedef {import("./types.js").Status} Status */

/** Why nothing is written, by the recorder's word. */
const FAILURES = {
  disk_full: () => t("the disk is full"),
  disk: () => t("the disk does not take it"),
  overflow: () => t("the disk is too slow"),
  stalled: () => t("the disk does not answer"),
  lost: () => t("the recorder was lost"),
  silent: () => t("the recorder does not answer"),
};

/**
 * Say why nothing is written.
 *
 * @param {string} reason the recorder's word
 * @returns {string}
 */
export function failureWord(reason) {
  return FAILURES[/** @type {keyof typeof FAILURES} */ (reason)]?.() ?? reason;
}

/**
 * Show the mark while the stage is recorded; the element is a live region, so a change is read out.
 *
 * @param {HTMLElement} mark
 * @param {Status["recording"]} recording null while nothing is recorded
 */
export function showRecording(mark, recording) {
  const state = recording?.state ?? "off";
  if (mark.dataset.state === state) return;
  mark.dataset.state = state;
  mark.replaceChildren(...(recording ? [h("span", { class: "recording__dot" }), wordOf(recording.state)] : []));
}

/** @param {"recording" | "failed"} state */
function wordOf(state) {
  return state === "failed" ? t("Recording has failed") : t("Recording");
}
