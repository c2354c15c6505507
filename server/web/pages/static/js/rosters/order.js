// The endpoints of a group in their order: dragged, or moved by buttons and by Alt with an arrow key.

import { all, announce, one, stamp } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { makeSortable } from "../plan/drag.js";

/** @typedef {import("../plan/sites.js").Unit} Unit */

export class Order {
  /** @param {HTMLElement} list @param {Unit[]} units of the roster */
  constructor(list, units) {
    this.list = list;
    this.names = new Map(units.map(({ code, name }) => [code, name]));
    makeSortable(list, "[data-grip]", (row) => this.#say(row));
    list.addEventListener("click", (event) => this.#click(event));
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @returns {string[]} */
  get codes() {
    return all("li", this.list).map((row) => row.dataset.code ?? "");
  }

  /** @param {string[]} codes in this order */
  show(codes) {
    this.list.replaceChildren(...codes.map((code) => this.#row(code)));
    this.#settle();
  }

  /** Keep who is among these, in the present order, and put the others at the end. @param {string[]} codes */
  follow(codes) {
    const present = this.codes;
    for (const row of all("li", this.list)) if (!codes.includes(row.dataset.code ?? "")) row.remove();
    this.list.append(...codes.filter((code) => !present.includes(code)).map((code) => this.#row(code)));
    this.#settle();
  }

  #settle() {
    one("#no-order").hidden = this.list.children.length > 0;
    this.list.hidden = this.list.children.length === 0;
  }

  /** @param {string} code */
  #row(code) {
    const row = stamp("member");
    const name = this.names.get(code) ?? code;
    row.dataset.code = code;
    one("[data-name]", row).textContent = name;
    one("[data-up]", row).setAttribute("aria-label", t("Move {name} up", { name }));
    one("[data-down]", row).setAttribute("aria-label", t("Move {name} down", { name }));
    return row;
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const row = button?.closest("li");
    if (button && row) this.#move(row, button.hasAttribute("data-up") ? -1 : 1, button);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const button = event.target instanceof HTMLElement ? event.target.closest("button") : null;
    const row = button?.closest("li");
    const by = event.altKey && { ArrowUp: /** @type {const} */ (-1), ArrowDown: /** @type {const} */ (1) }[event.key];
    if (!button || !row || !by) return;
    event.preventDefault();
    this.#move(row, by, button);
  }

  /** @param {HTMLElement} row @param {-1 | 1} by @param {HTMLElement} focus */
  #move(row, by, focus) {
    if (by < 0) row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    focus.focus();
    this.#say(row);
  }

  /** @param {HTMLElement} row */
  #say(row) {
    const children = [...this.list.children];
    announce(t("Place {place} of {count}", { place: children.indexOf(row) + 1, count: children.length }));
  }
}
