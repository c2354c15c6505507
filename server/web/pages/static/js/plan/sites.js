// The site picker: one roster, region by region, with a search that folds accents.

import { all, h, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { matches } from "../lib/text.js";

/**
 * @typedef {object} Unit
 * @property {string} code
 * @property {string} name
 * @property {string} region
 * @property {string} also what was merged into it: people search it by these names, too
 * @property {string} parent the code of the unit it belongs to; nothing: it is directly below the hub
 */

/** Which sites of a roster take part. */
export class SitePicker {
  /**
   * @param {HTMLElement} list where the regions go
   * @param {() => void} changed called after every change by the reader
   * @param {() => void} [counted] called whenever other sites are chosen, by the reader or by the page
   */
  constructor(list, changed, counted = () => {}) {
    this.list = list;
    this.changed = changed;
    this.counted = counted;
    /** @type {Unit[]} */
    this.units = [];
    /** What the units are called, by their codes. @type {Map<string, string>} */
    this.names = new Map();
    /** @type {Set<string>} */
    this.chosen = new Set();
    this.search = /** @type {HTMLInputElement} */ (one("#site-search"));
    this.search.addEventListener("input", () => this.filter());
    one("#all-sites").addEventListener("click", () => this.choose(this.shown(), true));
    one("#no-sites").addEventListener("click", () => this.choose(this.shown(), false));
  }

  /**
   * Show a roster.
   * @param {Unit[]} units
   * @param {Iterable<string>} chosen codes
   */
  show(units, chosen) {
    this.units = units;
    this.chosen = new Set(chosen);
    this.names = new Map(units.map(({ code, name }) => [code, name]));
    const parts = partsOf(units);
    this.list.replaceChildren(...[...parts].map(([name, within], index) => this.region(name, within, index)));
    this.filter();
    this.count();
  }

  /** Choose sites, or no longer, by their codes. @param {string[]} codes @param {boolean} take */
  chooseCodes(codes, take) {
    this.choose(this.units.filter(({ code }) => codes.includes(code)), take);
  }

  /** @returns {string[]} the chosen codes, in roster order */
  get codes() {
    return this.units.filter((unit) => this.chosen.has(unit.code)).map((unit) => unit.code);
  }

  /**
   * @param {string} region
   * @param {Unit[]} units
   * @param {number} index
   * @returns {HTMLElement}
   */
  region(region, units, index) {
    const whole = h("input", { type: "checkbox", "data-region": region });
    whole.addEventListener("change", () => this.choose(units.filter((unit) => this.matching(unit)), whole.checked));
    const heading = h("label", { class: "check sites__region", id: `region-${index}` }, whole, h("span", {}, region));
    const boxes = units.map((unit) => this.site(unit));
    return h(
      "fieldset",
      { class: "sites__group", "aria-labelledby": `region-${index}` },
      heading,
      h("div", { class: "sites__list" }, ...boxes),
    );
  }

  /** @param {Unit} unit @returns {HTMLElement} */
  site(unit) {
    const box = h("input", { type: "checkbox", value: unit.code });
    box.addEventListener("change", () => this.choose([unit], box.checked));
    const code = h("span", { class: "muted small numbers" }, unit.code);
    const also = unit.also && h("span", { class: "muted small sites__also", hidden: true }, t("formerly {names}", { names: unit.also }));
    return h("label", { class: "check" }, box, h("span", {}, unit.name, " ", code, also));
  }

  /** @param {Unit} unit @returns {boolean} whether the search shows it */
  matching(unit) {
    return matches(`${unit.code} ${unit.name} ${unit.also} ${this.names.get(unit.parent) ?? ""}`, this.search.value);
  }

  /** @returns {Unit[]} */
  shown() {
    return this.units.filter((unit) => this.matching(unit));
  }

  /**
   * @param {Unit[]} units
   * @param {boolean} take
   */
  choose(units, take) {
    for (const unit of units) {
      if (take) this.chosen.add(unit.code);
      else this.chosen.delete(unit.code);
    }
    this.count();
    this.changed();
  }

  /** Show what matches the search, and while there is one, the names that it may have been found by. */
  filter() {
    for (const also of all(".sites__also", this.list)) also.hidden = this.search.value.trim() === "";
    const shown = new Set(this.shown().map((unit) => unit.code));
    for (const group of all("fieldset", this.list)) {
      const boxes = all("label:not(.sites__region)", group);
      for (const label of boxes) label.hidden = !shown.has(one("input", label).getAttribute("value") || "");
      group.hidden = boxes.every((label) => label.hidden);
    }
  }

  /** Bring all boxes and the counter in line with what is chosen. */
  count() {
    for (const group of all("fieldset", this.list)) {
      /** @type {HTMLInputElement[]} */
      const boxes = all(".sites__list input", group);
      for (const box of boxes) box.checked = this.chosen.has(box.value);
      const whole = /** @type {HTMLInputElement} */ (one("[data-region]", group));
      whole.checked = boxes.every((box) => box.checked);
      whole.indeterminate = !whole.checked && boxes.some((box) => box.checked);
    }
    say(one("#site-count"), t("{chosen} of {all} chosen", { chosen: this.chosen.size, all: this.units.length }));
    this.counted();
  }
}

/**
 * The parts of a roster: what belongs to one unit of it, such as the communes of a province; and its regions.
 *
 * @param {Unit[]} units
 * @returns {Map<string, Unit[]>} by what each part is called
 */
export function partsOf(units) {
  const names = new Map(units.map(({ code, name }) => [code, name]));
  /** @type {Map<string, Unit[]>} */
  const parts = new Map();
  for (const unit of units) {
    const name = unit.parent ? t("Below {name}", { name: names.get(unit.parent) ?? unit.parent }) : unit.region;
    if (!parts.has(name)) parts.set(name, []);
    parts.get(name)?.push(unit);
  }
  return parts;
}
