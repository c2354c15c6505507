// A briefing on another day: what is in the way there is told first, and what was done can be taken back.

import { call, Refusal } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { announce, h, one } from "../lib/dom.js";
import { date, instant, time, weekday } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";
import { offer } from "../lib/undo.js";
import { askWhy } from "../plan/spread.js";
import { tellLeft } from "../series/left.js";
import { ScopeChoice } from "../series/scope.js";

/**
 * @typedef {import("../series/preview.js").Prospect} Prospect
 * @typedef {import("../series/preview.js").Fate} Fate
 * @typedef {any} Briefing as the service shows it
 */

const REST = 250; // milliseconds without a change

/** What the dialog says of the chosen day; the latest answer counts. */
class Outlook {
  element = h("div", { class: "small stack stack--tight", "aria-live": "polite" });
  #asked = 0;

  /** @param {Briefing} briefing @param {ScopeChoice | null} choice @param {string} bound why it can be moved alone only */
  constructor(briefing, choice, bound) {
    this.briefing = briefing;
    this.choice = choice;
    this.bound = bound;
  }

  /** @param {string} day 27/11/2026 */
  async show(day) {
    const asked = ++this.#asked;
    const starts = instant(day, time(this.briefing.starts_at));
    const lines = starts ? await this.#lines(starts) : [t("Write the day as 22/11/2026.")];
    if (asked === this.#asked) this.element.replaceChildren(...lines.map((line) => h("p", {}, line)));
  }

  /** @param {Date} starts */
  async #lines(starts) {
    try {
      const [alone, series] = await Promise.all([lookAtOne(this.briefing, starts), this.#series(starts)]);
      const head = `${weekday(starts)} ${date(starts)}, ${time(alone.starts_at)}–${time(alone.ends_at)}: ${workOf(alone)}`;
      const past = starts.getTime() < Date.now() ? [t("This time has passed.")] : [];
      return [head, ...past, ...(series ?? conflictsOf([alone]))];
    } catch (error) {
      if (error instanceof Refusal) return [error.message];
      throw error;
    }
  }

  /** What becomes of the others, if the move is meant for them; whether it can be. @param {Date} starts */
  async #series(starts) {
    if (!this.choice || this.bound) return null;
    try {
      const scope = this.choice.chosen === "all" ? "all" : "following";
      const { data } = await call("POST", `/api/v1/series/${this.briefing.series.id}/preview`, { body: shiftOf(this.briefing, starts, scope) });
      this.choice.limit("");
      return this.choice.chosen === "this" ? null : fatesOf(data.dates);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.choice.limit(error.message);
      return null;
    }
  }
}

/** @param {Briefing} briefing @param {Date} starts @returns {Promise<Prospect>} */
async function lookAtOne(briefing, starts) {
  const { roster, endpoints, place, id, presiding } = briefing;
  const minutes = Math.round((Date.parse(briefing.ends_at) - Date.parse(briefing.starts_at)) / 60000);
  const first = `${isoDay(starts)}T${time(starts)}:00`;
  const officials = presiding.map((/** @type {{name: string}} */ { name }) => name);
  const body = { rule: "FREQ=DAILY;COUNT=1", first, minutes, roster, endpoints, place, briefing: id, presiding: officials };
  const { data } = await call("POST", "/api/v1/series/preview", { body });
  return data.dates[0];
}

/** @param {Date | string} moment @returns {string} 2026-11-27, on the clock of the house */
function isoDay(moment) {
  return date(moment).split("/").reverse().join("-");
}

/** @param {Briefing} briefing @param {Date | string} to @param {"following" | "all"} scope */
function shiftOf({ series }, to, scope) {
  const shift = { original: series.original, to: isoDay(to) };
  return scope === "following" ? { shift, following: series.original } : { shift };
}

/** @param {Prospect} found */
function workOf({ working, holiday, decided }) {
  const day = working ? t("a working day") : t("a day off");
  const why = holiday ? ` (${holiday})` : "";
  return `${day}${why}${decided || !working ? "" : `; ${t("days off not announced yet")}`}`;
}

/** @param {Prospect[]} found @returns {string[]} */
function conflictsOf(found) {
  const lines = found.flatMap(({ clashes, starts_at }) =>
    clashes.map((clash) => {
      const needs = [clash.endpoints.length ? t("{count} endpoints", { count: clash.endpoints.length }) : "", clash.presiding.join(", "), clash.place];
      const title = clash.title || t("another date of this series");
      return t("Conflict on {date} with “{title}”: {needs}", { date: date(starts_at), title, needs: needs.filter(Boolean).join("; ") });
    }),
  );
  return lines.length > 0 ? lines : [t("Nothing is in the way.")];
}

/** @param {Fate[]} fates @returns {string[]} */
function fatesOf(fates) {
  const moved = fates.filter(({ fate }) => fate === "moved");
  const left = fates.filter(({ fate, because }) => fate === "left" && because === "by_hand").length;
  const off = moved.filter(({ will }) => will && !will.working).length;
  const said = [t("{count} moved", { count: moved.length }), off ? t("{count} on days off", { count: off }) : "", left ? t("{count} left as they are", { count: left }) : ""];
  return [said.filter(Boolean).join(" · "), ...conflictsOf(moved.flatMap(({ will }) => (will ? [will] : [])))];
}

/** Why the others of its series cannot follow a date; empty: they may. @param {Briefing} briefing */
function boundOf({ series, starts_at }) {
  if (!series || series.original.slice(0, 16) === `${isoDay(starts_at)}T${time(starts_at)}`) return "";
  return t("This date was moved alone before; the others cannot follow it.");
}

/**
 * Ask for the day, tell what is there, move it, and offer the way back.
 *
 * @param {string} id
 * @param {string} wanted 2026-11-27: the day that is offered first
 */
export async function moveBriefing(id, wanted) {
  const { data: briefing } = await call("GET", `/api/v1/briefings/${id}`);
  const bound = boundOf(briefing);
  const choice = briefing.series ? new ScopeChoice(bound) : null;
  const outlook = new Outlook(briefing, choice, bound);
  const day = /** @type {HTMLInputElement} */ (h("input", { class: "input numbers", id: "move-day", inputmode: "numeric", maxlength: 10, autocomplete: "off" }));
  day.value = wanted.split("-").reverse().join("/");
  const field = h("div", { class: "field" }, h("label", { class: "field__label", for: "move-day" }, t("Day")), day);
  const content = h("div", { class: "stack stack--tight" }, field, choice?.element, outlook.element);
  let timer = 0;
  content.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void outlook.show(day.value), REST);
  });
  void outlook.show(day.value);
  const title = t("Move “{title}” to another day", { title: briefing.title });
  const text = briefing.state === "scheduled" ? t("It is published: whoever was invited is told of the new day.") : undefined;
  if (!(await confirm({ title, text, action: t("Move"), content }))) return;
  const starts = instant(day.value, time(briefing.starts_at));
  if (!starts) return toast(t("Write the day as 22/11/2026."), "poor");
  if (isoDay(starts) === isoDay(briefing.starts_at)) return;
  const scope = choice?.chosen ?? "this";
  await (scope === "this" ? moveOne(briefing, starts) : moveSeries(briefing, starts, scope));
}

