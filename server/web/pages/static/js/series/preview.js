// The dates that a series would have: days off and conflicts named, other times with one press, dates left out and back;
// of a series that is changed, also what becomes of each date that it has.

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
 * @property {"kept" | "moved" | "new" | "gone" | "left"} [fate] what becomes of a date that is there already
 * @property {"begun" | "over" | "cancelled" | "by_hand" | null} [because] it is left alone
 * @property {string} [was] when it takes place as yet
 * @property {string} [briefing] of the date as yet
 *
 * @typedef {object} Fate
 * @property {"kept" | "moved" | "new" | "gone" | "left"} fate
 * @property {"begun" | "over" | "cancelled" | "by_hand" | null} because
 * @property {string} briefing
 * @property {string} original
 * @property {string} starts_at
 * @property {string} ends_at
 * @property {Prospect | null} will
 */

/** Dates of a series that is changed, as prospects. @param {Fate[]} fates @returns {Prospect[]} */
export function prospectsOf(fates) {
  const plain = { working: true, holiday: null, decided: true, clashes: [], alternatives: null };
  return fates.map(({ will, starts_at, ends_at, original, fate, because, briefing }) => {
    const about = { fate, because, briefing, was: starts_at };
    return will ? { ...will, ...about } : { ...plain, original, starts_at, ends_at, ...about };
  });
}

export class Preview {
  /** @type {Map<string, Prospect>} dates that were left out, by their names */
  #dropped = new Map();
  /** @type {Map<string, string>} where dates were moved to, on the clock */
  #moved = new Map();
  /** Dates that run into something, and have not done so before. */
  clashes = 0;

  /** @param {() => void} changed called when a date was moved, left out or taken back */
  constructor(changed) {
    this.changed = changed;
  }

  /** What the server is told of dates that are not where the rule has them. */
  get exceptions() {
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
    const takenOut = new Set([...this.#dropped.values()].map(({ briefing }) => briefing).filter(Boolean));
    const shown = dates.filter(({ fate, briefing }) => fate !== "gone" || !takenOut.has(briefing));
    const stand = shown.filter(({ fate }) => fate !== "gone" && fate !== "left");
    this.clashes = stand.filter(({ clashes, fate }) => clashes.length > 0 && fate !== "kept").length;
    say(one("#count-line"), more ? t("more than {count}", { count: stand.length }) : t("{count} dates", { count: stand.length }));
    say(one("#summary"), this.#summary(shown, stand));
    const rows = [...shown, ...this.#dropped.values()].sort((a, b) => a.starts_at.localeCompare(b.starts_at));
    one("#dates").replaceChildren(...rows.map((found) => (this.#dropped.has(found.original) ? this.#goneRow(found) : this.#row(found))));
    one("#preview").hidden = false;
  }

  /** @param {Prospect[]} shown @param {Prospect[]} stand */
  #summary(shown, stand) {
    const off = stand.filter(({ working }) => !working).length;
    const [moved, added, gone, left] = ["moved", "new", "gone", "left"].map((wanted) => shown.filter(({ fate }) => fate === wanted).length);
    const parts = [
      moved ? t("{count} moved", { count: moved }) : "",
      added ? t("{count} new", { count: added }) : "",
      gone ? t("{count} cancelled", { count: gone }) : "",
      left ? t("{count} left as they are", { count: left }) : "",
      off ? t("{count} on days off", { count: off }) : "",
      this.clashes ? t("{count} with conflicts", { count: this.clashes }) : t("no conflicts"),
      this.#dropped.size ? t("{count} left out", { count: this.#dropped.size }) : "",
    ];
    return parts.filter(Boolean).join(" · ");
  }

  hide() {
    this.clashes = 0;
    one("#preview").hidden = true;
    say(one("#count-line"), "");
    say(one("#summary"), "");
  }

  /** @param {Prospect} found */
  #row(found) {
    if (found.fate === "gone" || found.fate === "left") return this.#endRow(found);
    const moved = this.#moved.has(found.original);
    const day = h("th", { scope: "row" }, `${weekday(found.starts_at)} ${date(found.starts_at)}`);
    const slot = h("td", { class: "numbers nowrap" }, `${time(found.starts_at)}–${time(found.ends_at)}`);
    const known = h("td", {}, ...this.#known(found, moved));
    return h("tr", {}, day, slot, known, h("td", {}, this.#tools(found, moved)));
  }

  /** @param {Prospect} found @param {boolean} moved */
  #known(found, moved) {
    const marks = [];
    if (found.fate === "new") marks.push(badge("info", "plus", t("new")));
    else if (found.fate === "moved") marks.push(badge("info", "calendar", t("moved from {date}", { date: dateTime(found.was ?? "") })));
    else if (found.fate === "kept") marks.push(h("span", { class: "small muted" }, t("stays as it is")));
    else if (moved) marks.push(badge("info", "calendar", t("moved")));
    if (found.holiday) marks.push(badge(found.working ? "info" : "fair", "info", found.holiday));
    else if (!found.working) marks.push(badge("fair", "info", t("day off")));
    else if (!found.decided) marks.push(h("span", { class: "small muted" }, t("days off not announced yet")));
    marks.push(...found.clashes.map((clash) => conflict(clash)));
    if (found.alternatives) marks.push(this.#offers(found));
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
    const name = dateTime(found.starts_at);
    if (moved) return tool(t("Put back"), t("Put {date} back", { date: name }), () => this.#back(found.original));
    return tool(t("Leave out"), t("Leave {date} out", { date: name }), () => this.#drop(found));
  }

  /** A date that the series has no more, or that is left alone. @param {Prospect} found */
  #endRow({ fate, because, briefing, starts_at, ends_at }) {
    const reasons = {
      begun: t("stays: its lobby is open, or it is live"),
      over: t("stays: it was held"),
      cancelled: t("stays cancelled"),
      by_hand: t("stays: it was changed by hand"),
    };
    const day = h("th", { scope: "row" }, `${weekday(starts_at)} ${date(starts_at)}`);
    const slot = h("td", { class: "numbers nowrap" }, `${time(starts_at)}–${time(ends_at)}`);
    const told = fate === "gone" ? badge("fair", "cancelled", t("is cancelled")) : h("span", { class: "muted" }, because ? reasons[because] : "");
    const link = h("a", { class: "button button--quiet button--small", href: `/briefings/${briefing}`, target: "_blank" }, t("Look"));
    link.setAttribute("aria-label", t("Look at {date}", { date: dateTime(starts_at) }));
    return h("tr", { class: fate === "gone" ? "series__gone" : "" }, day, slot, h("td", {}, told), h("td", {}, link));
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
