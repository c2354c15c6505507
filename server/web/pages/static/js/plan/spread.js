// A change of one date of a series that is meant for others too: asked, saved for all of them at once, and told.

import { call, Refusal } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { date, time } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";
import { tellLeft } from "../series/left.js";
import { askScope } from "../series/scope.js";
import { bodyOf, slotOf } from "./typed.js";

/**
 * @typedef {import("./typed.js").Key} Key
 * @typedef {import("./typed.js").Typed} Typed
 * @typedef {import("../series/scope.js").Scope} Scope
 */

/** Refusals that say that a change can be meant for one date alone. */
const HINDRANCES = ["cannot_shift", "cannot_count", "no_such_date", "nothing_left"];

export class Spread {
  /**
   * @param {{id: string, original: string}} series the date's place in it
   * @param {number} edition of the series, as the page was made
   * @param {string} startsAt when the date takes place as yet
   */
  constructor(series, edition, startsAt) {
    this.series = series;
    /** Whether it was put on another day alone. */
    this.strayed = date(startsAt).split("/").reverse().join("-") !== series.original.slice(0, 10);
    this.edition = edition;
  }

  /**
   * Ask what a change is meant for; what the others cannot follow is meant for this date.
   *
   * @param {Typed} typed
   * @param {Key[]} keys that were changed
   * @returns {Promise<Scope | null>}
   */
  async ask(typed, keys) {
    const follows = [
      keys.includes("day") ? t("The other dates follow to the same day of their week or month.") : "",
      keys.includes("number") ? t("The number counts on from date to date.") : "",
      keys.includes("first") || keys.includes("last") ? t("The reporting period moves with each date.") : "",
    ];
    const alone = this.strayed && keys.includes("day") ? t("This date was moved alone before; the others cannot follow it.") : "";
    const onlyThis = alone || (await this.#hindrance({ ...this.#body(typed, keys), following: this.series.original }));
    const content = onlyThis ? undefined : h("p", { class: "small muted" }, follows.filter(Boolean).join(" "));
    return askScope({ title: t("What is this change meant for?"), action: t("Save"), onlyThis, content });
  }

  /** Why the dates that follow cannot have a change too; empty: they can. @param {Record<string, unknown>} body */
  async #hindrance(body) {
    try {
      await call("POST", `/api/v1/series/${this.series.id}/preview`, { body });
      return "";
    } catch (error) {
      if (error instanceof Refusal && HINDRANCES.includes(error.code)) return error.message;
      return ""; // saving says it
    }
  }

  /**
   * Save for all dates that are meant; conflicts may be accepted.
   *
   * @param {Scope} scope
   * @param {Typed} typed
   * @param {Key[]} keys
   * @returns {Promise<boolean>} whether it is saved
   */
  async save(scope, typed, keys) {
    const body = { ...this.#body(typed, keys), ...(scope === "following" ? { following: this.series.original } : {}) };
    try {
      return await this.#send(body);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "series_conflicts") return (refused(error), false);
      const accepted = await askWhy(error);
      return accepted !== "" && this.#again({ ...body, accepted });
    }
  }

  /** @param {Record<string, unknown>} body */
  async #again(body) {
    try {
      return await this.#send(body);
    } catch (error) {
      return (refused(error), false);
    }
  }

  /** @param {Record<string, unknown>} body */
  async #send(body) {
    const { data } = await call("PATCH", `/api/v1/series/${this.series.id}`, { body, ifMatch: `"${this.edition}"` });
    await tellLeft(data.left);
    return true;
  }

  /** @param {Typed} typed @param {Key[]} keys */
  #body(typed, keys) {
    const { starts_at, ends_at, number, period, ...body } = bodyOf(typed, keys).body;
    return { ...body, ...this.#ownOf(typed, keys), ...this.#timesOf(typed, keys) };
  }

  /** What each date has of its own: it counts on. @param {Typed} typed @param {Key[]} keys */
  #ownOf(typed, keys) {
    const { number, period } = bodyOf(typed, keys).body;
    if (number === undefined && period === undefined) return {};
    const own = { of: this.series.original, ...(number === undefined ? {} : { number }), ...(period === undefined ? {} : { period }) };
    return { own };
  }

  /** @param {Typed} typed @param {Key[]} keys */
  #timesOf(typed, keys) {
    const slot = slotOf(typed);
    if (!slot) return {};
    const day = date(slot.starts).split("/").reverse().join("-");
    const shift = keys.includes("day") ? { shift: { original: this.series.original, to: day } } : {};
    if (!keys.includes("from") && !keys.includes("to")) return shift;
    const minutes = Math.round((slot.ends.getTime() - slot.starts.getTime()) / 60000);
    return { ...shift, at: time(slot.starts), minutes };
  }
}

/** Ask for a reason. @param {Refusal} refusal @returns {Promise<string>} why the conflicts are accepted; empty: they are not */
export async function askWhy({ message }) {
  const field = h("input", { class: "input", id: "accepted", maxlength: 300, required: true, autocomplete: "off" });
  const label = h("label", { class: "field__label", for: "accepted" }, t("Save it in spite of the conflicts, because"));
  const content = h("div", { class: "field" }, label, field);
  const yes = await confirm({ title: t("There are conflicts"), text: message, action: t("Save in spite of them"), danger: true, content });
  return yes ? field.value.trim() : "";
}
