// The check-in form: local chair, delegates row by row, headcount; sent, amended, and kept as a draft meanwhile.

import { Refusal, call } from "../lib/api.js";
import { all, one, say, stamp } from "../lib/dom.js";
import { time } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { Draft, positionsOf, suggestedHeadcount } from "./draft.js";
import { token } from "./identity.js";

/**
 * @typedef {import("./draft.js").CheckInEntry} CheckInEntry
 * @typedef {import("./draft.js").DelegateEntry} DelegateEntry
 */

/** @type {DelegateEntry} */
const NOBODY = { name: "", positions: [], attendance: "present", reason: "" };

export class CheckInForm {
  /** What the server has of this site. @type {(CheckInEntry & {revision: number, at: string}) | null} */
  sent = null;
  /** The positions that this site is to send. @type {string[][]} */
  expected = [];
  /** Whether whoever is expected has been given a line. */
  offered = false;
  /** @type {Promise<void> | null} */
  #expecting = null;

  /**
   * @param {import("./identity.js").Identity} identity
   * @param {object} listener
   * @param {() => void} listener.sent the check-in has just been sent by hand
   * @param {() => void} listener.known what the server has is known, or is something else now
   */
  constructor(identity, listener) {
    this.address = `/api/v1/briefings/${identity.briefing}/endpoints/${identity.endpoint}/check-in`;
    this.listener = listener;
    this.draft = new Draft(identity);
    this.form = /** @type {HTMLFormElement} */ (one("#check-in-form"));
    this.rows = one("#delegates");
    this.localChair = /** @type {HTMLInputElement} */ (one("[name=local_chair]", this.form));
    this.headcount = /** @type {HTMLInputElement} */ (one("[name=headcount]", this.form));
    this.action = one("#send-check-in").textContent ?? "";
    this.#listen();
    this.#fill(this.draft.read() ?? { local_chair: "", delegates: [], headcount: null });
  }

  /** Ask what the server has; a draft on this page is not overwritten by it. */
  async refresh() {
    try {
      this.#adopt((await call("GET", this.address, { token })).data);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === "not_checked_in") await this.#expect();
    }
  }

  /** Know who is expected or was announced: one question at a time. */
  #expect() {
    return (this.#expecting ??= this.#ask().finally(() => (this.#expecting = null)));
  }

