// The present turn: who speaks, how its time stands, what the chair can do about it; and the one button for the next.

import { announce, h, icon, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";
import { mark } from "../live/keyed.js";
import { TurnClock } from "../live/turn_time.js";
import { placeName, speechOf } from "../live/words.js";
import { extend, goOn, grantNext, muteEveryone, pause, revoke } from "./api.js";
import { drawNext, nextOf } from "./readiness.js";

/**
 * @typedef {import("../live/types.js").Status} Status
 * @typedef {import("../live/types.js").Floor} Floor
 * @typedef {import("../live/types.js").Turn} Turn
 */

const MINUTE = 60;

export class TurnCard {
  /** @type {Floor | null} */
  #floor = null;
  #isGiving = false;

  /** @param {import("../live/clock.js").ServerClock} clock */
  constructor(clock) {
    this.clock = clock;
    this.time = new TurnClock(one("#turn-time"), clock);
    listen("#revoke", () => this.stop());
    listen("#pause", () => this.interrupt());
    listen("#extend-1", () => this.extend(1));
    listen("#extend-2", () => this.extend(2));
    listen("#grant-next", () => this.grantNext());
    listen("#mute-all", () => this.muteOrUnmute());
    listen("#unmute-all", () => muteEveryone(false));
  }

  /** @param {Status} status */
  draw({ floor, now }) {
    const { turn, muted } = floor;
    this.#floor = floor;
    mark(one("#turn"), "data-kind", kindOf(turn));
    say(one("#turn-label"), label(turn));
    say(one("#turn-number"), turn ? t("turn {number}", { number: turn.number }) : "");
    say(one("#turn-place"), turn ? placeName(turn) : t("Hub"));
    say(one("#turn-what"), speechOf(turn));
    one("#turn-do").hidden = turn === null;
    one("#pause").replaceChildren(...pauseWords(turn?.paused ?? false));
    this.time.draw(turn, now);
    drawNext(floor);
    this.#nameNext(nextOf(floor));
    this.#drawMuted(muted);
    this.tick();
  }

  /** Move the clocks; call it every second. */
  tick() {
    this.time.tick();
    const until = this.#floor?.turn?.held_until ?? null;
    const held = one("#turn-held");
    held.hidden = until === null;
    if (until === null) return;
    say(held, t("The line is lost. The turn is kept for {seconds} s.", { seconds: this.clock.until(until) }));
  }

  /** Stop the present turn, if there is one. */
  async stop() {
    if (this.#floor?.turn) await revoke(this.#floor.turn.endpoint);
  }

  /** Interrupt the speaker, or let it go on. */
  async interrupt() {
    if (this.#floor?.turn) await (this.#floor.turn.paused ? goOn() : pause());
  }

  /** @param {number} minutes */
  async extend(minutes) {
    if (this.#floor?.turn && (await extend(minutes * MINUTE)))
      announce(t("{minutes} min more", { minutes }));
  }

  /**
   * Give the floor to whoever comes next and can be seen and heard, if somebody waits. While the answer is on its way
   * another press does nothing: it would give the floor to the one after.
   */
  async grantNext() {
    const queue = this.#floor?.queue ?? [];
    if (queue.length === 0 || this.#isGiving) return;
    this.#isGiving = true;
    const answer = await grantNext().finally(() => (this.#isGiving = false));
    const skipped = answer.flatMap(({ endpoint }) => queue.find((one) => one.endpoint === endpoint) ?? []);
    const names = skipped.map(placeName).join(", ");
    if (names) toast(t("Passed over, at their places as before: {names}", { names }));
  }

  /** Mute everyone, or lift it. */
  async muteOrUnmute() {
    if (this.#floor) await muteEveryone(!this.#floor.muted);
  }

  /** @param {import("../live/types.js").FloorRequest | undefined} next */
  #nameNext(next) {
    one("#grant-next").hidden = next === undefined;
    const who = next ? [placeName(next), next.endpoint === "hub" ? next.speaker : ""] : [];
    say(one("#grant-next-text"), t("Give the floor to {name}", { name: who.filter(Boolean).join(" – ") }));
  }

  /** @param {boolean} muted */
  #drawMuted(muted) {
    one("#muted").hidden = !muted;
    one("#mute-all").hidden = muted;
  }
}

/**
 * Listen for presses; a double click is one: by the second the button names another, or another stands in its place.
 *
 * @param {string} button
 * @param {() => Promise<unknown>} act
 */
function listen(button, act) {
  one(button).addEventListener("click", ({ detail }) => detail < 2 && void act());
}

/** @param {Turn | null} turn */
function kindOf(turn) {
  if (turn === null) return "hub";
  return turn.held_until ? "held" : turn.paused ? "paused" : "site";
}

/** @param {Turn | null} turn */
function label(turn) {
  if (turn === null) return t("The hub speaks");
  return turn.paused ? t("Interrupted") : t("Speaking");
}

/** @param {boolean} paused */
function pauseWords(paused) {
  const word = h("span", {}, paused ? t("Go on") : t("Interrupt"));
  return [icon(paused ? "play" : "pause"), word, h("kbd", {}, "S")];
}