/** @param {Briefing} briefing @param {Date} starts */
async function moveOne(briefing, starts) {
  const length = Date.parse(briefing.ends_at) - Date.parse(briefing.starts_at);
  const body = { starts_at: starts.toISOString(), ends_at: new Date(starts.getTime() + length).toISOString() };
  const { data } = await call("PATCH", `/api/v1/briefings/${briefing.id}`, { body, ifMatch: `"${briefing.edition}"` });
  await showAgain(briefing.id);
  const back = { starts_at: briefing.starts_at, ends_at: briefing.ends_at };
  offer(t("Moved to {date}", { date: `${weekday(starts)} ${date(starts)}` }), async () => {
    await call("PATCH", `/api/v1/briefings/${briefing.id}`, { body: back, ifMatch: `"${data.edition}"` });
    await showAgain(briefing.id);
  });
}

/** @param {Briefing} briefing @param {Date} starts @param {"following" | "all"} scope */
async function moveSeries(briefing, starts, scope) {
  const path = (/** @type {string} */ id) => `/api/v1/series/${id}`;
  const data = await changed(path(briefing.series.id), shiftOf(briefing, starts, scope));
  if (data === null) return;
  await tellLeft(data.left);
  await showAgain(briefing.id);
  const there = { series: { original: `${isoDay(starts)}${briefing.series.original.slice(10)}` } };
  offer(t("The series was moved: {words}", { words: data.series.words }), async () => {
    await changed(path(data.series.id), shiftOf(there, briefing.starts_at, "all"), data.series.edition);
    await showAgain(briefing.id);
  });
}

/** Change a series; conflicts may be accepted. @param {string} path @param {object} body @param {number} [edition] */
async function changed(path, body, edition) {
  const ifMatch = edition === undefined ? undefined : `"${edition}"`;
  try {
    return (await call("PATCH", path, { body, ifMatch })).data;
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "series_conflicts") throw error;
    const accepted = await askWhy(error);
    return accepted ? (await call("PATCH", path, { body: { ...body, accepted }, ifMatch })).data : null;
  }
}

/** Show the month as it is now, with the cursor on what was moved. @param {string} id */
async function showAgain(id) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".month");
  if (!answer.ok || !found) return location.reload();
  one(".month").replaceWith(document.adoptNode(found));
  /** @type {HTMLElement | null} */ (document.querySelector(`[data-briefing="${id}"] a`))?.focus();
  announce(t("Moved"));
}