  /** Give each delegate that is expected or was announced a line, once; what is typed already stays. */
  async #ask() {
    if (this.offered) return;
    const { data } = await call("GET", this.address.replace(/check-in$/, "expected"), { token });
    if (data.delegates.length === 0) return;
    this.offered = true;
    this.expected = data.positions.map(positionsOf);
    const rows = all(".delegate", this.rows);
    for (const delegate of data.delegates) this.#offer(delegate, rows);
    const spare = (/** @type {HTMLElement} */ row) => isBlank(readRow(row)) && !row.contains(document.activeElement);
    for (const row of rows.filter(spare)) row.remove();
    one("#check-in-announced").hidden = !data.delegates.some((/** @type {DelegateEntry} */ { name }) => name !== "");
    this.#suggest();
  }

  /**
   * Give somebody a line, unless one that is there already is theirs: an empty one is filled in.
   *
   * @param {DelegateEntry} delegate
   * @param {HTMLElement[]} rows those that were there before and are nobody's yet
   */
  #offer(delegate, rows) {
    const row = rows.find((one) => fits(one, delegate));
    if (!row) return void this.#addRow(delegate);
    rows.splice(rows.indexOf(row), 1);
    if (readRow(row).name === "" && delegate.name !== "") row.replaceWith(this.#row(delegate));
  }

  /** Whether a line is for somebody expected who is not named: it is passed over. @param {DelegateEntry} delegate */
  #isOpen({ name, positions }) {
    return name === "" && this.expected.some((expected) => expected.join() === positions.join());
  }

  /** The server has nothing of this site any more: a rehearsal is over. What was typed stays, to be sent again. */
  forget() {
    if (this.sent === null) return;
    this.draft.write(this.#read());
    this.sent = null;
    say(one("#check-in-state"), "");
    say(one("#send-check-in"), this.action);
  }

  /**
   * Allow sending, or say why not yet.
   *
   * @param {boolean} running
   */
  setRunning(running) {
    /** @type {HTMLButtonElement} */ (one("#send-check-in")).disabled = !running;
    say(one("#check-in-hint"), running ? "" : t("It can be sent as soon as the room opens. What you type is kept."));
  }

  /** The delegates that may speak, for the list of speakers. */
  get speakers() {
    const { local_chair, delegates } = this.#read();
    const here = delegates.filter((delegate) => delegate.attendance !== "absent" && !this.#isOpen(delegate));
    return [local_chair, ...here.map((delegate) => [delegate.name, ...delegate.positions].join(", "))].filter(Boolean);
  }

  #listen() {
    this.form.addEventListener("submit", (event) => (event.preventDefault(), void this.#send()));
    this.form.addEventListener("input", (event) => this.#edited(event.target));
    this.form.addEventListener("keydown", (event) => this.#pressed(event));
    one("#add-delegate").addEventListener("click", () => this.#addRow().focus());
  }

  /** @param {EventTarget | null} field */
  #edited(field) {
    if (field === this.headcount) this.headcount.dataset.typed = "yes";
    if (field instanceof HTMLSelectElement) askReason(field);
    this.#suggest();
    this.draft.write(this.#read());
  }

  #suggest() {
    if (this.headcount.dataset.typed === "yes") return;
    this.headcount.value = String(suggestedHeadcount(this.#named()) || "");
  }

  /** Enter goes on to the next field, and from the last row to a new one: a list is typed without the mouse. */
  #pressed(/** @type {KeyboardEvent} */ event) {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || !(field instanceof HTMLInputElement)) return;
    event.preventDefault();
    const row = field.closest(".delegate");
    if (row === null || field.name !== "name" || field.value.trim() !== "") return this.#goOn(field, row);
    one("#send-check-in").focus();
  }

  /**
   * @param {HTMLInputElement} field
   * @param {Element | null} row
   */
  #goOn(field, row) {
    const fields = all("input:not([hidden]), select", this.form).filter((one) => one.offsetParent !== null);
    const next = row ? row.nextElementSibling?.querySelector("input") : fields[fields.indexOf(field) + 1];
    if (row && field.name === "name") /** @type {HTMLElement} */ (one("[name=positions]", row)).focus();
    else if (next instanceof HTMLElement) next.focus();
    else this.#addRow().focus();
  }

  /**
   * @param {DelegateEntry} [delegate]
   * @returns {HTMLInputElement} its first field
   */
  #addRow(delegate = NOBODY) {
    const row = this.#row(delegate);
    this.rows.append(row);
    return one("[name=name]", row);
  }

  /** @param {DelegateEntry} delegate @returns {HTMLElement} a line that says this */
  #row(delegate) {
    const row = stamp("delegate-row");
    /** @type {HTMLInputElement} */ (one("[name=name]", row)).value = delegate.name;
    /** @type {HTMLInputElement} */ (one("[name=positions]", row)).value = delegate.positions.join(", ");
    /** @type {HTMLInputElement} */ (one("[name=reason]", row)).value = delegate.reason;
    const attendance = /** @type {HTMLSelectElement} */ (one("[name=attendance]", row));
    attendance.value = delegate.attendance;
    askReason(attendance, row);
    one("[data-remove]", row).addEventListener("click", () => this.#removeRow(row));
    return row;
  }

  /** @param {HTMLElement} row */
  #removeRow(row) {
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    const target = neighbour?.querySelector("input") ?? one("#add-delegate");
    target.focus();
    this.#edited(null);
  }

  /** @returns {CheckInEntry} */
  #read() {
    const delegates = all(".delegate", this.rows).map(readRow);
    const headcount = this.headcount.valueAsNumber;
    return {
      local_chair: this.localChair.value.trim(),
      delegates: delegates.filter((delegate) => delegate.name !== "" || delegate.positions.length > 0),
      headcount: Number.isFinite(headcount) ? headcount : null,
    };
  }

  /** What is sent: without the lines for delegates who are expected and not named. @returns {CheckInEntry} */
  #named() {
    const entry = this.#read();
    return { ...entry, delegates: entry.delegates.filter((delegate) => !this.#isOpen(delegate)) };
  }

  /** @param {CheckInEntry} entry */
  #fill({ local_chair, delegates, headcount }) {
    this.localChair.value = local_chair;
    this.headcount.value = headcount === null ? "" : String(headcount);
    this.rows.replaceChildren();
    delegates.forEach((delegate) => this.#addRow(delegate));
    if (delegates.length === 0) this.#addRow();
  }

  async #send() {
    try {
      if (this.sent === null) await this.#expect(); // whose lines may stay empty, a reloaded draft does not know
      const entry = this.#named();
      const complaint = this.#complaint(entry);
      this.#complain(complaint);
      if (complaint) return;
      const answer = await call("PUT", this.address, { body: entry, token });
      this.draft.forget();
      this.#adopt(answer.data);
      this.listener.sent();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#complain([error.message, ...error.errors.map((one) => one.message)].join(" "));
    }
  }

  /**
   * @param {CheckInEntry} entry
   * @returns {string} what is missing, "" when nothing is; the cursor is put there
   */
  #complaint({ local_chair, delegates, headcount }) {
    const nameless = all(".delegate", this.rows)
      .filter((row) => isNameless(readRow(row)) && !this.#isOpen(readRow(row)))
      .map((row) => one("[name=name]", row))[0];
    if (local_chair === "") return (this.localChair.focus(), t("Write the name of the local chair."));
    if (nameless) return (nameless.focus(), t("Write the name of every delegate."));
    const present = delegates.filter((delegate) => delegate.attendance !== "absent").length;
    if (headcount === null || headcount < Math.max(1, present)) {
      return (this.headcount.focus(), t("Count the people in the room: at least the delegates present."));
    }
    return "";
  }

  /** @param {string} complaint */
  #complain(complaint) {
    const error = one("#check-in-error");
    error.hidden = complaint === "";
    say(error, complaint);
  }

  /** @param {CheckInEntry & {revision: number, at: string}} document what the server has */
  #adopt(document) {
    this.sent = document;
    if (this.draft.read() === null) this.#fill(document);
    this.headcount.dataset.typed = "yes";
    say(
      one("#check-in-state"),
      t("Checked in at {time}, version {revision}", { time: time(document.at), revision: document.revision }),
    );
    say(one("#send-check-in"), t("Send the changes and enter the room"));
    this.listener.known();
  }
}

