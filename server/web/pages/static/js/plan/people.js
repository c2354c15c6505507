// A list of people in their order: officials who preside, one of whom leads, or technicians.

import { all, announce, stamp } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @typedef {Record<string, string | boolean>} Entry by the names of a row's fields; `leads` only where somebody does */

export class People {
  /**
   * @param {HTMLElement} list
   * @param {{template: string, add: HTMLElement}} parts of the page: a row, and the button that adds one
   * @param {() => void} changed called after every change of the list itself; fields speak for themselves
   */
  constructor(list, { template, add }, changed) {
    this.list = list;
    this.template = template;
    this.changed = changed;
    list.addEventListener("click", (event) => this.#click(event));
    list.addEventListener("keydown", (event) => this.#key(event));
    add.addEventListener("click", () => this.#add());
  }

  /** @param {object[]} people */
  show(people) {
    this.list.replaceChildren(...people.map((person) => this.#row(/** @type {Entry} */ (person))));
    this.#settle();
  }

  /** Everybody in whose row something is written. @returns {any[]} */
  get people() {
    return settled(all("li", this.list).map(entryOf).filter(isFilled));
  }

  /** @param {string[]} needed @returns {HTMLElement | null} the first field that has to be filled in */
  check(needed) {
    const rows = all("li", this.list).filter((row) => isFilled(entryOf(row)));
    const fields = rows.flatMap(fieldsOf).filter(({ dataset }) => needed.includes(dataset.field ?? ""));
    for (const field of fields) field.setAttribute("aria-invalid", String(!field.value.trim()));
    return fields.find((field) => !field.value.trim()) ?? null;
  }

  /** @param {Entry} entry */
  #row(entry) {
    const row = stamp(this.template);
    for (const field of fieldsOf(row)) field.value = String(entry[field.dataset.field ?? ""] ?? "");
    const lead = leadOf(row);
    if (lead) lead.checked = entry.leads === true;
    return row;
  }

  #add() {
    const row = this.#row({});
    this.list.append(row);
    this.#settle();
    fieldsOf(row)[0]?.focus();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const row = button?.closest("li");
    if (!button || !row) return;
    if (button.hasAttribute("data-up")) this.#move(row, -1, button);
    if (button.hasAttribute("data-down")) this.#move(row, 1, button);
    if (button.hasAttribute("data-remove")) this.#remove(row);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const row = event.target instanceof HTMLElement ? event.target.closest("li") : null;
    const by = event.altKey && { ArrowUp: /** @type {const} */ (-1), ArrowDown: /** @type {const} */ (1) }[event.key];
    if (row && by) {
      event.preventDefault();
      this.#move(row, by, /** @type {HTMLElement} */ (event.target));
    } else if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      this.#add();
    }
  }

  /** @param {HTMLElement} row @param {-1 | 1} by @param {HTMLElement} focus */
  #move(row, by, focus) {
    const neighbour = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!neighbour) return;
    if (by < 0) neighbour.before(row);
    else neighbour.after(row);
    focus.focus();
    this.changed();
    announce(t("Place {place} of {count}", { place: [...this.list.children].indexOf(row) + 1, count: this.list.children.length }));
  }

  /** @param {HTMLElement} row */
  #remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.#settle();
    this.changed();
    if (next instanceof HTMLElement) fieldsOf(next)[0]?.focus();
  }

  /** Where somebody has to lead, the first does unless another was chosen. */
  #settle() {
    const leads = all("li", this.list).map(leadOf);
    const first = leads[0];
    if (first && !leads.some((lead) => lead?.checked)) first.checked = true;
  }
}

/** A row that is chosen to lead and empty leads nobody. @param {Entry[]} people */
function settled(people) {
  if (!people.some((one) => "leads" in one) || people.some((one) => one.leads)) return people;
  return people.map((one, index) => ({ ...one, leads: index === 0 }));
}

/** @param {HTMLElement} row @returns {Entry} */
function entryOf(row) {
  const lead = leadOf(row);
  const written = Object.fromEntries(fieldsOf(row).map((field) => [field.dataset.field ?? "", field.value.trim()]));
  return lead ? { ...written, leads: lead.checked } : written;
}

/** Whether something is written in a row; that it leads is nothing. @param {Entry} entry */
function isFilled(entry) {
  return Object.values(entry).some((value) => typeof value === "string" && value !== "");
}

/** @param {HTMLElement} row @returns {HTMLInputElement[]} */
function fieldsOf(row) {
  return all("[data-field]", row);
}

/** @param {HTMLElement} row @returns {HTMLInputElement | null} */
function leadOf(row) {
  return row.querySelector("[data-leads]");
}
