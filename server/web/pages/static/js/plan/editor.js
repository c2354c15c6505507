// Writing a briefing down: reads the form, checks it, saves it with If-Match, and on a conflict loses nothing.

import { call, Refusal } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { embedded, one, say } from "../lib/dom.js";
import { date, dateTime, instant, time, weekday } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";
import { AgendaEditor } from "./agenda.js";
import { showDifferences } from "./conflict.js";
import { SitePicker } from "./sites.js";
import { TakeOver } from "./take_over.js";

/**
 * @typedef {object} Plan
 * @property {string} title
 * @property {string} starts_at
 * @property {string} ends_at
 * @property {string[]} endpoints
 * @property {import("./agenda.js").Item[]} agenda
 * @property {number} turn_minutes 0: no limit
 * @property {string} queue_policy
 */

/** @typedef {Plan & {id: string, roster: string, edition: number}} Briefing */

/** @type {Briefing | null} */
let based = embedded("briefing"); // what the form was filled from; null for a new one
/** @type {Record<string, import("./sites.js").Unit[]>} */
const rosters = embedded("rosters");
let dirty = false;

const form = /** @type {HTMLFormElement} */ (one("#editor"));
const save = one("button[type=submit]", form);
const roster = /** @type {HTMLSelectElement} */ (one("#roster"));
const turnMinutes = /** @type {HTMLInputElement} */ (one("#turn-minutes"));
const policy = /** @type {HTMLSelectElement} */ (one("#queue-policy"));
const native = /** @type {HTMLInputElement} */ (one("#native-day"));
const [title, day, from, to] = ["#title", "#day", "#from", "#to"].map(
  (id) => /** @type {HTMLInputElement} */ (one(id)),
);
const sites = new SitePicker(one("#sites"), touched);
const agenda = new AgendaEditor(one("#agenda"), touched);
const earlier = new TakeOver(agenda, () => roster.value, based?.id ?? null);

/** @param {Briefing | null} briefing */
function fill(briefing) {
  based = briefing;
  roster.value = briefing?.roster ?? "63";
  const units = rosters[roster.value] ?? [];
  if (title) title.value = briefing?.title ?? "";
  if (day) day.value = briefing ? date(briefing.starts_at) : "";
  if (from) from.value = briefing ? time(briefing.starts_at) : "";
  if (to) to.value = briefing ? time(briefing.ends_at) : "";
  sites.show(units, briefing?.endpoints ?? units.map((unit) => unit.code));
  agenda.show(briefing?.agenda ?? [], units);
  turnMinutes.value = briefing ? String(briefing.turn_minutes || "") : "7";
  policy.value = briefing?.queue_policy ?? "asked";
  dirty = false;
  reckon();
}

/** @returns {{starts: Date, ends: Date} | null} an end before the start is on the next day */
function slot() {
  const starts = instant(day?.value ?? "", from?.value ?? "");
  const ends = instant(day?.value ?? "", to?.value ?? "");
  if (!starts || !ends) return null;
  return { starts, ends: ends > starts ? ends : new Date(ends.getTime() + 24 * 3600 * 1000) };
}

/** Show what follows from the fields: the weekday and length, and the agenda's minutes against the slot. */
function reckon() {
  const found = slot();
  const length = found ? (found.ends.getTime() - found.starts.getTime()) / 60000 : 0;
  const words = found && {
    start: `${weekday(found.starts)} ${dateTime(found.starts)}`,
    end: date(found.starts) === date(found.ends) ? time(found.ends) : `${weekday(found.ends)} ${dateTime(found.ends)}`,
    minutes: length,
  };
  say(one("#when"), words ? t("{start} to {end}: {minutes} minutes", words) : t("Day as 22/11/2026, times as 08:00."));
  const minutes = agenda.minutes;
  const over = found !== null && minutes > length;
  say(one("#total"), agenda.items.length ? totalOf(minutes, found ? length : null) : "");
  one("#total").classList.toggle("editor__over", over);
  one("#gauge").style.width = `${length ? Math.min(100, (minutes / length) * 100) : 0}%`;
  one("#gauge").classList.toggle("editor__gauge--over", over);
}

/** @param {number} minutes @param {number | null} length @returns {string} */
function totalOf(minutes, length) {
  if (length === null) return t("{count} minutes", { count: minutes });
  if (minutes > length) return t("{planned} of {slot} minutes: {over} too many", { planned: minutes, slot: length, over: minutes - length });
  return t("{planned} of {slot} minutes", { planned: minutes, slot: length });
}

