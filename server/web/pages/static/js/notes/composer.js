// The note being written: which fields it has, what they hold, and how it is saved without losing anything.

import { Refusal, call } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { all, announce, h, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { lines } from "../lib/text.js";
import { refused } from "../lib/toast.js";
import { Draft } from "./draft.js";
import { dueOf, dueTyped, dueWord } from "./due.js";
import { FIELDS, kindWord } from "./kinds.js";
import { SiteField } from "./site_field.js";
import { momentOf, moreOf } from "./timeline.js";

/**
 * @typedef {import("./draft.js").Note} Form
 * @typedef {import("./kinds.js").Kind} Kind
 * @typedef {import("./timeline.js").Note} Note
 * @typedef {import("./timeline.js").Turn} Turn
 */

const form = /** @type {HTMLFormElement} */ (one("#composer"));

export class Composer {
  /** @type {Form | null} */
  #form = null;
  /** What the server has not answered for yet, or has refused. @type {Form[]} */
  #sent = [];
  /** What was refused while another note was being written. @type {{form: Form, error: Refusal | null}[]} */
  #back = [];

  /**
   * @param {string} briefing
   * @param {import("./site_field.js").Unit[]} units
   * @param {object} world
   * @param {(note: Note) => void} world.saved
   * @param {() => void} world.changed what is edited has changed
   * @param {() => Turn[]} world.turns
   * @param {() => boolean} world.over whether the briefing has ended
   * @param {(form: Form, words: string) => boolean} world.stands whether a note stands as it was written
   */
  constructor(briefing, units, world) {
    this.path = `/api/v1/briefings/${briefing}/notes`;
    this.world = world;
    this.draft = new Draft(briefing);
    this.site = new SiteField(field("#site"), one("#site-list"), units, () => this.#typed());
    form.addEventListener("input", () => this.#typed());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    form.addEventListener("keydown", (event) => this.#key(event));
    one("#cancel").addEventListener("click", () => void this.cancel());
    one("#turn").addEventListener("change", () => this.#rebind());
  }

  /** The number of the note that is edited; null: none, or a new one. */
  get editing() {
    return this.#form?.number ?? null;
  }

  get open() {
    return this.#form !== null;
  }

  /** Show the note that was being written when the page was left, then those that had not been answered for. */
  restore() {
    this.#sent = this.draft.sent().filter((form) => !this.world.stands(form, wordsOf(form)));
    this.#back = this.#sent.map((form) => ({ form, error: null }));
    const kept = this.draft.read();
    if (kept) this.#show(kept);
    else this.#bringBack();
  }

  /**
   * Begin a note, unless one is being written: then only the cursor goes there.
   *
   * @param {Kind} kind
   * @param {string} about
   * @param {Turn | null} turn
   */
  begin(kind, about, turn) {
    if (this.#form) return field("#text").focus();
    const endpoint = turn && FIELDS[kind].includes("endpoint") && kind === "recommendation" ? turn.endpoint : null;
    const blank = { addressee: "", owner: "", partners: "", due: "", reason: "", text: "" };
    this.#show({ ...blank, number: null, revision: 0, kind, about, turn: turn?.number ?? null, endpoint });
  }

  /** @param {Note} note */
  edit(note) {
    if (this.#form) return field("#text").focus();
    const { number, revision, kind, text, about, turn, endpoint, addressee, owner } = note;
    const typed = { partners: note.partners.join("; "), due: dueTyped(note.due) };
    this.#show({ number, revision, kind, text, about, turn, endpoint, addressee, owner, ...typed, reason: "" });
  }

  /** Drop what is being written; ask first when something was. */
  async cancel() {
    const question = { title: t("Drop this note?"), text: t("What you typed is lost."), action: t("Drop it"), danger: true };
    if (this.#form?.text.trim() && !(await confirm(question))) return field("#text").focus();
    this.#close();
  }

  /**
   * Send what was written. The next note may begin at once; this one comes back if it is refused.
   *
   * @param {string} [etag] the revision that is written over; that of the form by default
   */
  async save(etag) {
    const wanted = this.#form;
    if (!wanted || !this.#check(wanted)) return;
    this.#remember([...this.#sent, wanted]);
    this.#close();
    try {
      const { data } = wanted.number
        ? await call("PUT", `${this.path}/${wanted.number}`, { body: bodyOf(wanted), ifMatch: etag ?? `"${wanted.revision}"` })
        : await call("POST", this.path, { body: bodyOf(wanted) });
      this.#remember(this.#sent.filter((one) => one !== wanted));
      this.world.saved(data);
      announce(t("Note {number} is saved", { number: data.number }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#back.push({ form: wanted, error });
      if (this.#form) refused(error);
      else this.#bringBack();
    }
  }

  /** Remember what the server has not answered for, also over a reload. @param {Form[]} sent */
  #remember(sent) {
    this.#sent = sent;
    this.draft.send(sent);
  }

  /** Show the first note that was refused, and why. */
  #bringBack() {
    const back = this.#back.shift();
    if (!back) return;
    this.#remember(this.#sent.filter((one) => one !== back.form));
    this.#show(back.form);
    if (back.error?.code === "stale_note" && back.form.number) void this.#conflict(back.form.number);
    else if (back.error) this.#refused(back.error);
  }

  /** @param {Refusal} error */
  #refused(error) {
    this.#problem([error.message, ...error.errors.map((one) => one.message)].join(" "));
  }

  /** Somebody else was first: show theirs, keep what was typed, and let the writer decide. @param {number} number */
  async #conflict(number) {
    const found = await call("GET", `${this.path}/${number}`).catch((/** @type {unknown} */ error) => error);
    if (found instanceof Refusal) return this.#refused(found);
    if (this.editing !== number) return;
    const { data: theirs, etag } = /** @type {import("../lib/api.js").Answer} */ (found);
    say(one("#stale-theirs"), [theirs.removed ? t("Removed: {reason}", { reason: theirs.removed.reason }) : theirs.text, moreOf(theirs)].filter(Boolean).join(" · "));
    one("#keep-mine").onclick = () => void this.save(etag);
    one("#take-theirs").onclick = () => {
      this.#close();
      this.world.saved(theirs);
    };
    one("#stale").hidden = false;
    one("#keep-mine").focus();
  }

  /** @param {Form} wanted */
  #show(wanted) {
    this.#form = wanted;
    field("#text").value = wanted.text;
    field("#addressee").value = wanted.addressee;
    field("#owner").value = wanted.owner;
    field("#partners").value = wanted.partners;
    field("#due").value = wanted.due;
    field("#reason").value = wanted.reason;
    field("#kind").value = wanted.kind;
    this.site.code = wanted.endpoint;
    this.#drawTurns(wanted.turn);
    form.hidden = false;
    one("#choose").hidden = true;
    this.draft.write(wanted);
    this.#problem("");
    this.#draw();
    field("#text").focus();
    this.world.changed();
  }

  #close() {
    this.#form = null;
    this.draft.forget();
    if (form.contains(document.activeElement)) /** @type {HTMLElement} */ (document.activeElement).blur();
    form.hidden = true; // what is hidden may keep the cursor for a moment, and the next key would go nowhere
    one("#stale").hidden = true;
    one("#choose").hidden = false;
    this.world.changed();
    this.#bringBack();
  }

  /** @param {number | null} chosen */
  #drawTurns(chosen) {
    const options = this.world.turns().map((turn) =>
      h("option", { value: String(turn.number), selected: turn.number === chosen }, t("Turn {number}: {name}", { number: turn.number, name: turn.name })),
    );
    one("#turn").replaceChildren(h("option", { value: "", selected: chosen === null }, t("No turn")), ...options.reverse());
  }

  /** A note that is bound to another turn is about that turn's time. */
  #rebind() {
    const turn = this.world.turns().find(({ number }) => String(number) === field("#turn").value);
    if (!this.#form || !turn) return;
    const { about } = this.#form;
    const within = about >= turn.granted_at && (turn.ended_at === null || about <= turn.ended_at);
    this.#form = { ...this.#form, about: within ? about : turn.granted_at };
    this.#typed();
  }

  #typed() {
    if (!this.#form) return;
    const turn = field("#turn").value;
    this.#form = {
      ...this.#form,
      kind: field("#kind").value,
      text: field("#text").value,
      turn: turn === "" ? null : Number(turn),
      endpoint: this.site.code,
      addressee: field("#addressee").value,
      owner: field("#owner").value,
      partners: field("#partners").value,
      due: field("#due").value,
      reason: field("#reason").value,
    };
    this.draft.write(this.#form);
    this.#draw();
  }

  #draw() {
    if (!this.#form) return;
    const { kind, number, about, due } = this.#form;
    const own = FIELDS[/** @type {Kind} */ (kind)];
    for (const part of all("[data-field]", form)) part.hidden = !own.includes(/** @type {any} */ (part.dataset.field));
    say(one("#composer-title"), number ? t("{kind}, note {number}", { kind: kindWord(kind), number }) : kindWord(kind));
    say(one("#composer-moment"), momentOf(about));
    one("#reason-field").hidden = !(number && this.world.over());
    const read = dueOf(due);
    say(one("#due-said"), read === null ? t("A day, a month or a quarter: 15/12/2026, 12/2026, Q4/2026.") : dueWord(read));
    field("#due").setAttribute("aria-invalid", String(read === null));
  }

  /** @param {Form} wanted @returns {boolean} */
  #check(wanted) {
    /** @type {[boolean, string, string][]} */
    const wrong = [
      [wanted.text.trim() === "", "#text", t("Write the text first.")],
      [shown("#site") && this.site.wrong, "#site", t("There is no such endpoint in this briefing.")],
      [shown("#due") && dueOf(wanted.due) === null, "#due", t("A day, a month or a quarter: 15/12/2026, 12/2026, Q4/2026.")],
      [shown("#reason") && wanted.reason.trim() === "", "#reason", t("The meeting is over: say why it is changed.")],
    ];
    const first = wrong.find(([is]) => is);
    this.#problem(first?.[2] ?? "");
    if (first) field(first[1]).focus();
    return !first;
  }

  /** @param {string} text */
  #problem(text) {
    const box = one("#composer-problem");
    say(box, text);
    box.hidden = text === "";
  }

  /** @param {KeyboardEvent} event Enter saves from every field, Shift+Enter begins a line, Esc drops */
  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      void this.cancel();
    } else if (event.key === "Enter" && !event.shiftKey && event.target instanceof HTMLTextAreaElement) {
      event.preventDefault();
      void this.save();
    }
  }
}

/** The text as it is sent. @param {Form} wanted */
function wordsOf({ text }) {
  return lines(text);
}

/**
 * Return what is sent: the fields the kind has.
 *
 * @param {Form} wanted
 */
function bodyOf(wanted) {
  const { kind, about, turn, endpoint, addressee, owner, partners, due, reason, number } = wanted;
  const named = partners.split(";").map((part) => part.trim()).filter(Boolean);
  /** @type {Record<string, unknown>} */
  const possible = { endpoint, addressee, owner, partners: named, due: dueOf(due) };
  const own = FIELDS[/** @type {Kind} */ (kind)].map((name) => [name, possible[name]]);
  const changed = number ? { reason } : {};
  return { kind, text: wordsOf(wanted), about, turn, ...Object.fromEntries(own), ...changed };
}

/** @param {string} selector */
function shown(selector) {
  return one(selector).closest("[hidden]") === null;
}

/** @param {string} selector @returns {HTMLInputElement} */
function field(selector) {
  return /** @type {HTMLInputElement} */ (one(selector));
}
