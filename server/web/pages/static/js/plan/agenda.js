// The agenda editor: a list of items, added, moved and removed from the keyboard or the mouse, and dragged into order.

import { all, announce, h, one, say, stamp } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { drawList } from "../live/keyed.js";
import { makeSortable } from "./drag.js";
import { same } from "./same.js";

/** @typedef {{endpoint: string, speaker: string, topic: string}} Speaker */
/**
 * @typedef {object} Item
 * @property {string} id which item it is, however it is changed or moved
 * @property {string} title
 * @property {number} minutes NaN while no number is typed
 * @property {string} kind
 * @property {string | null} endpoint null: the hub
 * @property {Speaker[]} speakers
 * @property {string} document the reference of what it is about
 */

const HUB = "hub";

const MINUTES = 10; // of a new item

/** What is done when, in which order. */
export class AgendaEditor {
  /**
   * @param {HTMLElement} list
   * @param {() => void} changed called after every change of the list itself; fields speak for themselves
   */
  constructor(list, changed) {
    this.list = list;
    this.changed = changed;
    this.kind = "regular"; // of the briefing
    /** @type {import("./sites.js").Unit[]} */
    this.units = [];
    makeSortable(list, "[data-grip]", (row) => this.moved(row));
    list.addEventListener("keydown", (event) => this.key(event));
    list.addEventListener("click", (event) => this.click(event));
    one("#add-item").addEventListener("click", () => this.add(null));
  }

  /** @param {Item[]} items @param {import("./sites.js").Unit[]} units who may present */
  show(items, units) {
    if (units !== this.units) this.list.replaceChildren();
    this.units = units;
    const update = (/** @type {HTMLElement} */ row, /** @type {Item} */ item) => this.fill(row, item);
    drawList(this.list, items, { key: ({ id }) => id, create: () => this.row(), update });
    this.number();
  }

  /** @returns {Item[]} */
  get items() {
    return all(".agenda__item", this.list).map(itemOf);
  }

  /**
   * Mark what cannot be saved.
   * @returns {HTMLElement | null} the first field to correct
   */
  check() {
    const bad = [];
    for (const row of all(".agenda__item", this.list)) {
      const [title, minutes] = [one(".agenda__title", row), one(".agenda__minutes input", row)];
      title.setAttribute("aria-invalid", String(!value(row, ".agenda__title").trim()));
      minutes.setAttribute("aria-invalid", String(Number.isNaN(minutesOf(row))));
      bad.push(...[title, minutes].filter((field) => field.getAttribute("aria-invalid") === "true"));
    }
    for (const speaker of all(".agenda__speaker", this.list)) {
      const name = one("[data-name]", speaker);
      const nameless = value(speaker, "[data-from]") === HUB && !value(speaker, "[data-name]").trim();
      name.setAttribute("aria-invalid", String(nameless));
      if (nameless) bad.push(name);
    }
    return bad[0] ?? null;
  }

  /** @returns {HTMLElement} an item's row, not yet filled in */
  row() {
    const row = stamp("item");
    const endpoint = one(".agenda__endpoint", row);
    endpoint.append(h("option", { value: "" }, t("Hub")));
    endpoint.append(...this.units.map((unit) => h("option", { value: unit.code }, unit.name)));
    return row;
  }

  /** Write what a row does not say yet: fields that do are left alone, and so is the cursor in them. @param {HTMLElement} row @param {Item} item */
  fill(row, item) {
    const shown = itemOf(row);
    if (shown.title !== item.title) field(row, ".agenda__title").value = item.title;
    if (!Object.is(shown.minutes, item.minutes)) field(row, ".agenda__minutes input").value = Number.isInteger(item.minutes) ? String(item.minutes) : "";
    if (shown.kind !== item.kind) field(row, ".agenda__kind").value = item.kind;
    if (shown.endpoint !== item.endpoint) field(row, ".agenda__endpoint").value = item.endpoint ?? "";
    if (shown.document !== item.document) field(row, ".agenda__document").value = item.document;
    if (same(shown.speakers, item.speakers)) return;
    one(".agenda__speakers", row).replaceChildren(...item.speakers.map((speaker) => this.speaker(speaker)));
  }

  /** @param {Speaker} speaker @returns {HTMLElement} */
  speaker(speaker) {
    const row = stamp("speaker");
    const from = /** @type {HTMLSelectElement} */ (one("[data-from]", row));
    from.append(...this.units.map((unit) => h("option", { value: unit.code }, unit.name)), h("option", { value: HUB }, t("Hub")));
    from.value = speaker.endpoint;
    /** @type {HTMLInputElement} */ (one("[data-name]", row)).value = speaker.speaker;
    /** @type {HTMLInputElement} */ (one("[data-topic]", row)).value = speaker.topic;
    return row;
  }

  /** @param {HTMLElement} item */
  register(item) {
    const row = this.speaker({ endpoint: value(item, ".agenda__endpoint") || (this.units[0]?.code ?? HUB), speaker: "", topic: "" });
    one(".agenda__speakers", item).append(row);
    this.touched();
    one("[data-from]", row).focus();
  }

