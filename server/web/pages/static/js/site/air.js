// The state nobody can miss: on air, held, or next. A frame, a label, a clock, the page's title, and a spoken word.

import { one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { mark } from "../live/keyed.js";
import { TurnClock } from "../live/turn_time.js";

/**
 * @typedef {import("../live/standing.js").Standing} Standing
 * @typedef {import("../live/clock.js").ServerClock} ServerClock
 */

export class Air {
  /** @type {Standing} */
  #standing = { kind: "idle" };
  #writtenAt = "";
  #elsewhere = false;

  /**
   * @param {ServerClock} clock
   * @param {string} place the site's name, for the title
   */
  constructor(clock, place) {
    this.place = place;
    this.time = new TurnClock(one("#air-time"), clock);
  }

  /**
   * @param {Standing} standing
   * @param {string} [writtenAt] when the status was written that says so
   */
  draw(standing, writtenAt = "") {
    const changed = standing.kind !== this.#standing.kind || isNext(standing) !== isNext(this.#standing);
    this.#standing = standing;
    this.#writtenAt = writtenAt;
    mark(document.body, "data-air", standing.kind);
    mark(one("#air"), "data-kind", standing.kind);
    one("#release").hidden = !("turn" in standing);
    const { label, text } = words(standing, this.#elsewhere);
    say(one("#air-label"), label);
    say(one("#air-text"), text);
    document.title = label ? `● ${label} · ${this.place}` : `${this.place} · Giao Ban`;
    // Also when it ends: silence would leave a listener guessing.
    if (changed && label && document.fullscreenElement) void document.exitFullscreen(); // it would cover all this
    if (changed) say(one("#shout"), label ? `${label}. ${text}` : t("You are off air."));
    this.time.draw("turn" in standing ? standing.turn : null, writtenAt);
  }

  /** @param {boolean} elsewhere whether another device of this site sends: then nobody sees and hears this one */
  setElsewhere(elsewhere) {
    this.#elsewhere = elsewhere;
    this.draw(this.#standing, this.#writtenAt);
  }

  /** Move the clock; call it every second. */
  tick() {
    this.time.tick();
  }
}

/** @param {Standing} standing */
function isNext(standing) {
  return standing.kind === "on_deck" && standing.before === 0;
}

/**
 * @param {Standing} standing
 * @param {boolean} elsewhere
 * @returns {{label: string, text: string}} empty where there is nothing to say
 */
function words(standing, elsewhere) {
  if (standing.kind === "on_air" && elsewhere)
    return { label: t("On air"), text: t("Your endpoint is seen and heard from another device, not from this one.") };
  if (standing.kind === "on_air")
    return { label: t("On air"), text: standing.turn.speaker || t("Everybody sees and hears you.") };
  if (standing.kind === "held")
    return {
      label: t("Line lost: your turn is kept"),
      text: t("Your picture does not arrive. It is being reconnected by itself."),
    };
  if (standing.kind === "paused")
    return {
      label: t("The chair has interrupted"),
      text: t("Nobody hears you. Your turn and its time are kept; wait for the chair."),
    };
  if (standing.kind === "on_deck" && standing.before > 0)
    return {
      label: t("Get ready: after {count} turn", { count: standing.before }),
      text: t("Speak a test sentence: the bar must move. Nobody hears you yet."),
    };
  if (standing.kind === "on_deck")
    return {
      label: t("You are next"),
      text: t("Get ready and speak a test sentence: the bar must move. Nobody hears you yet."),
    };
  return { label: "", text: "" };
}
