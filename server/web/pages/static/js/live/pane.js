// A pane: one picture with the name of its place over it, and a word instead of black while nothing arrives.

import { all, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { everySecond } from "./clock.js";
import { mark } from "./keyed.js";

/** Seconds without a new picture after which a pane says so: whoever is filmed moves. */
const STANDS_STILL = 4;

/**
 * Write a name over a picture, and whether its source sends one at all.
 *
 * @param {HTMLElement} pane
 * @param {string} place
 * @param {string} speaker
 * @param {boolean} sends
 */
export function namePane(pane, place, speaker, sends) {
  say(one("[data-name]", pane), place);
  say(one("[data-speaker]", pane), speaker);
  mark(pane, "data-sends", sends ? "yes" : "no");
}

/**
 * Say what stands in for a picture that is not there: while the media plane is away, nobody has to do anything.
 *
 * @param {import("./types.js").Status["media"]} media
 * @returns {string}
 */
export function missingWord({ since }) {
  return since === null ? t("The picture is being restored…") : t("No picture yet");
}

/**
 * Write over every pane of the page what stands in for its picture.
 *
 * @param {import("./types.js").Status["media"]} media
 */
export function sayMissing(media) {
  for (const place of all(".pane__wait")) say(place, missingWord(media));
}

/**
 * Tell a pane whether moving pictures are arriving, so that it can say so instead of staying black.
 *
 * @param {HTMLVideoElement} video
 * @param {HTMLElement} pane gets `data-picture` "yes" or "no"
 */
export function watchPicture(video, pane) {
  const tell = () => (pane.dataset.picture = video.videoWidth > 0 && video.srcObject !== null ? "yes" : "no");
  for (const event of ["loadedmetadata", "resize", "playing", "emptied"]) video.addEventListener(event, tell);
  tell();
}

/**
 * Tell a pane whether its picture moves: the last one stays when none arrives, and must not pass for the present.
 *
 * @param {HTMLVideoElement} video
 * @param {HTMLElement} pane gets `data-frozen` "yes" while its picture stands still
 */
export function watchMotion(video, pane) {
  let seen = 0;
  let still = 0;
  everySecond(() => {
    const shown = video.getVideoPlaybackQuality().totalVideoFrames;
    still = shown === seen ? still + 1 : 0;
    seen = shown;
    mark(pane, "data-frozen", shown > 0 && still >= STANDS_STILL ? "yes" : null);
  });
}
