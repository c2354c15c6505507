// The rewind: the board as it was at any past second, from the journal; by a slider, by steps, or by the time of day.

import { call } from "../lib/api.js";
import { announce, all, one, say } from "../lib/dom.js";
import { date, instant, timeWithSeconds } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { refused, toast } from "../lib/toast.js";
import { mark } from "../live/keyed.js";
import { placeName } from "../live/words.js";
import { drawMarks, drawTurns } from "./timeline.js";

/**
 * @typedef {import("../live/types.js").Status} Status
 * @typedef {import("../live/types.js").JournalEntry} JournalEntry
 * @typedef {import("./timeline.js").Turn} Turn
 * @typedef {import("./timeline.js").Span} Span
 *
 * @typedef {object} Listener
 * @property {() => Status | null} live what is the case now
 * @property {(status: Status | null) => void} shown another moment is to be shown; null: the present
 * @property {(entries: JournalEntry[]) => void} entries what had been written by then, in order
 */

/** Milliseconds. */
const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** How many past entries the log shows. */
const PAST = 150;
/** A time of day as people type it: 9:05, 09:05:30, 14h30. */
const TIME_OF_DAY = /^\s*(\d{1,2})[:hH.](\d{2})(?:[:.](\d{2}))?\s*$/;

export class Rewind {
  /** The status as it was; null while the present is shown. @type {Status | null} */
  #shown = null;
  /** What to load next; only the latest wish counts. @type {string | null} */
  #wish = null;
  #loading = false;
  /** @type {Turn[]} */
  #turns = [];
  /** The number of the turn that runs now. */
  #running = 0;
  #slider = /** @type {HTMLInputElement} */ (one("#rewind-slider"));
  #typed = /** @type {HTMLInputElement} */ (one("#rewind-time"));
  #title = document.title;

