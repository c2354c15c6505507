// A field that finds a site by its name or code, whatever the accents (ARIA combobox with a list).

import { h } from "../lib/dom.js";
import { fold, matches } from "../lib/text.js";

const MOST = 8; // names in the list

/** @typedef {import("../plan/sites.js").Unit} Unit */

export class SiteField {
  #active = 0;
  /** @type {Unit[]} */
  #found = [];

  /**
   * @param {HTMLInputElement} input
   * @param {HTMLElement} list
   * @param {Unit[]} units
   * @param {() => void} changed called when another site was chosen, or none
   */
  constructor(input, list, units, changed) {
    this.input = input;
    this.list = list;
    this.units = units;
    this.changed = changed;
    input.addEventListener("input", () => this.#search());
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => this.#leave());
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the cursor
    list.addEventListener("click", (event) => this.#click(event));
  }

  /** The code of the site; null: none. @returns {string | null} */
  get code() {
    const typed = fold(this.input.value);
    return this.units.find((unit) => fold(unit.name) === typed || unit.code === typed)?.code ?? null;
  }

  set code(code) {
    this.input.value = this.units.find((unit) => unit.code === code)?.name ?? "";
    this.#close();
  }

  /** Whether something was typed that is no site. */
  get wrong() {
    return this.input.value.trim() !== "" && this.code === null;
  }

  #search() {
    const typed = this.input.value.trim();
    const meant = (/** @type {Unit} */ { code, name, also }) => code === typed || matches(`${name} ${also}`, typed);
    this.#found = typed === "" ? [] : this.units.filter(meant).slice(0, MOST);
    this.#active = 0;
    this.#draw();
    this.changed();
  }

  #draw() {
    this.list.replaceChildren(
      ...this.#found.map((unit, index) =>
        h("li", { role: "option", id: `site-${unit.code}`, "data-code": unit.code, "aria-selected": String(index === this.#active) }, `${unit.name} (${unit.code})`),
      ),
    );
    this.list.hidden = this.#found.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    const active = this.#found[this.#active];
    if (active) this.input.setAttribute("aria-activedescendant", `site-${active.code}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.list.hidden) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      this.#active = (this.#active + by + this.#found.length) % this.#found.length;
      this.#draw();
    } else if (event.key === "Enter" || event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation(); // the form's own Enter and Esc come after the list's
      if (event.key === "Enter") this.#choose(this.#found[this.#active]);
      else this.#close();
    }
  }

  /** Whoever leaves the field with one name in mind has chosen it. */
  #leave() {
    if (this.code === null && this.#found.length === 1) this.#choose(this.#found[0]);
    this.#close();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const row = event.target instanceof Element ? event.target.closest("li") : null;
    this.#choose(this.units.find((unit) => unit.code === row?.dataset.code));
  }

  /** @param {Unit | undefined} unit */
  #choose(unit) {
    if (unit) this.code = unit.code;
    this.changed();
  }

  #close() {
    this.#found = [];
    this.#draw();
  }
}
