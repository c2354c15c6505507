// The running timeline: turns as they are given, agenda items as they come, and the notes that belong to them.

import { h, icon, one, say } from "../lib/dom.js";
import { dateTime, timeWithSeconds } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { drawList, mark } from "../live/keyed.js";
import { dueWord } from "./due.js";
import { kindWord, stateWord } from "./kinds.js";

/**
 * @typedef {object} Turn
 * @property {number} number
 * @property {string} endpoint
 * @property {string} name
 * @property {string} speaker
 * @property {string} topic
 * @property {string} granted_at
 * @property {string | null} ended_at
 *
 * @typedef {{at: string, number: number, title: string}} Move the chair came to an agenda item
 *
 * @typedef {object} Note as the server tells it
 * @property {number} number
 * @property {import("./kinds.js").Kind} kind
 * @property {string} text
 * @property {string} about
 * @property {number | null} turn
 * @property {string | null} endpoint
 * @property {string} name
 * @property {string} addressee
 * @property {string} owner
 * @property {string[]} partners
 * @property {string} due
 * @property {string} state
 * @property {number} revision
 * @property {string} taken_by
 * @property {{reason: string} | null} removed
 * @property {{text: string}[]} answers
 *
 * @typedef {{key: string, at: string, order: string, turn?: Turn, move?: Move, note?: Note}} Row
 *
 * @typedef {object} Wishes what the reader asks for
 * @property {(note: Note) => void} edit
 * @property {(note: Note) => void} remove
 * @property {(note: Note) => void} restore
 * @property {(turn: Turn) => void} noteOn
 */

export class Timeline {
  /**
   * @param {string} briefing
   * @param {Wishes} wishes
   */
  constructor(briefing, wishes) {
    this.briefing = briefing;
    this.wishes = wishes;
    /** @type {Turn[]} */
    this.turns = [];
    /** @type {Move[]} */
    this.moves = [];
    /** @type {Map<number, Note>} */
    this.notes = new Map();
    /** @type {number | null} */
    this.editing = null;
    this.filter = "";
  }

  /** The turn that runs; null: the hub speaks. @returns {Turn | null} */
  get running() {
    return this.turns.filter((turn) => turn.ended_at === null).at(-1) ?? null;
  }

  /** The newest note that counts. @returns {Note | undefined} */
  get latest() {
    return [...this.notes.values()].filter((note) => note.removed === null).at(-1);
  }

  /**
   * Whether a note stands as it was written: a new one is known by its moment.
   *
   * @param {import("./draft.js").Note} form
   * @param {string} words
   */
  has({ number, kind, about }, words) {
    const same = (/** @type {Note} */ note) => (number === null ? Date.parse(note.about) === Date.parse(about) : note.number === number);
    return [...this.notes.values()].some((note) => same(note) && note.kind === kind && note.text === words);
  }

  /** Take a note as the server tells it, unless a newer revision is here already. @param {Note} note */
  take(note) {
    const known = this.notes.get(note.number);
    if (known && known.revision > note.revision) return;
    this.notes.set(note.number, note);
    this.draw();
  }

  draw() {
    const box = one("#scroll");
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
    const rows = this.#rows();
    drawList(one("#timeline"), rows, {
      key: (row) => row.key,
      create: (row) => this.#create(row),
      update: (element, row) => this.#update(element, row),
    });
    one("#nothing").hidden = rows.length > 0;
    if (atEnd) box.scrollTop = box.scrollHeight;
  }

