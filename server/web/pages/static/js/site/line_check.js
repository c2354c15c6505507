// The line check of this place: begun by a button, shown step by step, and its result with advice until the next one.

import { Refusal, call } from "../lib/api.js";
import { announce, icon, one, say } from "../lib/dom.js";
import { dateTime } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { refused, toast } from "../lib/toast.js";
import { mark } from "../live/keyed.js";
import { checkLine } from "../line_check/check.js";
import { factsOf } from "../line_check/facts.js";
import { STATE_ICONS, stateWord } from "../line_check/faults.js";
import { findingsOf } from "../line_check/findings.js";

/**
 * @typedef {import("../line_check/types.js").SiteCheck} SiteCheck
 * @typedef {import("../line_check/check.js").Place} Place
 *
 * @typedef {object} Options
 * @property {string} briefing
 * @property {string} endpoint
 * @property {string} token
 * @property {Omit<Place, "ballast" | "token">} place
 * @property {() => boolean} may whether this device may send for its place now
 * @property {(running: boolean) => void} run the check begins, or is over: the microphone opens, and media is sent
 * @property {(done: boolean) => void} done the last check counts and found nothing against the line, or not
 */

/** Who is responsible is asked once on each computer. */
const KEPT = "giaoban.line_check";

export class LineCheck {
  #running = false;

  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    this.base = `/api/v1/briefings/${options.briefing}`;
    this.form = /** @type {HTMLFormElement} */ (one("#line-check-form"));
    this.button = /** @type {HTMLButtonElement} */ (one("#line-check-run"));
    const { person = "", phone = "" } = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    this.#field("person").value = person;
    this.#field("phone").value = phone;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#run();
    });
  }

  /** Show what was found last; a server that cannot be reached now is asked again with the next news. */
  async refresh() {
    const url = `${this.base}/endpoints/${this.options.endpoint}/line-check`;
    try {
      this.#draw((await call("GET", url, { token: this.options.token })).data);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  async #run() {
    if (this.#running) return;
    if (!this.#isFilled()) return void this.#complain();
    if (!this.options.may()) return toast(t("Another device sends for this place. Check the line there, or use this device first."), "poor");
    this.#setRunning(true);
    const context = new AudioContext(); // within the press of the button, or browsers keep it silent
    try {
      await this.#check(context);
    } catch (error) {
      refused(error);
    } finally {
      this.#setRunning(false);
      await context.close();
    }
  }

  /** @param {AudioContext} context */
  async #check(context) {
    const { token, place, run } = this.options;
    await context.resume();
    await call("POST", `${this.base}/line-checks/begin`, { token });
    run(true);
    try {
      const whole = { ...place, token, ballast: `${this.base}/line-checks/ballast` };
      const found = await checkLine(whole, context, (word, share) => this.#progress(word, share));
      const body = { person: this.#field("person").value, phone: this.#field("phone").value, ...found };
      this.#draw((await call("POST", `${this.base}/line-checks`, { token, body })).data);
    } finally {
      run(false);
    }
  }

  #isFilled() {
    return ["person", "phone"].every((name) => this.#field(name).value.trim() !== "");
  }

  #complain() {
    for (const name of ["person", "phone"]) {
      const isEmpty = this.#field(name).value.trim() === "";
      mark(this.#field(name), "aria-invalid", isEmpty ? "true" : null);
    }
    one("#line-check-error").hidden = false;
    say(one("#line-check-error"), t("Write down who is responsible for this line, and their telephone number."));
    one("[aria-invalid]", this.form).focus();
  }

  /** @param {boolean} running */
  #setRunning(running) {
    this.#running = running;
    this.button.disabled = running;
    one("#line-check-progress").hidden = !running;
    if (!running) return;
    one("#line-check-error").hidden = true;
    one("#line-check-result").hidden = true;
    for (const name of ["person", "phone"]) mark(this.#field(name), "aria-invalid", null);
    const kept = { person: this.#field("person").value, phone: this.#field("phone").value };
    localStorage.setItem(KEPT, JSON.stringify(kept));
  }

  /**
   * @param {string} word
   * @param {number} share
   */
  #progress(word, share) {
    say(one("#line-check-word"), word);
    /** @type {HTMLProgressElement} */ (one("#line-check-bar")).value = share;
  }

  /** @param {SiteCheck} check */
  #draw(check) {
    this.options.done(check.state === "go");
    one("#line-check-asked").hidden = !(check.asked_at || check.state === "stale");
    one("#line-check-result").hidden = check.at === null;
    if (check.at === null) return;
    mark(one("#line-check-result"), "data-state", check.state);
    one("#line-check-sign").replaceChildren(icon(STATE_ICONS[check.state]));
    say(one("#line-check-state"), verdict(check));
    say(one("#line-check-at"), t("checked {time} by {person}", { time: dateTime(check.at), person: check.person }));
    one("#line-check-advice").replaceChildren(...findingsOf(check));
    one("#line-check-facts").replaceChildren(...factsOf(check));
    announce(verdict(check));
  }

  /**
   * @param {string} name
   * @returns {HTMLInputElement}
   */
  #field(name) {
    return /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name));
  }
}

/** @param {SiteCheck} check */
function verdict({ state, faults, remarks }) {
  if (state === "no_go") return t("No-go: {count} things to put right", { count: faults.length });
  if (state === "go" && remarks.length > 0) return t("Go, with {count} remarks", { count: remarks.length });
  return state === "go" ? t("Go: everything works") : stateWord(state);
}
