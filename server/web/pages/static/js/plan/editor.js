// Writing a briefing down: a draft is saved as one types, what is not saved yet is kept, and nobody's words are lost.

import { call, Refusal } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { embedded, one, say } from "../lib/dom.js";
import { timeWithSeconds } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";
import { taken } from "./agenda_merge.js";
import { Autosave } from "./autosave.js";
import { Conflicts } from "./conflict.js";
import { PlanForm } from "./form.js";
import { Kept } from "./kept.js";
import { Spread } from "./spread.js";
import { TakeOver } from "./take_over.js";
import { same } from "./same.js";
import { bodyOf, differ, differing, KEYS, keyOf, merge, typedOf } from "./typed.js";
import { labelOf } from "./words.js";

/**
 * @typedef {import("./typed.js").Briefing} Briefing
 * @typedef {import("./typed.js").Key} Key
 * @typedef {import("./typed.js").Place} Place
 * @typedef {import("./typed.js").Typed} Typed
 */

const TOO_FAST = 429;
const SERVER_AT_FAULT = 500; // and above

class Editor {
  /** What the server has, as far as this page knows; null: a briefing that is not written down yet. @type {Briefing | null} */
  #stored = embedded("briefing");
  form = new PlanForm(embedded("rosters"), embedded("site-group-list"), embedded("expected-defaults"), () => this.#touched());
  earlier = new TakeOver(this.form.agenda, () => this.form.roster.value, this.#stored?.id ?? null);
  kept = new Kept(this.#stored?.id ?? null);
  conflicts = new Conflicts(
    { mine: () => this.form.typed, theirs: () => this.#base, units: () => this.form.units },
    (place, whose) => this.#decided(place, whose),
  );
  autosave = new Autosave(() => this.#save());
  /** Changes that are meant for more dates than this; null: it is a date of no series. */
  #spread = this.#stored?.series ? new Spread(this.#stored.series, embedded("series-edition"), this.#stored.starts_at) : null;
  /** What the form was filled with: what differs from it is not saved. @type {Typed} */
  #base = this.form.blank;
  /** Why the last request failed. @type {unknown} */
  #failure = null;
  /** What is said while everything is saved. */
  #calm = one("#saved").textContent ?? "";
  #leaving = false;

  async start() {
    this.form.choose(this.#stored?.roster ?? "");
    this.#base = this.#stored ? typedOf(this.#stored) : this.form.blank;
    this.form.show(this.#base);
    this.#base = this.form.typed; // as the form's fields hold it: a line has no line breaks
    await this.#restore();
    this.form.element.addEventListener("submit", (event) => (event.preventDefault(), void this.#submit()));
    one("#afresh").addEventListener("click", () => void this.#afresh());
    window.addEventListener("beforeunload", (event) => {
      if (!this.#leaving && this.#unsaved.length > 0) event.preventDefault();
    });
    if (!this.#stored) one("#title").focus();
  }

  /** A published plan is saved on request only: its sites see every change. */
  get #savesItself() {
    return this.#stored?.state === "draft" && this.#spread === null;
  }

  /** @returns {Key[]} */
  get #unsaved() {
    return differing(this.#base, this.form.typed);
  }

  #touched() {
    this.#keep();
    this.#failure = null;
    if (this.conflicts.open.size > 0) this.conflicts.draw();
    if (this.#savesItself && this.#unsaved.length > 0) this.autosave.touch();
    this.#tell();
  }

  /** Keep in this tab what is not saved, and nothing else. */
  #keep() {
    const open = this.#unsaved.length + this.conflicts.open.size + this.earlier.taken.length;
    if (open === 0) return this.kept.forget();
    this.kept.write({
      roster: this.form.roster.value,
      edition: this.#stored?.edition ?? 0,
      base: this.#base,
      mine: this.form.typed,
      conflicts: [...this.conflicts.open],
      taken: this.earlier.taken,
    });
  }

  /** Go on with what was typed before the page was loaded anew; what others have changed since joins it. */
  async #restore() {
    const kept = this.kept.read();
    if (kept === null) return;
    try {
      await this.form.load(kept.roster);
    } catch (error) {
      return refused(error);
    }
    this.form.choose(kept.roster);
    const day = kept.base.day === this.#base.day || this.#stored ? {} : { day: this.#base.day }; // another was chosen since
    this.form.show({ ...this.#base, ...kept.mine, ...day });
    this.#base = kept.base;
    this.earlier.taken = kept.taken;
    this.conflicts.open = new Set(kept.conflicts);
    if (this.#stored && this.#stored.edition !== kept.edition) this.#meet(this.#stored);
    one("#restored").hidden = this.#unsaved.length === 0;
    this.conflicts.draw();
    this.#touched();
  }

  /** Drop what was kept. */
  async #afresh() {
    const question = { title: t("Drop what you typed?"), action: t("Drop it"), danger: true };
    if (!(await confirm(question))) return;
    this.#leaving = true;
    this.kept.forget();
    location.reload();
  }

  /**
   * Save what differs and makes sense, but nothing that is undecided.
   *
   * @returns {Promise<boolean>} whether to try again by itself
   */
  async #save() {
    const mine = this.form.typed;
    const { body, sent } = bodyOf(mine, this.#unsaved, [...this.conflicts.open]);
    if (this.#stored === null || Object.keys(body).length === 0) return (this.#tell(), false);
    say(one("#saved"), t("Saving…"));
    try {
      const ifMatch = `"${this.#stored.edition}"`;
      const { data } = await call("PATCH", `/api/v1/briefings/${this.#stored.id}`, { body, ifMatch });
      this.#stored = data;
      this.#base = { ...this.#base, ...only(mine, sent) };
      this.#failure = null;
      this.#done();
      return false;
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** @param {unknown} error @returns {Promise<boolean>} whether to try again */
  async #failed(error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "stale_edit" && this.#stored) return this.#readAgain(this.#stored.id);
    this.#failure = error;
    this.#tell();
    return mayPass(error);
  }

  /** Somebody else has saved first: take what they changed, and save mine on top of it. @param {string} id */
  async #readAgain(id) {
    try {
      const { data } = await call("GET", `/api/v1/briefings/${id}`);
      this.#failure = null;
      this.#meet(data);
    } catch (error) {
      return this.#failed(error);
    }
    return this.#save();
  }

  /** Bring another version together with what is typed. @param {Briefing} theirs */
  #meet(theirs) {
    const [mine, other] = [this.form.typed, typedOf(theirs)];
    const { merged, conflicts } = merge(this.#base, mine, other);
    this.form.show(merged, differing(mine, merged));
    this.#stored = theirs;
    this.#base = { ...other, ...only(this.form.typed, KEYS.filter((key) => same(merged[key], other[key]))) };
    const undecided = [...this.conflicts.open, ...conflicts].filter((place) => differ(merged, other, place));
    this.conflicts.open = new Set(undecided);
    this.conflicts.draw(); // without the cursor: somebody may be typing
    this.#keep();
  }

  /** @param {Place} place @param {"mine" | "theirs"} whose */
  #decided(place, whose) {
    if (whose === "theirs") {
      const key = keyOf(place);
      const mine = this.form.typed;
      this.form.show(key === "agenda" ? { ...mine, agenda: taken(mine.agenda, this.#base.agenda, place) } : this.#base, [key]);
      if (key !== "agenda") this.#base = { ...this.#base, ...only(this.form.typed, [key]) };
    }
    this.#touched();
  }

  #done() {
    this.#keep();
    one("#restored").hidden = true;
    this.#calm = t("Saved at {time}", { time: timeWithSeconds(new Date()) });
    this.#tell();
  }

  /** Say how what is typed stands; a screen reader is told only what is wrong. */
  #tell() {
    const line = one("#saved");
    const trouble = this.#trouble();
    line.setAttribute("aria-live", trouble ? "polite" : "off");
    line.dataset.state = trouble ? "trouble" : "fine";
    const waits = this.#unsaved.length > 0 ? t("Not saved yet; it is kept on this page.") : "";
    say(line, trouble || waits || this.#calm);
  }

  /** @returns {string} */
  #trouble() {
    const failure = this.#failure;
    if (failure instanceof Refusal && failure.status === 0) return t("The server cannot be reached. What you typed is kept here, and saved when it answers.");
    if (failure instanceof Refusal) return t("Not saved: {reason}", { reason: failure.message });
    if (this.conflicts.open.size > 0) return t("Not saved: what somebody else has changed too; decide above.");
    const { unread } = this.#savesItself ? bodyOf(this.form.typed, this.#unsaved) : { unread: [] };
    return unread.length > 0 ? t("Not complete, and not saved yet: {fields}", { fields: unread.map(labelOf).join(", ") }) : "";
  }

  async #submit() {
    if (!this.form.check()) return;
    const button = one("button[type=submit]", this.form.element);
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    try {
      if (this.#stored === null) await this.#create();
      else if (!(await this.#saveDate())) return;
      if (this.conflicts.open.size > 0) return this.conflicts.focus();
      if (this.#failure) return refused(this.#failure);
      if (this.#unsaved.length === 0) await this.#leave();
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  /** Save this date, or with it others of its series. @returns {Promise<boolean>} whether to go on */
  async #saveDate() {
    const keys = this.#unsaved;
    const scope = this.#spread && keys.length > 0 && this.conflicts.open.size === 0 ? await this.#spread.ask(this.form.typed, keys) : "this";
    if (scope === null) return false;
    if (scope === "this" || this.#spread === null) return (await this.autosave.flush(), true);
    const typed = this.form.typed;
    if (!(await this.#spread.save(scope, typed, keys))) return false;
    this.#base = typed;
    return true;
  }

  async #create() {
    const typed = this.form.typed;
    const body = { ...bodyOf(typed, KEYS).body, roster: this.form.roster.value };
    try {
      const { data } = await call("POST", "/api/v1/briefings", { body });
      this.#stored = data;
      this.#base = typed;
      this.#failure = null;
      this.#done();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#failure = error;
      this.#tell();
    }
  }

  async #leave() {
    const id = this.#stored?.id ?? "";
    const left = await this.earlier.carry(id);
    if (left > 0) {
      const text = t("{count} items were not marked as carried over; do it on the work programme.", { count: left });
      await confirm({ title: t("Open items of earlier briefings"), text, action: t("Close") });
    }
    this.#leaving = true;
    this.kept.forget();
    location.assign(`/briefings/${id}`);
  }
}

/** @param {Typed} typed @param {Key[]} keys @returns {Partial<Typed>} */
function only(typed, keys) {
  return Object.fromEntries(keys.map((key) => [key, typed[key]]));
}

/** Whether a refusal may pass by itself. @param {Refusal} refusal */
function mayPass({ status }) {
  return status === 0 || status === TOO_FAST || status >= SERVER_AT_FAULT;
}

void new Editor().start();