  /** @returns {Row[]} in the order of the meeting: a note of a turn stands with its turn */
  #rows() {
    const begun = new Map(this.turns.map((turn) => [turn.number, turn.granted_at]));
    /** @type {Row[]} */
    const rows = [
      ...this.turns.map((turn) => ({ key: `turn-${turn.number}`, at: turn.granted_at, order: `${turn.granted_at} 0`, turn })),
      ...this.moves.map((move) => ({ key: `item-${move.at}`, at: move.at, order: `${move.at} 0`, move })),
      ...[...this.notes.values()].map((note) => {
        const anchor = (note.turn !== null && begun.get(note.turn)) || note.about;
        return { key: `note-${note.number}`, at: note.about, order: `${anchor} 1 ${note.about} ${note.number}`, note };
      }),
    ];
    const shown = this.filter ? rows.filter(({ note }) => note?.kind === this.filter) : rows;
    return shown.sort((one, other) => (one.order < other.order ? -1 : 1));
  }

  /** @param {Row} row */
  #create({ turn, move, at }) {
    const kind = turn ? "turn" : move ? "item" : "note";
    const moment = h(
      "a",
      { class: "timeline__time numbers", href: `/briefings/${this.briefing}/status?at=${encodeURIComponent(at)}`, title: t("Show this moment") },
      timeWithSeconds(at),
    );
    return h("li", { class: `timeline__${kind}` }, moment, h("div", { class: "timeline__body" }));
  }

  /**
   * @param {HTMLElement} element
   * @param {Row} row
   */
  #update(element, { turn, move, note, at }) {
    const body = one(".timeline__body", element);
    if (move) say(body, t("Agenda item {number}: {title}", { number: move.number, title: move.title }));
    if (turn) {
      mark(element, "data-running", turn.ended_at === null ? "yes" : null);
      if (body.childElementCount === 0) body.append(this.#turnHead(turn));
    }
    if (note) {
      mark(element, "data-removed", note.removed ? "yes" : null);
      mark(element, "data-editing", note.number === this.editing ? "yes" : null);
      say(one(".timeline__time", element), timeWithSeconds(at));
      if (element.dataset.revision === String(note.revision)) return;
      element.dataset.revision = String(note.revision);
      body.replaceChildren(...this.#note(note));
    }
  }

  /** @param {Turn} turn */
  #turnHead(turn) {
    const what = [turn.speaker, turn.topic].filter(Boolean).join(" · ");
    const label = t("Note on turn {number}", { number: turn.number });
    const add = h("button", { class: "button button--quiet button--icon button--small", type: "button", title: label, "aria-label": label }, icon("plus"));
    add.addEventListener("click", () => this.wishes.noteOn(turn));
    const name = h("strong", {}, t("Turn {number}: {name}", { number: turn.number, name: turn.name }));
    return h("div", { class: "timeline__head" }, name, h("span", { class: "muted small grow" }, what), add);
  }

  /** @param {Note} note */
  #note(note) {
    const head = h(
      "div",
      { class: "timeline__head" },
      h("span", { class: "note__kind" }, kindWord(note.kind)),
      h("span", { class: "muted small numbers grow" }, t("no. {number}", { number: note.number })),
      h("span", { class: "timeline__tools" }, ...this.#tools(note)),
    );
    const more = note.removed ? t("Removed: {reason}", { reason: note.removed.reason }) : moreOf(note);
    return [head, h("p", { class: "note__text lines" }, note.text), more && h("p", { class: "note__more" }, more)].filter((part) => part !== "");
  }

  /** @param {Note} note */
  #tools(note) {
    if (note.removed) return [tool("rotate", t("Restore note {number}", { number: note.number }), () => this.wishes.restore(note), t("Restore"))];
    return [
      tool("pencil", t("Edit note {number}", { number: note.number }), () => this.wishes.edit(note)),
      tool("trash", t("Remove note {number}", { number: note.number }), () => this.wishes.remove(note)),
    ];
  }
}

/**
 * Say in one line who is to do what until when.
 *
 * @param {Note} note
 * @returns {string}
 */
export function moreOf(note) {
  const parts = [
    note.name,
    note.addressee && t("to: {name}", { name: note.addressee }),
    note.owner && t("owner: {name}", { name: note.owner }),
    note.partners.length > 0 && t("with: {names}", { names: note.partners.join("; ") }),
    note.due && t("due: {due}", { due: dueWord(note.due) }),
    note.state !== "open" && stateWord(note.state),
    note.answers.length > 0 && t("answered"),
  ];
  return parts.filter(Boolean).join(" · ");
}

/**
 * Say when a note's moment was, with the day.
 *
 * @param {string} about
 */
export function momentOf(about) {
  return `${dateTime(about).slice(0, 10)} ${timeWithSeconds(about)}`;
}

/**
 * @param {string} image
 * @param {string} label
 * @param {() => void} act
 * @param {string} [word]
 */
function tool(image, label, act, word = "") {
  const button = h("button", { class: `button button--quiet button--small${word ? "" : " button--icon"}`, type: "button", title: label, "aria-label": label }, icon(image), word);
  button.addEventListener("click", act);
  return button;
}
