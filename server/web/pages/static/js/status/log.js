// The log of events, newest first: what matters by default, all of it on demand.

import { h, one } from "../lib/dom.js";
import { timeWithSeconds } from "../lib/format.js";
import { mark } from "../live/keyed.js";
import { matterOf, sentenceOf } from "./sentences.js";

/**
 * @typedef {import("../live/types.js").JournalEntry} JournalEntry
 * @typedef {import("./sentences.js").Matter} Matter
 */

const KEPT = 400;

/** Which matters a filter shows. @type {Record<string, Matter[]>} */
const SHOWN = {
  important: ["trouble", "floor", "life"],
  trouble: ["trouble"],
  floor: ["floor"],
  all: ["trouble", "floor", "life", "routine"],
};

export class Log {
  /** Newest first. @type {JournalEntry[]} */
  #entries = [];
  /** Arrived but not yet drawn, newest first. @type {JournalEntry[]} */
  #fresh = [];

  /** @param {(code: string) => string} nameOf */
  constructor(nameOf) {
    this.nameOf = nameOf;
    this.list = one("#log");
    this.region = one("[role=log]");
    this.filter = /** @type {HTMLSelectElement} */ (one("#log-filter"));
    this.filter.addEventListener("change", () => this.#redraw());
  }

  /** @param {JournalEntry} entry */
  add(entry) {
    this.#fresh.unshift(entry);
  }

  /** Draw what has arrived since the last time. */
  draw() {
    if (this.#fresh.length === 0) return;
    this.#entries = [...this.#fresh, ...this.#entries].slice(0, KEPT);
    this.list.prepend(...this.#rows(this.#fresh));
    this.#fresh = [];
    while (this.list.childElementCount > KEPT) this.list.lastElementChild?.remove();
  }

  #redraw() {
    // The whole list at once is no news: it is not read aloud.
    mark(this.region, "aria-live", "off");
    this.list.replaceChildren(...this.#rows(this.#entries));
    mark(this.region, "aria-live", "polite");
  }

  /** @param {JournalEntry[]} entries */
  #rows(entries) {
    const shown = SHOWN[this.filter.value] ?? [];
    return entries.filter((entry) => shown.includes(matterOf(entry))).map((entry) => this.#row(entry));
  }

  /** @param {JournalEntry} entry */
  #row(entry) {
    return h(
      "li",
      { class: "log__entry", "data-matter": matterOf(entry) },
      h("time", { class: "numbers muted", datetime: entry.at }, timeWithSeconds(entry.at)),
      h("span", {}, sentenceOf(entry, this.nameOf)),
    );
  }
}
