// A change of one date of a series that is meant for others too: asked, saved for all of them at once, and told.

import { call, Refusal } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
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

/** What each date has of its own. @type {Key[]} */
const OWN = ["day", "number", "first", "last"];

export class Spread {
  /**
   * @param {{id: string, original: string}} series the date's place in it
   * @param {number} edition of the series, as the page was made
   */
  constructor(series, edition) {
    this.series = series;
    this.edition = edition;
  }

  /** @param {Key[]} keys that were changed @returns {Promise<Scope | null>} */
  ask(keys) {
    const own = keys.some((key) => OWN.includes(key));
    const onlyThis = own ? t("The day, the number and the reporting period are each date's own. Save them first, then change what all dates share.") : "";
    return askScope({ title: t("What is this change meant for?"), action: t("Save"), onlyThis });
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
    const { starts_at, ends_at, ...body } = bodyOf(typed, keys).body;
    const slot = slotOf(typed);
    if (!starts_at || !ends_at || !slot) return body;
    const [hours = "", minutes = ""] = typed.from.split(/[:hH.]/);
    const at = `${hours.trim().padStart(2, "0")}:${minutes.trim()}`;
    return { ...body, at, minutes: Math.round((slot.ends.getTime() - slot.starts.getTime()) / 60000) };
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
