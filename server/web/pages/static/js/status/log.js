// The log of events, newest first: what matters by default, all of it on demand.

import { h, one } from "../lib/dom.js";
import { timeWithSeconds } from "../lib/format.js";
import { t } from "../lib/i18n.js";
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

  /** What had been written by a moment of the past, newest first; null while the present is shown. @type {JournalEntry[] | null} */
  #past = null;

  /**
   * @param {(code: string) => string} nameOf
   * @param {(moment: string) => void} choose the moment of an entry was pressed
   */
  constructor(nameOf, choose) {
    this.nameOf = nameOf;
    this.choose = choose;
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
    const fresh = this.#fresh;
    this.#fresh = [];
    this.#entries = [...fresh, ...this.#entries].slice(0, KEPT);
    if (this.#past) return;
    this.list.prepend(...this.#rows(fresh));
    while (this.list.childElementCount > KEPT) this.list.lastElementChild?.remove();
  }

  /** @param {JournalEntry[] | null} entries in order: shown instead of what arrives; null shows what arrives again */
  hold(entries) {
    this.#past = entries && [...entries].reverse();
    this.#redraw();
  }

  #redraw() {
    // The whole list at once is no news: it is not read aloud.
    mark(this.region, "aria-live", "off");
    this.list.replaceChildren(...this.#rows(this.#past ?? this.#entries));
    mark(this.region, "aria-live", "polite");
  }

  /** @param {JournalEntry[]} entries */
  #rows(entries) {
    const shown = SHOWN[this.filter.value] ?? [];
    return entries.filter((entry) => shown.includes(matterOf(entry))).map((entry) => this.#row(entry));
  }

  /** @param {JournalEntry} entry */
  #row(entry) {
    const time = h("time", { class: "numbers muted", datetime: entry.at }, timeWithSeconds(entry.at));
    const href = `?at=${encodeURIComponent(entry.at)}`;
    const link = h("a", { class: "log__moment", href, title: t("Show this moment") }, time);
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.choose(entry.at);
    });
    return h(
      "li",
      { class: "log__entry", "data-matter": matterOf(entry) },
      link,
      h("span", {}, sentenceOf(entry, this.nameOf)),
    );
  }
}
