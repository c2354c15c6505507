// The secretary's page: the journal brings turns, agenda items and other people's notes; keys begin one's own.

import { listenKeys } from "../chair/keys.js";
import { Refusal, call } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { all, announce, embedded, h, one, say } from "../lib/dom.js";
import { clock as written, timeWithSeconds } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";
import { ServerClock, everySecond } from "../live/clock.js";
import { drawLine } from "../live/line_state.js";
import { isOver, isRunning } from "../live/phase.js";
import { showRecording } from "../live/recording.js";
import { EventStream } from "../live/stream.js";
import { phaseWord } from "../live/words.js";
import { Composer } from "./composer.js";
import { KEYS } from "./kinds.js";
import { Timeline } from "./timeline.js";

/**
 * @typedef {import("../live/types.js").Status} Status
 * @typedef {import("../live/types.js").JournalEntry} JournalEntry
 * @typedef {import("./timeline.js").Note} Note
 */

const { briefing = "", seq = "0" } = one("#notes").dataset;
const base = `/api/v1/briefings/${briefing}`;

class NotesPage {
  start = embedded("start");
  clock = new ServerClock();
  /** @type {Status | null} */
  status = null;
  /** @type {import("../live/types.js").Phase} */
  phase = this.start.state;
  /** @type {string | null} */
  endedAt = this.start.ended_at;
  timeline = new Timeline(briefing, {
    edit: (note) => this.composer.edit(note),
    remove: (note) => void this.#remove(note),
    restore: (note) => void this.#change(note, "restore"),
    noteOn: (turn) => this.composer.begin("remark", turn.granted_at, turn),
  });
  composer = new Composer(briefing, this.start.units, {
    saved: (note) => this.timeline.take(note),
    changed: () => this.#edited(),
    turns: () => this.timeline.turns,
    over: () => isOver(this.phase),
    stands: (form, words) => this.timeline.has(form, words),
  });
  stream = new EventStream(
    { url: `${base}/events?after=${seq}` },
    {
      status: (status) => this.#draw(status),
      journal: (entry) => this.#happened(entry),
      state: drawLine,
    },
  );

  open() {
    this.timeline.turns = this.start.turns;
    this.timeline.moves = this.start.moves;
    for (const note of this.start.notes) this.timeline.notes.set(note.number, note);
    this.timeline.draw();
    one("#scroll").scrollTop = one("#scroll").scrollHeight;
    one("#filter").addEventListener("change", (event) => {
      this.timeline.filter = /** @type {HTMLSelectElement} */ (event.target).value;
      this.timeline.draw();
    });
    for (const button of all("[data-kind]"))
      button.addEventListener("click", () => this.#begin(/** @type {any} */ (button.dataset.kind)));
    const keys = Object.entries(KEYS).map(([key, kind]) => [key, () => this.#begin(kind)]);
    listenKeys({ ...Object.fromEntries(keys), e: () => this.#editLatest() });
    this.#drawPhase();
    this.composer.restore();
    this.stream.start();
    everySecond(() => this.#tick());
  }

  /** @param {import("./kinds.js").Kind} kind */
  #begin(kind) {
    if (!isRunning(this.phase) && this.phase !== "closed") return;
    const now = new Date(this.clock.now()).toISOString();
    this.composer.begin(kind, this.endedAt ?? now, this.timeline.running);
  }

  #editLatest() {
    const latest = this.timeline.latest;
    if (latest) this.composer.edit(latest);
  }

  #edited() {
    this.timeline.editing = this.composer.editing;
    this.timeline.draw();
  }

  /** @param {Note} note */
  async #remove(note) {
    const reason = h("input", { class: "input", id: "remove-reason", maxlength: "300", autocomplete: "off", required: true, autofocus: true });
    const content = h("div", { class: "field" }, h("label", { class: "field__label", for: "remove-reason" }, t("Reason")), reason);
    const question = { title: t("Remove note {number}?", { number: note.number }), text: note.text, action: t("Remove"), content };
    if (await confirm(question)) await this.#change(note, "remove", { reason: reason.value });
  }

  /**
   * @param {Note} note
   * @param {"remove" | "restore"} move
   * @param {unknown} [body]
   */
  async #change(note, move, body) {
    try {
      const ifMatch = move === "remove" ? `"${note.revision}"` : "";
      const { data } = await call("POST", `${base}/notes/${note.number}/${move}`, { body, ifMatch });
      this.timeline.take(data);
      announce(move === "remove" ? t("Note {number} was removed", { number: note.number }) : t("Note {number} was restored", { number: note.number }));
    } catch (error) {
      refused(error);
      if (error instanceof Refusal) await this.#fetch(note.number);
    }
  }

  /** @param {JournalEntry} entry */
  #happened({ kind, at, data }) {
    const turns = this.timeline.turns;
    if (kind === "FloorGranted") {
      const { endpoint, speaker, topic } = data;
      const number = data.turn || turns.length + 1;
      turns.push({ number, endpoint, name: this.#nameOf(endpoint), speaker, topic, granted_at: at, ended_at: null });
    } else if (kind === "TurnEnded") {
      const ended = turns.find((turn) => turn.granted_at === data.started_at);
      if (ended) ended.ended_at = data.ended_at;
    } else if (kind === "AgendaMoved") {
      this.timeline.moves.push({ at, number: data.index + 1, title: this.status?.agenda.items[data.index]?.title ?? "" });
    } else if (kind === "BriefingClosed") {
      this.endedAt = at;
    } else if ("number" in data && kind !== "RecordAmended") {
      return void this.#fetch(data.number);
    }
    this.timeline.draw();
  }

  /** @param {number} number */
  async #fetch(number) {
    try {
      const { data } = await call("GET", `${base}/notes/${number}`);
      this.timeline.take(data);
    } catch (error) {
      refused(error);
    }
  }

  /** @param {string} code */
  #nameOf(code) {
    const unit = this.start.units.find((/** @type {{code: string}} */ one) => one.code === code);
    return unit?.name ?? (code === "hub" ? t("Hub") : code);
  }

  /** @param {Status} status */
  #draw(status) {
    this.status = status;
    this.clock.hear(status.now);
    this.phase = status.state;
    say(one("#title"), status.title);
    this.#drawPhase();
    showRecording(one("#recording"), status.recording);
    const turn = status.floor.turn;
    this.#resume(turn?.number ?? null);
    say(one("#speaking-place"), turn?.name ?? t("Hub"));
    say(one("#speaking-what"), turn ? [turn.speaker, turn.topic].filter(Boolean).join(" · ") : this.#itemWord(status));
    this.#tick();
  }

  /** A turn whose end the chair took back goes on. @param {number | null} running */
  #resume(running) {
    const turn = this.timeline.turns.find(({ number }) => number === running);
    if (!turn || turn.ended_at === null) return;
    turn.ended_at = null;
    this.timeline.draw();
  }

  /** @param {Status} status */
  #itemWord({ agenda: { items, current } }) {
    return current === null ? "" : (items[current]?.title ?? "");
  }

  #drawPhase() {
    say(one("#state"), phaseWord(this.phase));
    one("#state").className = `badge badge--${this.phase}`;
    const able = isRunning(this.phase) || this.phase === "closed";
    for (const button of all("[data-kind]")) button.toggleAttribute("disabled", !able);
    one("#speaking").hidden = isOver(this.phase);
  }

  #tick() {
    say(one("#now"), timeWithSeconds(this.clock.now()));
    const turn = this.status?.floor.turn;
    say(one("#speaking-clock"), turn ? written(this.clock.since(turn.started_at)) : "");
  }
}

new NotesPage().open();
