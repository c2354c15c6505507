// What a line check found, in words: what is wrong, and what a technician does next.

import { t } from "../lib/i18n.js";

/**
 * @typedef {"no_way" | "camera" | "microphone" | "nothing_arrives" | "no_picture" | "black" | "frozen" | "silent"
 *   | "upload" | "download" | "loss" | "delay" | "small" | "quiet" | "clipped" | "echo" | "some_loss" | "some_delay"
 *   | "jitter" | "stream"} Fault
 */

/** @type {Record<Fault, () => [string, string]>} */
const WORDS = {
  no_way: () => [
    t("no way to the server"),
    t("Sound and pictures do not get through: ask the network's technician to open UDP to the server, or TCP 443 to the relay."),
  ],
  camera: () => [
    t("camera does not open"),
    t("Plug the camera in, close other programs that use it, allow this page to use it, then check again."),
  ],
  microphone: () => [
    t("microphone does not open"),
    t("Plug the microphone in, close other programs that use it, allow this page to use it, then check again."),
  ],
  nothing_arrives: () => [
    t("nothing arrives at the server"),
    t("The page sends, and the server receives nothing: load the page again; if it stays so, call the operator."),
  ],
  no_picture: () => [
    t("no picture"),
    t("The camera opens but gives no picture: unplug it and plug it in again, or choose another."),
  ],
  black: () => [t("black picture"), t("Open the camera's cover, turn on the light, or choose another camera.")],
  frozen: () => [t("frozen picture"), t("The picture stands still: unplug the camera and plug it in again.")],
  silent: () => [
    t("no speech heard"),
    t("Turn the microphone on at its switch and at the mixing desk, choose the right one above, then speak during the check."),
  ],
  upload: () => [
    t("upload too weak"),
    t("Use a cable instead of Wi-Fi, stop other programs and computers that use the line, or change to the back-up line."),
  ],
  download: () => [
    t("download too weak"),
    t("Use a cable instead of Wi-Fi, stop downloads on this network, or change to the back-up line."),
  ],
  loss: () => [
    t("much is lost on the way"),
    t("Check the cable and the switch's port, use a cable instead of Wi-Fi, or change to the back-up line; tell the network's technician."),
  ],
  delay: () => [
    t("the line is far too slow to answer"),
    t("The line is full or takes a long way round: stop other traffic, or change to the back-up line; tell the network's technician."),
  ],
  small: () => [t("small picture"), t("The camera gives less than 640×360: choose a better one if there is one.")],
  quiet: () => [t("quiet microphone"), t("Turn the microphone up, or move it closer to whoever speaks.")],
  clipped: () => [t("overdriven microphone"), t("Turn the microphone or the mixing desk down: loud words are distorted.")],
  echo: () => [
    t("echo"),
    t("The microphone hears the loudspeaker: turn the loudspeaker down, move the microphone away from it, or use the desk's echo cancellation."),
  ],
  some_loss: () => [t("some is lost on the way"), t("Use a cable instead of Wi-Fi, and watch the line during the rehearsal.")],
  some_delay: () => [t("slow to answer"), t("Stop other traffic on this network, and watch the line during the rehearsal.")],
  jitter: () => [t("unsteady line"), t("Use a cable instead of Wi-Fi; other traffic on this network makes the line unsteady.")],
  stream: () => [
    t("through the relay, by TCP"),
    t("It works, and may stutter when the line is full: ask the network's technician to open UDP to the server."),
  ],
};

/**
 * Name a fault in a few words.
 *
 * @param {Fault} fault
 * @returns {string}
 */
export function faultName(fault) {
  return WORDS[fault]()[0];
}

/** What to do about a device that did not open, by why it did not. @type {Record<string, () => string>} */
const DEVICE_ADVICE = {
  denied: () => t("The browser blocks it: press the sign beside this page's address, allow the camera and the microphone, then check again."),
  missing: () => t("The computer has none: plug it in and turn it on, then load the page again and check again."),
  in_use: () => t("Another program has it: close other meetings and other tabs of this page, then check again."),
  insecure: () => t("This page's address is not secure: open it by the address that begins with https."),
};

/**
 * Say what to do about a fault.
 *
 * @param {Fault} fault
 * @param {import("./types.js").Found | null} found how the devices answered
 * @returns {string}
 */
export function adviceOf(fault, found) {
  const device = fault === "camera" || fault === "microphone" ? DEVICE_ADVICE[found?.[fault] ?? ""] : undefined;
  return device === undefined ? WORDS[fault]()[1] : device();
}

/**
 * Name where a site stands on the board.
 *
 * @param {import("./types.js").CheckState} state
 * @returns {string}
 */
export function stateWord(state) {
  return { go: t("Go"), no_go: t("No-go"), stale: t("Check again"), unchecked: t("Not checked yet") }[state];
}

/** The shape of each state: a colour never stands alone. @type {Record<import("./types.js").CheckState, string>} */
export const STATE_ICONS = { go: "check", no_go: "warning", stale: "rotate", unchecked: "clock" };

/**
 * Name a way.
 *
 * @param {string} way
 * @returns {string}
 */
export function wayWord(way) {
  const words = {
    direct: t("directly (UDP)"),
    relay_udp: t("relay (UDP)"),
    relay_tcp: t("relay (TCP)"),
    relay_tls: t("relay (TLS)"),
    none: t("none"),
  };
  return words[/** @type {keyof typeof words} */ (way)] ?? way;
}