/**
 * Ask for the reason of an absence, or whom a substitute stands in for.
 *
 * @param {HTMLSelectElement} attendance
 * @param {Element | null} [row]
 */
function askReason(attendance, row = attendance.closest(".delegate")) {
  if (row === null) return;
  one("[data-reason]", row).hidden = attendance.value === "present";
  const label = attendance.value === "absent" ? t("Reason of absence") : t("Stands in for");
  one("[name=reason]", row).setAttribute("placeholder", label);
  say(one("[data-reason] .visually-hidden", row), label);
}

/**
 * @param {HTMLElement} row
 * @returns {DelegateEntry}
 */
function readRow(row) {
  const value = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement} */ (one(`[name=${name}]`, row)).value.trim();
  const attendance = /** @type {DelegateEntry["attendance"]} */ (value("attendance"));
  const reason = attendance === "present" ? "" : value("reason");
  return { name: value("name"), positions: positionsOf(value("positions")), attendance, reason };
}

/**
 * Whether a line that is there is a delegate's who is offered: by the name, else by the positions.
 *
 * @param {HTMLElement} row
 * @param {DelegateEntry} offered
 */
function fits(row, offered) {
  const typed = readRow(row);
  if (typed.name !== "" && offered.name !== "") return typed.name === offered.name;
  const filled = typed.name === "" && offered.name !== "" && row.contains(document.activeElement);
  return typed.positions.join() === offered.positions.join() && !filled;
}

/** Whether a line says something about nobody. @param {DelegateEntry} delegate */
function isNameless({ name, positions }) {
  return name === "" && positions.length > 0;
}

/** @param {DelegateEntry} delegate */
function isBlank({ name, positions }) {
  return name === "" && positions.length === 0;
}