  /** @param {HTMLElement} item @param {HTMLElement} speaker */
  forget(item, speaker) {
    speaker.remove();
    this.touched();
    one("[data-speaker]", item).focus();
  }

  /** @param {HTMLElement | null} below the item it follows; null puts it last */
  add(below) {
    const usual = this.kind === "quick_notification" ? "directive" : "discussion";
    const kind = this.list.children.length ? usual : "opening";
    const row = this.made({ title: "", minutes: MINUTES, kind, endpoint: null, speakers: [], document: "" });
    if (below) below.after(row);
    else this.list.append(row);
    this.touched();
    one(".agenda__title", row).focus();
  }

  /** Put an item that comes from elsewhere at the end. @param {Omit<Item, "id">} item */
  append(item) {
    this.list.append(this.made(item));
    this.touched();
  }

  /** @param {Omit<Item, "id">} item @returns {HTMLElement} the row of an item that was not there before */
  made(item) {
    const row = this.row();
    row.dataset.key = newId();
    this.fill(row, { id: row.dataset.key, ...item });
    return row;
  }

  /** @param {HTMLElement} row @param {-1 | 1} by @param {Element | null} focus what keeps the cursor */
  move(row, by, focus) {
    const neighbour = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!neighbour) return;
    if (by < 0) neighbour.before(row);
    else neighbour.after(row);
    if (focus instanceof HTMLElement) focus.focus();
    this.moved(row);
  }

  /** @param {HTMLElement} row */
  moved(row) {
    this.touched();
    announce(t("Item {place} of {count}", { place: [...this.list.children].indexOf(row) + 1, count: this.list.children.length }));
  }

  /** @param {HTMLElement} row */
  remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.touched();
    if (next instanceof HTMLElement) one(".agenda__title", next).focus();
    else one("#add-item").focus();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const row = rowOf(event.target);
    if (!row) return;
    const by = event.altKey && { ArrowUp: /** @type {const} */ (-1), ArrowDown: /** @type {const} */ (1) }[event.key];
    if (by) {
      event.preventDefault();
      this.move(row, by, /** @type {Element} */ (event.target));
    } else if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      if (event.target.closest(".agenda__speaker")) this.register(row);
      else this.add(row);
    }
  }

  /** @param {MouseEvent} event */
  click(event) {
    const row = rowOf(event.target);
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!row || !button) return;
    if (button.hasAttribute("data-up")) this.move(row, -1, button);
    if (button.hasAttribute("data-down")) this.move(row, 1, button);
    if (button.hasAttribute("data-remove")) this.remove(row);
    if (button.hasAttribute("data-speaker")) this.register(row);
    const speaker = button.closest(".agenda__speaker");
    if (speaker instanceof HTMLElement) this.forget(row, speaker);
  }

  touched() {
    this.number();
    this.changed();
  }

  /** Number the items, and say on every button which item it is for. */
  number() {
    const rows = all(".agenda__item", this.list);
    one("#no-agenda").hidden = rows.length > 0;
    rows.forEach((row, index) => {
      say(one("[data-place]", row), String(index + 1));
      label(row, "[data-up]", t("Move item {number} up", { number: index + 1 }));
      label(row, "[data-down]", t("Move item {number} down", { number: index + 1 }));
      label(row, "[data-remove]", t("Remove item {number}", { number: index + 1 }));
    });
  }
}

/** @param {HTMLElement} row @param {string} selector @param {string} text */
function label(row, selector, text) {
  one(selector, row).setAttribute("aria-label", text);
}

/** @param {EventTarget | null} target @returns {HTMLElement | null} */
function rowOf(target) {
  return target instanceof Element ? target.closest(".agenda__item") : null;
}

/** @param {HTMLElement} row @returns {number} NaN: what is typed is no number of minutes */
function minutesOf(row) {
  const typed = value(row, ".agenda__minutes input").trim();
  return /^\d{1,4}$/.test(typed) ? Number(typed) : NaN;
}

/** @param {HTMLElement} row @returns {Item} what a row says */
function itemOf(row) {
  return {
    id: row.dataset.key ?? "",
    title: value(row, ".agenda__title").trim(),
    minutes: minutesOf(row),
    kind: value(row, ".agenda__kind"),
    endpoint: value(row, ".agenda__endpoint") || null,
    speakers: all(".agenda__speaker", row).map((speaker) => ({
      endpoint: value(speaker, "[data-from]"),
      speaker: value(speaker, "[data-name]").trim(),
      topic: value(speaker, "[data-topic]").trim(),
    })),
    document: value(row, ".agenda__document").trim(),
  };
}

/** An id that nobody else makes for another item. @returns {string} */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** @param {HTMLElement} row @param {string} selector @returns {HTMLInputElement | HTMLSelectElement} */
function field(row, selector) {
  return one(selector, row);
}

/** @param {HTMLElement} row @param {string} selector @returns {string} */
function value(row, selector) {
  return field(row, selector).value;
}
