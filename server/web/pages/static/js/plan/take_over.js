// Open items of earlier briefings: chosen onto the agenda, and carried over when the plan is saved.

import { call } from "../lib/api.js";
import { all, h, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";
import { dueWord } from "../notes/due.js";
import { kindWord } from "../notes/kinds.js";

const LONGEST = 300; // characters of an agenda item's title
const MINUTES = 5; // of an item that is taken over

/**
 * @typedef {object} Open an item of an earlier briefing
 * @property {{id: string, title: string}} briefing
 * @property {import("../notes/timeline.js").Note} note
 */

export class TakeOver {
  /** @type {Open[]} */
  #found = [];
  /** What was put on the agenda, and is carried over when it is saved. @type {Open[]} */
  #taken = [];

  /**
   * @param {import("./agenda.js").AgendaEditor} agenda
   * @param {() => string} roster
   * @param {string | null} own the briefing that is edited; null: a new one
   */
  constructor(agenda, roster, own) {
    this.agenda = agenda;
    this.roster = roster;
    this.own = own;
    this.dialog = /** @type {HTMLDialogElement} */ (one("#take-over"));
    one("#open-items").addEventListener("click", () => void this.#ask());
    one("[data-back]", this.dialog).addEventListener("click", () => this.dialog.close());
    one("form", this.dialog).addEventListener("submit", () => this.#add());
  }

  /** What was put on the agenda, to be carried over. @returns {Open[]} */
  get taken() {
    return this.#taken;
  }

  set taken(taken) {
    this.#taken = taken;
  }

  /**
   * Mark what was taken over as carried over to a briefing that has been saved.
   *
   * @param {string} briefing
   * @returns {Promise<number>} how many could not be marked
   */
  async carry(briefing) {
    const outcomes = await Promise.allSettled(
      this.#taken.map(({ briefing: source, note }) =>
        call("POST", `/api/v1/briefings/${source.id}/notes/${note.number}/carry-over`, { body: { briefing } }),
      ),
    );
    this.#taken = this.#taken.filter((_, index) => outcomes[index]?.status === "rejected");
    return this.#taken.length;
  }

  async #ask() {
    try {
      const { data } = await call("GET", `/api/v1/follow-up?roster=${encodeURIComponent(this.roster())}`);
      this.#found = data.items.filter(
        (/** @type {Open} */ one) => one.briefing.id !== this.own && !this.#taken.some((taken) => isSame(taken, one)),
      );
    } catch (error) {
      return refused(error);
    }
    one("#open-list").replaceChildren(...this.#found.map((one, index) => row(one, index)));
    one("#no-open").hidden = this.#found.length > 0;
    this.dialog.showModal();
  }

  #add() {
    const chosen = all("#open-list input").filter((box) => /** @type {HTMLInputElement} */ (box).checked);
    for (const box of chosen) {
      const item = this.#found[Number(/** @type {HTMLInputElement} */ (box).value)];
      if (!item) continue;
      this.#taken.push(item);
      const known = this.agenda.units.some(({ code }) => code === item.note.endpoint);
      this.agenda.append({ title: titleOf(item), minutes: MINUTES, kind: "discussion", endpoint: known ? item.note.endpoint : null, speakers: [], document: "" });
    }
  }
}

/** @param {Open} one @param {Open} other */
function isSame(one, other) {
  return one.briefing.id === other.briefing.id && one.note.number === other.note.number;
}

/** The title says where the item comes from; a long text is cut, its source never. @param {Open} item */
function titleOf({ briefing: { title }, note: { text, number } }) {
  const source = t("{text} (no. {number}, {title})", { text: "", number, title });
  const room = Math.max(40, LONGEST - source.length);
  const line = text.replace(/\s+/g, " ");
  const shown = line.length > room ? `${line.slice(0, room - 1)}…` : line;
  return t("{text} (no. {number}, {title})", { text: shown, number, title }).slice(0, LONGEST);
}

/** @param {Open} item @param {number} index */
function row({ briefing, note }, index) {
  const more = [kindWord(note.kind), note.name || note.owner, note.due && dueWord(note.due), briefing.title];
  const box = h("input", { type: "checkbox", value: String(index) });
  const words = h("span", {}, note.text, h("br"), h("span", { class: "small muted" }, more.filter(Boolean).join(" · ")));
  const label = h("label", { class: "check" }, box, words);
  return h("li", {}, label);
}
