// One line check from beginning to end: the devices, the picture, the sound, the echo, and the line both ways.

import { t } from "../lib/i18n.js";
import { echoOf } from "./echo.js";
import { carried, delaysOf, downloadRate, receivedBy, sentBy, wayOf } from "./line.js";
import { PictureWatch } from "./picture.js";
import { SoundWatch } from "./sound.js";

/** Milliseconds to wait for a connection. */
const CONNECT = 12_000;
/** Milliseconds the picture, the sound and the line are watched. */
const WATCH = 8000;
const LOOK = 500;

/**
 * @typedef {object} Place what is checked
 * @property {() => import("../live/devices.js").Opened} opened the devices, as they are now
 * @property {HTMLVideoElement} preview shows the camera
 * @property {() => RTCPeerConnection | null} sending
 * @property {() => RTCPeerConnection | null} receiving
 * @property {string} ballast where there is something to download
 * @property {string} token
 *
 * @typedef {import("./types.js").Found} Found
 */

/**
 * Check a line that is being sent over.
 *
 * @param {Place} place
 * @param {AudioContext} context runs
 * @param {(word: string, share: number) => void} progress what is being done, and how much of all is done, 0..1
 * @returns {Promise<Found>}
 */
export async function checkLine(place, context, progress) {
  const opened = place.opened();
  progress(t("Connecting to the server…"), 0);
  await connected(place);
  const watched = await watchAll(place, context, progress);
  const echo = opened.audio === null ? null : await listenForEcho(context, opened.audio, progress);
  progress(t("Measuring the download…"), 0.85);
  const download = await downloadRate(place.ballast, place.token);
  progress(t("Sending the result…"), 0.97);
  return {
    camera: opened.videoTrouble ?? "works",
    microphone: opened.audioTrouble ?? "works",
    picture: watched.picture,
    sound: watched.sound && { ...watched.sound, echo },
    line: { ...watched.line, download },
  };
}

/** @param {Place} place */
async function connected(place) {
  const { audio, video } = place.opened();
  if (audio === null && video === null) return;
  for (const deadline = performance.now() + CONNECT; performance.now() < deadline;) {
    if (place.sending()?.connectionState === "connected") return;
    await pause(LOOK / 2);
  }
}

/**
 * Watch everything at once, for as long as somebody can be asked to speak.
 *
 * @param {Place} place
 * @param {AudioContext} context
 * @param {(word: string, share: number) => void} progress
 */
async function watchAll(place, context, progress) {
  const { audio } = place.opened();
  const picture = new PictureWatch(place.preview);
  const sound = audio && new SoundWatch(context, audio);
  const before = [await sentBy(place.sending()), await receivedBy(place.receiving())];
  for (let passed = 0; passed < WATCH; passed += LOOK) {
    progress(t("Say a few words towards the microphone: one, two, three…"), 0.1 + (0.55 * passed) / WATCH);
    picture.look();
    await pause(LOOK);
  }
  const after = [await sentBy(place.sending()), await receivedBy(place.receiving())];
  return { picture: picture.found, sound: sound && sound.finish(), line: await lineOf(place, before, after) };
}

/**
 * @param {Place} place
 * @param {import("./line.js").Counted[]} before
 * @param {import("./line.js").Counted[]} after
 */
async function lineOf(place, before, after) {
  const [up, down] = before.map((one, index) => carried(one, after[index] ?? one));
  return {
    way: await wayOf(place.sending()),
    upload: up?.rate ?? 0,
    received: down?.rate || null,
    loss_up: up?.loss ?? null,
    loss_down: down?.loss ?? null,
    ...(await delaysOf([place.sending(), place.receiving()])),
  };
}

/**
 * @param {AudioContext} context
 * @param {MediaStreamTrack} track
 * @param {(word: string, share: number) => void} progress
 */
async function listenForEcho(context, track, progress) {
  progress(t("Be quiet now: a short sound is played, to listen for an echo…"), 0.68);
  await pause(2 * LOOK);
  return echoOf(context, track);
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