function touched() {
  dirty = true;
  reckon();
}

/** @returns {Plan | null} null when something must be corrected first; the cursor is then there */
function read() {
  const found = slot();
  /** @type {[HTMLElement | undefined, string, string][]} */
  const wrong = [];
  if (!title?.value.trim()) wrong.push([title, "title", t("Give it a title.")]);
  if (!found) wrong.push([day, "times", t("Write the day as 22/11/2026 and both times as 08:00.")]);
  if (!sites.codes.length) wrong.push([one("#site-search"), "sites", t("Choose at least one endpoint.")]);
  for (const name of ["title", "times", "sites"]) show(name, wrong.find((one) => one[1] === name)?.[2] ?? "");
  title?.setAttribute("aria-invalid", String(!title.value.trim()));
  for (const field of [day, from, to]) field?.setAttribute("aria-invalid", String(!found));
  const odd = !/^(\d{1,3}|1[0-3]\d\d|14[0-3]\d|1440)?$/.test(turnMinutes.value.trim());
  turnMinutes.setAttribute("aria-invalid", String(odd));
  const first = wrong[0]?.[0] ?? agenda.check() ?? (odd ? turnMinutes : null);
  if (first) first.focus();
  if (first || !found) return null;
  return {
    title: title?.value.trim() ?? "",
    starts_at: found.starts.toISOString(),
    ends_at: found.ends.toISOString(),
    endpoints: sites.codes,
    agenda: agenda.items,
    turn_minutes: Number(turnMinutes.value) || 0,
    queue_policy: policy.value,
  };
}

/** @param {string} name @param {string} text */
function show(name, text) {
  const error = one(`#${name}-error`);
  say(error, text);
  error.hidden = !text;
}

/** @param {Plan} plan @param {string} ifMatch */
async function store(plan, ifMatch) {
  save.setAttribute("aria-busy", "true");
  try {
    const { data } = based
      ? await call("PATCH", `/api/v1/briefings/${based.id}`, { body: plan, ifMatch })
      : await call("POST", "/api/v1/briefings", { body: { ...plan, roster: roster.value } });
    dirty = false;
    const left = await earlier.carry(data.id);
    if (left > 0) await told(left);
    location.assign(`/briefings/${data.id}`);
  } catch (error) {
    if (error instanceof Refusal && error.code === "stale_edit" && based) await conflict(plan, based.id);
    else refused(error);
  } finally {
    save.removeAttribute("aria-busy");
  }
}

/** Say that the plan is saved, though not everything is marked as taken over. @param {number} left */
async function told(left) {
  const text = t("{count} items were not marked as carried over; do it on the work programme.", { count: left });
  await confirm({ title: t("Open items of earlier briefings"), text, action: t("Close") });
}

/**
 * Show what somebody else changed, and let the reader decide.
 * @param {Plan} mine
 * @param {string} id
 */
async function conflict(mine, id) {
  const { data: theirs, etag } = await call("GET", `/api/v1/briefings/${id}`);
  const box = one("#conflict");
  showDifferences(one("#differences"), mine, theirs, rosters[theirs.roster] ?? []);
  one("#keep-mine").onclick = () => {
    box.hidden = true;
    const plan = read();
    if (plan) store(plan, etag);
  };
  one("#take-theirs").onclick = async () => {
    const question = { title: t("Drop what you typed?"), action: t("Take theirs and drop mine"), danger: true };
    if (!(await confirm(question))) return;
    box.hidden = true;
    fill(theirs);
    title?.focus();
  };
  box.hidden = false;
  box.focus();
}

roster.addEventListener("change", () => {
  const units = rosters[roster.value] ?? [];
  sites.show(units, units.map((unit) => unit.code));
  agenda.show(agenda.items.map((item) => ({ ...item, endpoint: null, speakers: [] })), units);
  touched();
});
for (const field of [title, day, from, to, turnMinutes, policy]) field?.addEventListener("input", touched);
one("#pick-day").addEventListener("click", () => native.showPicker());
native.addEventListener("change", () => {
  if (day && native.value) day.value = native.value.split("-").reverse().join("/");
  touched();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const plan = read();
  if (plan) store(plan, based ? `"${based.edition}"` : "");
});
window.addEventListener("beforeunload", (event) => {
  if (dirty) event.preventDefault();
});
fill(based);
if (!based) title?.focus();
