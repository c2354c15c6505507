// When the microphone is live: only on deck and on air, and never against its owner's wish.

import { h, icon, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { mark } from "../live/keyed.js";

/** @typedef {import("../live/standing.js").Standing} Standing */

export class Microphone {
  /** @type {MediaStreamTrack | null} */
  track = null;
  /** @type {Standing} */
  #standing = { kind: "idle" };
  #muted = false;
  #everyoneMuted = false;
  #elsewhere = false;
  #testing = false;

  constructor() {
    one("#mute").addEventListener("click", () => {
      this.#muted = !this.#muted;
      this.#apply();
    });
  }

  /** @param {MediaStreamTrack | null} track */
  use(track) {
    this.track = track;
    this.#apply();
  }

  /**
   * Follow the site's standing; each turn begins with the microphone on.
   *
   * @param {Standing} standing
   * @param {boolean} everyoneMuted whether the chair has muted everyone
   */
  follow(standing, everyoneMuted) {
    if (standing.kind !== this.#standing.kind && !isSpeaking(this.#standing)) this.#muted = false;
    this.#standing = standing;
    this.#everyoneMuted = everyoneMuted;
    this.#apply();
  }

  /** @param {boolean} elsewhere whether another device of this site sends; then this microphone stays off */
  setElsewhere(elsewhere) {
    this.#elsewhere = elsewhere;
    this.#apply();
  }

  /** @param {boolean} testing whether the line is being checked: the microphone is on, and nobody hears it */
  setTesting(testing) {
    this.#testing = testing;
    this.#apply();
  }

  #apply() {
    const { kind } = this.#standing;
    const called = kind === "on_deck" || isSpeaking(this.#standing);
    const allowed = called && !this.#elsewhere && !this.#everyoneMuted;
    const on = this.track !== null && (this.#testing || (allowed && !this.#muted));
    if (this.track) this.track.enabled = on;
    mark(one("#mic-state"), "data-on", on ? "yes" : "no");
    say(one("#mic-state"), this.#words(on, allowed));
    this.#drawButton(allowed, on);
  }

  /** @param {boolean} allowed @param {boolean} on */
  #drawButton(allowed, on) {
    const button = one("#mute");
    button.hidden = !allowed || this.track === null;
    if (button.getAttribute("aria-pressed") === String(!on) && button.childElementCount > 0) return;
    mark(button, "aria-pressed", String(!on));
    button.replaceChildren(icon(on ? "mic" : "mic-off"), h("span", {}, on ? t("Mute") : t("Unmute")));
  }

  /** @param {boolean} on @param {boolean} allowed */
  #words(on, allowed) {
    if (this.track === null) return t("No microphone");
    if (this.#testing) return t("Microphone on for the line check: nobody hears you");
    if (this.#elsewhere) return t("Microphone off: another device sends for this endpoint");
    if (this.#everyoneMuted) return t("The chair has muted every microphone");
    if (!allowed) return t("Microphone off until it is your turn");
    if (!on) return t("You have muted the microphone");
    if (this.#standing.kind === "paused") return t("Microphone on, but nobody hears you: the chair has interrupted");
    return isSpeaking(this.#standing)
      ? t("Microphone on: everybody hears you")
      : t("Microphone on for a test: nobody hears you yet");
  }
}

/** @param {Standing} standing */
function isSpeaking({ kind }) {
  return kind === "on_air" || kind === "held" || kind === "paused";
}
