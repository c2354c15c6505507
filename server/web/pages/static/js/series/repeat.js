// The form of a series: its sentence and its dates as one chooses, other times with one press, then all of it at once.

import { call, Refusal } from "../lib/api.js";
import { embedded, one, say } from "../lib/dom.js";
import { time } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";
import { tellLeft } from "./left.js";
import { Preview, prospectsOf } from "./preview.js";
import { RuleForm } from "./rule_form.js";

const REST = 250; // milliseconds without a change

class Repeat {
  #briefing = embedded("briefing");
  /** The series that is changed; null: one is made. */
  #series = embedded("series");
  /** What the latest answer was asked for. */
  #asked = 0;
  #timer = 0;
  /** @type {{dates: import("./preview.js").Prospect[]} | null} */
  #found = null;
  form = new RuleForm(() => this.#first(), () => this.#later());
  preview = new Preview(() => this.#later());

  start() {
    this.#fill();
    one("#repeat").addEventListener("submit", (event) => (event.preventDefault(), void this.#save()));
    one("#accepted").addEventListener("input", () => this.#enable());
    document.querySelector("#from")?.addEventListener("input", () => {
      this.preview.forget();
      this.#field("#count").value &&= String(this.#left);
    });
    void this.#look();
  }

  #fill() {
    if (this.#series) {
      this.#field("#at").value = /** @type {HTMLSelectElement} */ (one("#from")).value.slice(11, 16);
      this.#field("#minutes").value = String(this.#series.minutes);
      this.form.show(this.#series.rule.replace(/COUNT=\d+/, `COUNT=${this.#left}`));
    } else this.form.offer();
  }

  /** How many dates are left from the chosen one on. */
  get #left() {
    const from = /** @type {HTMLSelectElement} */ (one("#from"));
    return from.options.length - from.selectedIndex;
  }

  /** @param {string} selector @returns {HTMLInputElement} */
  #field(selector) {
    return one(selector);
  }

  /** What the clock shows at the first date: 2026-11-27T08:00:00. */
  #first() {
    if (!this.#series) return wall(this.#briefing.starts_at);
    const original = /** @type {HTMLSelectElement} */ (one("#from")).value;
    const at = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(this.#field("#at").value.trim());
    return at ? `${original.slice(0, 11)}${(at[1] ?? "").padStart(2, "0")}:${at[2]}:00` : original;
  }

  get #minutes() {
    if (this.#series) return Number(this.#field("#minutes").value);
    return Math.round((Date.parse(this.#briefing.ends_at) - Date.parse(this.#briefing.starts_at)) / 60000);
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), REST);
  }

  /** Ask what the series would come to; an answer that is no longer meant is dropped. */
  async #look() {
    const asked = ++this.#asked;
    try {
      const { data } = await (this.#series ? this.#lookAtChange() : this.#lookAtNew());
      if (asked === this.#asked) this.#show(data);
    } catch (error) {
      if (asked === this.#asked) this.#showWrong(error);
    }
  }

  #lookAtNew() {
    const { roster, endpoints, presiding, place, id } = this.#briefing;
    const body = {
      ...{ rule: this.form.rule, first: this.#first(), minutes: this.#minutes, ...this.preview.exceptions },
      ...{ roster, endpoints, place, briefing: id, presiding: presiding.map((/** @type {{name: string}} */ { name }) => name) },
    };
    return call("POST", "/api/v1/series/preview", { body });
  }

  async #lookAtChange() {
    const { data } = await call("POST", `/api/v1/series/${this.#series.id}/preview`, { body: this.#changed });
    return { data: { ...data, dates: prospectsOf(data.dates), more: false } };
  }

  /** What of the series is to be changed. */
  get #changed() {
    const following = /** @type {HTMLSelectElement} */ (one("#from")).value;
    return { following, rule: this.form.rule, at: this.#first().slice(11, 16), minutes: this.#minutes, ...this.preview.exceptions };
  }

  /** @param {any} data */
  #show(data) {
    this.#found = data;
    say(one("#words"), data.words);
    one("#wrong").hidden = true;
    this.preview.show(data);
    one("#accept").hidden = this.preview.clashes === 0;
    this.#enable();
  }

  /** @param {unknown} error */
  #showWrong(error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "no_such_date" && this.preview.forget()) return this.#later();
    this.#found = null;
    say(one("#words"), "");
    say(one("#wrong"), error.status === 422 ? t("This makes no dates yet: {reason}", { reason: error.message }) : error.message);
    one("#wrong").hidden = false;
    this.preview.hide();
    one("#accept").hidden = true;
    this.#enable();
  }

  #enable() {
    const ready = this.#found !== null && (this.preview.clashes === 0 || this.#field("#accepted").value.trim() !== "");
    /** @type {HTMLButtonElement} */ (one("button[type=submit]")).disabled = !ready;
  }

  async #save() {
    const button = /** @type {HTMLButtonElement} */ (one("button[type=submit]"));
    button.disabled = true;
    try {
      await (this.#series ? this.#change() : this.#create());
    } catch (error) {
      refused(error);
      button.disabled = false;
    }
  }

  get #accepted() {
    return this.preview.clashes > 0 ? this.#field("#accepted").value.trim() : "";
  }

  async #create() {
    const body = { briefing: this.#briefing.id, rule: this.form.rule, accepted: this.#accepted, ...this.preview.exceptions };
    const { data } = await call("POST", "/api/v1/series", { body, ifMatch: `"${this.#briefing.edition}"` });
    location.assign(`/series/${data.id}`);
  }

  async #change() {
    const body = { ...this.#changed, accepted: this.#accepted };
    const { data } = await call("PATCH", `/api/v1/series/${this.#series.id}`, { body, ifMatch: `"${this.#series.edition}"` });
    await tellLeft(data.left);
    location.assign(`/series/${data.series.id}`);
  }
}

/** What the house's clock shows at a moment. @param {string} moment */
function wall(moment) {
  const [day, hour] = [new Date(moment), time(moment)];
  const text = new Intl.DateTimeFormat("sv-SE", { timeZone: document.documentElement.dataset.timeZone }).format(day);
  return `${text}T${hour}:00`;
}

new Repeat().start();
