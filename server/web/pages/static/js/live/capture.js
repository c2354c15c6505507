// The camera and microphone of this place: opened, chosen, shown, measured, and switched while they are being sent.

import { h, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { choose, listDevices, openDevices } from "./devices.js";
import { mark } from "./keyed.js";
import { LevelMeter } from "./levels.js";

/**
 * @typedef {import("./devices.js").Opened} Opened
 * @typedef {import("./devices.js").Trouble} Trouble
 */

/** @type {Opened} */
const NOTHING = { audio: null, video: null, audioTrouble: null, videoTrouble: null };

export class Capture {
  /** @type {Opened} */
  opened = NOTHING;
  #meter = new LevelMeter((level) => this.#drawLevel(level));

  /**
   * @param {HTMLElement} panel holds `[data-capture=…]`: camera and microphone (selects), preview (video), picture
   *   and sound (advice)
   * @param {(opened: Opened) => void} changed the tracks are others than before
   */
  constructor(panel, changed) {
    this.changed = changed;
    this.preview = /** @type {HTMLVideoElement} */ (one("[data-capture=preview]", panel));
    this.selects = {
      videoinput: /** @type {HTMLSelectElement} */ (one("[data-capture=camera]", panel)),
      audioinput: /** @type {HTMLSelectElement} */ (one("[data-capture=microphone]", panel)),
    };
    this.picture = one("[data-capture=picture]", panel);
    this.sound = one("[data-capture=sound]", panel);
    for (const kind of /** @type {const} */ (["videoinput", "audioinput"])) {
      this.selects[kind].addEventListener("change", () => this.#chosen(kind));
    }
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#replugged());
  }

  /** Open the devices, or open them anew after a choice. */
  async open() {
    const before = this.opened;
    for (const track of [before.audio, before.video]) track?.stop();
    this.opened = await openDevices();
    if (this.opened.audio) this.opened.audio.contentHint = "speech";
    for (const track of [this.opened.audio, this.opened.video]) {
      track?.addEventListener("ended", () => void this.open(), { once: true });
    }
    this.#meter.measure(this.opened.audio);
    this.preview.srcObject = this.opened.video && new MediaStream([this.opened.video]);
    await this.#drawChoices();
    this.#drawAdvice();
    this.changed(this.opened);
  }

  /** Let go of the devices: the camera's light goes out. */
  close() {
    for (const track of [this.opened.audio, this.opened.video]) track?.stop();
    this.opened = NOTHING;
    this.#meter.stop();
    this.preview.srcObject = null;
  }

  /** Whether there is anything to send. */
  get ready() {
    return this.opened.audio !== null || this.opened.video !== null;
  }

  /** @param {"videoinput" | "audioinput"} kind */
  #chosen(kind) {
    choose(kind, this.selects[kind].value);
    void this.open();
  }

  /** A device was plugged in or pulled out; what works is left alone. */
  async #replugged() {
    if (this.opened.audio === null || this.opened.video === null) return this.open();
    await this.#drawChoices();
  }

  async #drawChoices() {
    const { audio, video } = this.opened;
    fill(this.selects.videoinput, await listDevices("videoinput"), video);
    fill(this.selects.audioinput, await listDevices("audioinput"), audio);
  }

  #drawAdvice() {
    const { audioTrouble, videoTrouble } = this.opened;
    say(this.picture, videoTrouble ? cameraAdvice(videoTrouble) : t("The camera works."));
    say(this.sound, audioTrouble ? microphoneAdvice(audioTrouble) : t("Speak: the bar must move."));
    mark(this.picture, "data-state", videoTrouble ? "poor" : "good");
    mark(this.sound, "data-state", audioTrouble ? "poor" : "good");
  }

  /** @param {number} level 0..1 */
  #drawLevel(level) {
    for (const meter of document.querySelectorAll("[data-level]")) {
      if (meter instanceof HTMLMeterElement) meter.value = Math.round(level * 100);
    }
  }
}

/**
 * @param {HTMLSelectElement} select
 * @param {MediaDeviceInfo[]} devices
 * @param {MediaStreamTrack | null} track the one that is open
 */
function fill(select, devices, track) {
  const options = devices.map((device, index) =>
    h("option", { value: device.deviceId }, device.label || t("Device {number}", { number: index + 1 })),
  );
  select.replaceChildren(...options);
  select.disabled = options.length === 0;
  if (options.length === 0) select.append(h("option", {}, t("None found")));
  else if (track) select.value = track.getSettings().deviceId ?? "";
}

/**
 * Say in plain words what to do about a camera.
 *
 * @param {Trouble} trouble
 */
function cameraAdvice(trouble) {
  return {
    insecure: t("The browser allows the camera only over a secure address (https). Ask the technician."),
    denied: t("The browser blocks the camera. Press the camera icon beside the address, choose Allow, and try again."),
    missing: t("No camera was found. Plug one in; it is used as soon as it is there."),
    in_use: t("Another program is using the camera. Close it and try again."),
  }[trouble];
}

/**
 * Say in plain words what to do about a microphone.
 *
 * @param {Trouble} trouble
 */
function microphoneAdvice(trouble) {
  return {
    insecure: t("The browser allows the microphone only over a secure address (https). Ask the technician."),
    denied: t("The browser blocks the microphone. Press the icon beside the address, choose Allow, and try again."),
    missing: t("No microphone was found. Plug one in; it is used as soon as it is there."),
    in_use: t("Another program is using the microphone. Close it and try again."),
  }[trouble];
}