  /**
   * @param {string} briefing
   * @param {import("./held_clock.js").HeldClock} clock
   * @param {Listener} listener
   */
  constructor(briefing, clock, listener) {
    this.path = `/api/v1/briefings/${briefing}`;
    this.clock = clock;
    this.listener = listener;
    this.button = /** @type {HTMLButtonElement} */ (one("#rewind"));
    this.bar = one("#rewind-bar");
    this.button.addEventListener("click", () => (this.#shown ? this.end() : this.#begin()));
    one("#rewind-end").addEventListener("click", () => this.end());
    this.#slider.addEventListener("input", () => this.#goTo(this.#whole().from + this.#slider.valueAsNumber * SECOND));
    one("#rewind-form").addEventListener("submit", (event) => this.#goToTyped(event));
    for (const button of all("[data-step]")) button.addEventListener("click", () => this.#step(button.dataset.step));
    this.bar.addEventListener("keydown", (event) => this.#press(event));
  }

  /**
   * Show the board as it was.
   *
   * @param {string} moment RFC 3339
   */
  show(moment) {
    if (this.bar.hidden) void this.#loadTurns();
    this.#wish = moment;
    if (!this.#loading) void this.#load();
  }

  /** Show the present again. */
  end() {
    this.#wish = null;
    this.#shown = null;
    this.#draw();
    this.button.focus();
  }

  #begin() {
    this.#goTo(this.#last());
    this.bar.hidden = false;
    this.#slider.focus();
  }

  /** Load what is wished for, and what is wished for meanwhile. */
  async #load() {
    this.#loading = true;
    mark(this.bar, "aria-busy", "true");
    try {
      while (this.#wish !== null) await this.#fulfil(this.#wish);
    } catch (error) {
      this.#wish = null;
      refused(error);
      this.#draw();
    } finally {
      this.#loading = false;
      mark(this.bar, "aria-busy", null);
    }
  }

  /**
   * Show a moment and, unless another is wished for by then, what led to it.
   *
   * @param {string} wish RFC 3339
   */
  async #fulfil(wish) {
    const past = await call("GET", `${this.path}/status?at=${encodeURIComponent(wish)}`);
    if (this.#wish === null) return;
    this.#shown = /** @type {Status} */ (past.data);
    this.#draw();
    if (this.#wish !== wish) return;
    const { seq } = this.#shown;
    const count = Math.min(PAST, seq);
    const journal = await call("GET", `${this.path}/journal?after=${seq - count}&limit=${count}`);
    if (this.#wish !== wish) return;
    this.#wish = null;
    this.listener.entries(journal.data.entries);
    announce(this.#words());
  }

  async #loadTurns() {
    try {
      this.#turns = (await call("GET", `${this.path}/turns`)).data.turns;
      if (this.#shown) this.#drawBar(this.#shown);
    } catch (error) {
      refused(error);
    }
  }

  /** @param {number} second milliseconds since the epoch; everything of that second is shown */
  #goTo(second) {
    const within = Math.min(second, this.#last());
    const opened = this.listener.live()?.opened_at ?? "";
    this.show(within < Date.parse(opened) ? opened : endOf(within)); // no whole second has passed since it opened
  }

  /** @param {Event} event */
  #goToTyped(event) {
    event.preventDefault();
    const moment = this.#momentOf(this.#typed.value);
    if (moment === null) toast(t("Write the time as hours, minutes and seconds: 08:15:30."), "poor");
    else this.#goTo(moment);
  }

  /**
   * Read a time of day, on the day of what is shown or else on one of the meeting's.
   *
   * @param {string} typed
   * @returns {number | null} milliseconds since the epoch
   */
  #momentOf(typed) {
    const found = TIME_OF_DAY.exec(typed);
    const { from, to } = this.#whole();
    const days = [this.#target(), from, to].map(date);
    const moments = days.flatMap((day) => instant(day, `${found?.[1]}:${found?.[2]}`)?.getTime() ?? []);
    const seconds = Number(found?.[3] ?? 0);
    if (moments[0] === undefined || seconds > 59) return null;
    const within = moments.find((moment) => from - MINUTE < moment && moment <= to);
    return (within ?? moments[0]) + seconds * SECOND;
  }

  /** @param {string | undefined} step */
  #step(step) {
    const around = this.#shown?.as_of;
    if (step === "second-back") this.#goTo(this.#target() - SECOND);
    else if (step === "second-on") this.#goTo(this.#target() + SECOND);
    else if (step === "minute-back") this.#goTo(this.#target() - MINUTE);
    else if (step === "minute-on") this.#goTo(this.#target() + MINUTE);
    else if (step === "event-back" && around?.previous && this.#wish === null) this.show(around.previous);
    else if (step === "event-on" && around?.next && this.#wish === null) this.show(around.next);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.key === "Escape") {
      event.stopPropagation(); // the board closes what it shows of a site with it
      this.end();
    }
    if (event.target === this.#typed || event.altKey || event.ctrlKey || event.metaKey) return;
    const size = event.shiftKey ? "event" : "second";
    const steps = {
      ArrowLeft: `${size}-back`,
      ArrowRight: `${size}-on`,
      PageUp: "minute-on",
      PageDown: "minute-back",
    };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step === undefined) return;
    event.preventDefault();
    this.#step(step);
  }

  /** Where the reader is going, or is: milliseconds since the epoch. */
  #target() {
    return Date.parse(this.#wish ?? this.#shown?.now ?? "") || this.#last();
  }

  /** The last second that can be shown whole. */
  #last() {
    const ended = this.listener.live()?.ended_at;
    const present = this.clock.present - SECOND;
    return ended ? Math.min(Date.parse(ended), present) : present;
  }

  /**
   * What the slider spans: from the opening of the lobby to the end, or to now.
   *
   * @returns {Span}
   */
  #whole() {
    const opened = Date.parse(this.listener.live()?.opened_at ?? this.#shown?.opened_at ?? "") || Infinity;
    const from = Math.floor(Math.min(opened, this.#target()) / SECOND) * SECOND;
    return { from, to: Math.max(this.#last(), this.#target(), from + SECOND) };
  }

  #draw() {
    const past = this.#shown;
    this.bar.hidden = past === null;
    mark(this.button, "aria-expanded", String(past !== null));
    document.title = past ? `${timeWithSeconds(past.now)} ⟲ ${this.#title}` : this.#title;
    this.clock.hold(past?.now ?? null);
    if (past) this.#drawBar(past);
    this.listener.shown(past);
  }

  /** @param {Status} past */
  #drawBar(past) {
    say(one("#rewind-moment"), `${date(past.now)} ${timeWithSeconds(past.now)}`);
    const last = { seq: past.seq, time: timeWithSeconds(past.as_of?.at ?? past.now) };
    say(one("#rewind-entry"), t("after entry {seq} of the journal, {time}", last));
    if (document.activeElement !== this.#typed) this.#typed.value = timeWithSeconds(past.now);
    const whole = this.#whole();
    this.#slider.max = String(Math.floor((whole.to - whole.from) / SECOND));
    this.#slider.value = String(Math.floor((this.#target() - whole.from) / SECOND));
    mark(this.#slider, "aria-valuetext", this.#words());
    drawTurns(one("#rewind-turns"), this.#turns, whole);
    drawMarks(one("#rewind-marks"), whole);
  }

  /**
   * Know how far the meeting has come, and say it when something is wrong now, though the past is shown.
   *
   * @param {Status} live
   */
  hear({ alarms, floor }) {
    this.button.disabled = false;
    one("#rewind-alarm").hidden = alarms.length === 0;
    if (this.#shown) this.#drawBar(this.#shown);
    const running = floor.turn?.number ?? 0;
    if (this.#shown && running !== this.#running) void this.#loadTurns();
    this.#running = running;
  }

  /** The moment that is shown, in words. */
  #words() {
    const past = this.#shown;
    if (past === null) return "";
    const who = past.floor.turn ? placeName(past.floor.turn) : t("The hub speaks");
    return `${timeWithSeconds(past.now)}, ${who}`;
  }
}

/**
 * The last moment of a second: everything of it has happened by then. The journal counts microseconds.
 *
 * @param {number} moment milliseconds since the epoch
 * @returns {string} RFC 3339
 */
function endOf(moment) {
  return new Date(Math.floor(moment / SECOND) * SECOND).toISOString().replace(".000Z", ".999999Z");
}
