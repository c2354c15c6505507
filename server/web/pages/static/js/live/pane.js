// A pane: one picture with the name of its place over it, and a word instead of black while nothing arrives.

import { one, say } from "../lib/dom.js";
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
