// The dates that a series would have: days off and conflicts named, other times with one press, dates left out and back.

import { h, icon, one, say } from "../lib/dom.js";
import { date, dateTime, time, weekday } from "../lib/format.js";
import { t } from "../lib/i18n.js";

/**
 * @typedef {object} Clash
 * @property {string | null} briefing
 * @property {string} title
 * @property {string} starts_at
 * @property {string[]} endpoints
 * @property {string[]} presiding
 * @property {string} place
 *
 * @typedef {object} Prospect
 * @property {string} original
 * @property {string} starts_at
 * @property {string} ends_at
 * @property {boolean} working
 * @property {string | null} holiday
 * @property {boolean} decided
 * @property {Clash[]} clashes
 * @property {{same_day: string[], later: string[]} | null} alternatives
 */

export class Preview {
  /** @type {Map<string, Prospect>} dates that were left out, by their names */
  #dropped = new Map();
  /** @type {Map<string, string>} where dates were moved to, on the clock */
  #moved = new Map();
  /** Dates that run into something. */
  clashes = 0;

  /**
   * @param {() => void} changed called when a date was moved, left out or taken back
   * @param {{fixed: boolean}} how fixed: dates are only shown
   */
  constructor(changed, { fixed }) {
    this.changed = changed;
    this.fixed = fixed;
  }

  /** What the server is told of dates that are not where the rule has them. */
  get exceptions() {
    if (this.fixed) return {};
    return { dropped: [...this.#dropped.keys()], moved: [...this.#moved].map(([original, to]) => ({ original, to })) };
  }

  /** Another rule has other dates. @returns {boolean} whether there was anything to forget */
  forget() {
    const some = this.#dropped.size + this.#moved.size > 0;
    this.#dropped.clear();
    this.#moved.clear();
    return some;
  }

  /** @param {{dates: Prospect[], more: boolean}} found */
  show({ dates, more }) {
    this.clashes = dates.filter(({ clashes }) => clashes.length > 0).length;
    const off = dates.filter(({ working }) => !working).length;
    const parts = [
      off ? t("{count} on days off", { count: off }) : "",
      this.clashes ? t("{count} with conflicts", { count: this.clashes }) : t("no conflicts"),
      this.#dropped.size ? t("{count} left out", { count: this.#dropped.size }) : "",
    ];
    say(one("#count-line"), more ? t("more than {count}", { count: dates.length }) : t("{count} dates", { count: dates.length }));
    say(one("#summary"), parts.filter(Boolean).join(" · "));
    const rows = [...dates, ...this.#dropped.values()].sort((a, b) => a.original.localeCompare(b.original));
    one("#dates").replaceChildren(...rows.map((found) => (this.#dropped.has(found.original) ? this.#goneRow(found) : this.#row(found))));
    one("#preview").hidden = false;
  }

  hide() {
    this.clashes = 0;
    one("#preview").hidden = true;
    say(one("#count-line"), "");
    say(one("#summary"), "");
  }

  /** @param {Prospect} found */
  #row(found) {
    const moved = this.#moved.has(found.original);
    const day = h("th", { scope: "row" }, `${weekday(found.starts_at)} ${date(found.starts_at)}`);
    const slot = h("td", { class: "numbers nowrap" }, `${time(found.starts_at)}–${time(found.ends_at)}`);
    const known = h("td", {}, ...this.#known(found, moved));
    return h("tr", {}, day, slot, known, h("td", {}, this.#tools(found, moved)));
  }

  /** @param {Prospect} found @param {boolean} moved */
  #known(found, moved) {
    const marks = [];
    if (moved) marks.push(badge("info", "calendar", t("moved")));
    if (found.holiday) marks.push(badge(found.working ? "info" : "fair", "info", found.holiday));
    else if (!found.working) marks.push(badge("fair", "info", t("day off")));
    else if (!found.decided) marks.push(h("span", { class: "small muted" }, t("days off not announced yet")));
    marks.push(...found.clashes.map((clash) => conflict(clash)));
    if (found.alternatives && !this.fixed) marks.push(this.#offers(found));
    return marks;
  }

  /** @param {Prospect} found */
  #offers({ original, alternatives }) {
    const free = [...(alternatives?.same_day ?? []), ...(alternatives?.later ?? [])];
    const buttons = free.map((moment) =>
      h("button", { class: "button button--small", type: "button", onclick: () => this.#move(original, moment) }, dateTime(moment)),
    );
    return h("div", { class: "series__offers" }, free.length ? h("span", { class: "small muted" }, t("Free:")) : "", ...buttons);
  }

  /** @param {Prospect} found @param {boolean} moved */
  #tools(found, moved) {
    if (this.fixed) return null;
    const name = dateTime(found.starts_at);
    if (moved) return tool(t("Put back"), t("Put {date} back", { date: name }), () => this.#back(found.original));
    return tool(t("Leave out"), t("Leave {date} out", { date: name }), () => this.#drop(found));
  }

  /** @param {Prospect} found */
  #goneRow(found) {
    const day = h("th", { scope: "row" }, `${weekday(found.starts_at)} ${date(found.starts_at)}`);
    const back = tool(t("Put back"), t("Put {date} back", { date: dateTime(found.starts_at) }), () => this.#back(found.original));
    const slot = h("td", { class: "numbers nowrap" }, `${time(found.starts_at)}–${time(found.ends_at)}`);
    return h("tr", { class: "series__gone" }, day, slot, h("td", {}, t("left out")), h("td", {}, back));
  }

  /** @param {string} original @param {string} moment */
  #move(original, moment) {
    this.#moved.set(original, wallOf(moment));
    this.changed();
  }

  /** @param {Prospect} found */
  #drop(found) {
    this.#moved.delete(found.original);
    this.#dropped.set(found.original, found);
    this.changed();
  }

  /** @param {string} original */
  #back(original) {
    this.#moved.delete(original);
    this.#dropped.delete(original);
    this.changed();
  }
}

/** @param {string} moment @returns {string} on the clock: 2026-11-27T08:00:00 */
function wallOf(moment) {
  return `${date(moment).split("/").reverse().join("-")}T${time(moment)}:00`;
}

/** @param {"info" | "fair" | "poor"} kind @param {string} shape @param {string} text */
function badge(kind, shape, text) {
  return h("span", { class: `badge badge--${kind}` }, icon(shape), text);
}

/** @param {Clash} clash */
function conflict(clash) {
  const title = clash.briefing ? h("a", { href: `/briefings/${clash.briefing}`, target: "_blank" }, clash.title) : t("another date of this series");
  const shared = [
    clash.endpoints.length ? t("{count} endpoints", { count: clash.endpoints.length }) : "",
    clash.presiding.join(", "),
    clash.place,
  ];
  const both = h("span", { class: "small muted" }, ` ${t("needs the same: {what}", { what: shared.filter(Boolean).join("; ") })}`);
  return h("p", { class: "small" }, icon("warning"), ` ${dateTime(clash.starts_at)} `, title, both);
}

/** @param {string} text @param {string} label @param {() => void} press */
function tool(text, label, press) {
  return h("button", { class: "button button--quiet button--small", type: "button", "aria-label": label, onclick: press }, text);
}
