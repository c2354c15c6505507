// What a site needs to know of the meeting: open before it begins, behind a button while it runs.

import { h, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { dialled } from "../lib/telephone.js";
import { mark } from "../live/keyed.js";

/** @typedef {import("../live/types.js").Particulars} Told */

export class Particulars {
  /** @type {HTMLDetailsElement} */
  #box = one("#particulars");
  /** @type {boolean | null} */
  #running = null;
  #drawn = "";
  #over = false;

  constructor() {
    this.#box.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape" || !this.#running || !this.#box.open) return;
      this.#box.open = false;
      one("summary", this.#box).focus();
    });
  }

  /** @param {Told} told */
  draw(told) {
    // Each stream begins with them: what is read, or has the focus, is not made anew for that.
    const drawn = JSON.stringify(told);
    if (this.#over || drawn === this.#drawn) return;
    this.#drawn = drawn;
    const facts = factsOf(told);
    this.#box.hidden = told.kind === "regular" && facts.length === 1;
    one("#particulars-facts").replaceChildren(...facts);
  }

  /**
   * Open before the meeting and after a rehearsal; as the room opens it makes way. In between it is the reader's.
   *
   * @param {boolean} running
   */
  setRunning(running) {
    if (running === this.#running) return;
    this.#running = running;
    this.#box.open = !running;
    mark(this.#box, "data-running", running ? "yes" : "no");
  }

  /** Take it away: the briefing is over. */
  hide() {
    this.#over = true;
    this.#box.hidden = true;
  }
}

/** @param {Told} told @returns {HTMLElement[]} */
function factsOf({ kind, number, presiding, moderator, technicians, place, dress, notes }) {
  return [
    technicians.length && fact("technicians", t("Whom to call"), list("ul", technicians.map(technician))),
    fact("kind", t("Kind"), KINDS[kind]()),
    number && fact("number", t("Number"), number),
    presiding.length && fact("presiding", t("Presiding"), list("ol", presiding.map((one) => official(one, presiding.length)))),
    moderator && fact("moderator", t("Moderator"), named(moderator)),
    place && fact("place", t("Place"), place),
    dress && fact("dress", t("Dress"), dress),
    notes && fact("notes", t("Remarks"), notes),
  ].filter((one) => one instanceof HTMLElement);
}

/**
 * @param {string} name
 * @param {string} term
 * @param {Node | string} value
 */
function fact(name, term, value) {
  return h("div", { "data-fact": name }, h("dt", {}, term), h("dd", {}, value));
}

/**
 * @param {"ol" | "ul"} tag
 * @param {(Node | string)[][]} rows
 */
function list(tag, rows) {
  return h(tag, { class: "particulars__list" }, ...rows.map((row) => h("li", {}, ...row)));
}

/** @param {Told["technicians"][number]} one */
function technician({ name, contact }) {
  return [`${name}: `, ...dialled(contact)];
}

/**
 * @param {Told["presiding"][number]} one
 * @param {number} among
 */
function official(one, among) {
  const leads = one.leads && among > 1;
  return [named(one), ...(leads ? [" ", h("span", { class: "badge badge--info" }, t("leads"))] : [])];
}

/** @param {{name: string, position: string}} person */
function named({ name, position }) {
  return position ? `${name}, ${position}` : name;
}

/** @type {Record<Told["kind"], () => string>} */
const KINDS = {
  regular: () => t("Regular briefing"),
  quick_notification: () => t("Quick notification"),
  year_review: () => t("Year review"),
};
