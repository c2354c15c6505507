// The part of the form in which a rule is chosen in words, or typed by those who know how.

import { all, h, one } from "../lib/dom.js";
import { date, instant } from "../lib/format.js";
import { choicesFor, CODES, ruleOf, weekdayOf } from "./rule.js";

/** @typedef {import("./rule.js").Day} Day */

export class RuleForm {
  /**
   * @param {() => string} first what the clock shows at the first date
   * @param {() => void} changed called after every change by the reader
   */
  constructor(first, changed) {
    this.first = first;
    this.unit = /** @type {HTMLSelectElement} */ (one("#unit"));
    this.on = /** @type {HTMLSelectElement} */ (one("#on"));
    this.typed = /** @type {HTMLInputElement} */ (one("#rule"));
    one("#repeat").addEventListener("input", (event) => {
      if (event.target instanceof Element && event.target.closest("[data-words]")) this.typed.value = "";
      if (event.target === this.unit || event.target === document.querySelector("#from")) this.offer();
      if (event.target !== one("#accepted")) changed();
    });
  }

  /** Offer what the first date's day can mean. */
  offer() {
    const chosen = this.on.selectedIndex;
    const choices = choicesFor(this.#day);
    this.on.replaceChildren(...choices.map(({ words, part }) => h("option", { value: part }, words)));
    this.on.selectedIndex = Math.max(0, Math.min(chosen, choices.length - 1));
    one("#which").hidden = !["MONTHLY", "YEARLY"].includes(this.unit.value);
    one("#days").hidden = this.unit.value !== "WEEKLY";
    if (!this.#boxes.some(({ checked }) => checked)) {
      const own = this.#boxes[weekdayOf(this.#day)];
      if (own) own.checked = true;
    }
  }

  /** @returns {HTMLInputElement[]} from Monday */
  get #boxes() {
    return all("#days input");
  }

  /** @returns {Day} */
  get #day() {
    const [year = 0, month = 0, day = 0] = this.first().slice(0, 10).split("-").map(Number);
    return { year, month, day };
  }

  /** Show a rule in words if they can say it, else as it is written. @param {string} rule */
  show(rule) {
    const parts = Object.fromEntries(rule.split(";").map((part) => part.split("=")));
    this.unit.value = parts.FREQ;
    write("#interval", parts.INTERVAL ?? "1");
    write("#count", parts.COUNT ?? "");
    write("#until", parts.UNTIL ? date(momentOf(parts.UNTIL)) : "");
    /** @type {HTMLInputElement} */ (one(`[name=ends][value=${parts.UNTIL ? "until" : "count"}]`)).checked = true;
    this.#boxes.forEach((box, place) => (box.checked = (parts.BYDAY ?? "").split(",").includes(CODES[place] ?? "")));
    this.offer();
    this.on.value = [...this.on.options].find(({ value }) => rule.includes(value))?.value ?? this.on.value;
    if (this.rule === rule || parts.UNTIL) return;
    this.typed.value = rule;
    const box = this.typed.closest("details");
    if (box) box.open = true;
  }

  /** @returns {string} */
  get rule() {
    if (this.typed.value.trim()) return this.typed.value.trim();
    const counts = /** @type {HTMLInputElement} */ (one("[name=ends][value=count]")).checked;
    return ruleOf({
      unit: this.unit.value,
      interval: field("#interval"),
      on: this.on.value,
      days: this.#boxes.flatMap(({ checked }, place) => (checked ? [place] : [])),
      count: counts ? field("#count") || "0" : "",
      until: untilOf(field("#until")),
      day: this.#day,
    });
  }
}

/** @param {string} selector @param {string} value */
function write(selector, value) {
  /** @type {HTMLInputElement} */ (one(selector)).value = value;
}

/** @param {string} moment as RFC 5545 writes it in UTC: 20261127T010000Z */
function momentOf(moment) {
  return moment.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
}

/** @param {string} selector */
function field(selector) {
  return /** @type {HTMLInputElement} */ (one(selector)).value.trim();
}

/** The end of a day, in UTC as RFC 5545 writes it; what is no day stays as it is typed, for the server to name. @param {string} day */
function untilOf(day) {
  const end = instant(day, "23:59");
  return end ? end.toISOString().replace(/[-:]|\.\d+/g, "") : day || "?";
}
