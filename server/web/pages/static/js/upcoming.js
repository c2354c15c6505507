// A briefing that begins within a quarter of an hour is told on whatever page an organizer or operator has open, once.

import { call, Refusal } from "./lib/api.js";
import { announce, h, icon, one, say } from "./lib/dom.js";
import { time } from "./lib/format.js";
import { t } from "./lib/i18n.js";

/**
 * @typedef {object} Upcoming
 * @property {string} id
 * @property {string} title
 * @property {string} starts_at
 *
 * @typedef {object} Notice
 * @property {HTMLElement} box
 * @property {HTMLElement} left how long it is still
 * @property {Upcoming} briefing
 * @property {number} start on this page's own clock, which nobody sets: milliseconds
 */

const MINUTE = 60_000;
const BEFORE = 15 * MINUTE;
const ASK_AGAIN = 10 * MINUTE; // what was planned, moved or cancelled meanwhile is found then
const TICK = 10_000;
const SEEN = "giaoban.upcoming"; // which were announced, and which were closed, in all tabs of this browser

/** @type {Map<string, Notice>} */
const notices = new Map();
let asked = -ASK_AGAIN;
let timer = 0;

/** @returns {Record<string, "announced" | "closed">} */
function seen() {
  return JSON.parse(localStorage.getItem(SEEN) ?? "{}");
}

/** @param {string} key @param {"announced" | "closed"} what */
function remember(key, what) {
  localStorage.setItem(SEEN, JSON.stringify({ ...seen(), [key]: what }));
}

/** @param {Upcoming} briefing moved to another time, it is told anew */
function keyOf({ id, starts_at }) {
  return `${id} ${starts_at}`;
}

async function ask() {
  clearTimeout(timer);
  asked = performance.now();
  let wait = ASK_AGAIN;
  try {
    const { data } = await call("GET", "/api/v1/upcoming");
    wait = Math.min(wait, take(data.briefings, Date.parse(data.now)));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  timer = setTimeout(() => void ask(), wait);
}

/**
 * Show what begins soon, and nothing else.
 *
 * @param {Upcoming[]} briefings
 * @param {number} now on the server's clock
 * @returns {number} after how long the next one is to be told
 */
function take(briefings, now) {
  const left = (/** @type {Upcoming} */ { starts_at }) => Date.parse(starts_at) - now;
  const keys = briefings.map(keyOf);
  localStorage.setItem(SEEN, JSON.stringify(Object.fromEntries(Object.entries(seen()).filter(([key]) => keys.includes(key)))));
  for (const key of notices.keys()) if (!keys.includes(key)) remove(key);
  for (const briefing of briefings.filter((one) => left(one) <= BEFORE)) show(briefing, performance.now() + left(briefing));
  const later = briefings.map(left).filter((time) => time > BEFORE);
  return Math.min(...later.map((time) => time - BEFORE), ASK_AGAIN);
}

/** @param {Upcoming} briefing @param {number} start */
function show(briefing, start) {
  const key = keyOf(briefing);
  if (notices.has(key) || seen()[key] === "closed") return;
  const left = h("span", { class: "strong" });
  const words = h("a", { href: `/briefings/${briefing.id}`, title: briefing.title }, left, " ", h("span", {}, briefing.title));
  const close = h("button", { class: "button button--quiet button--icon button--small", type: "button", "aria-label": t("Close") }, icon("cross"));
  const box = h("div", { class: "upcoming__one", "data-upcoming": briefing.id }, words, close);
  close.addEventListener("click", () => (remember(key, "closed"), remove(key)));
  one("#upcoming").append(box);
  notices.set(key, { box, left, briefing, start });
  tick();
  if (seen()[key] === undefined) {
    remember(key, "announced");
    announce(words.textContent ?? "");
  }
}

/** @param {string} key */
function remove(key) {
  notices.get(key)?.box.remove();
  notices.delete(key);
}

/** Say how long it is still; what has begun is told no more. */
function tick() {
  for (const [key, { left, briefing, start }] of notices) {
    const minutes = Math.ceil((start - performance.now()) / MINUTE);
    const named = { time: time(briefing.starts_at), minutes };
    if (minutes <= 0) remove(key);
    else say(left, minutes === 1 ? t("In a minute, at {time}", named) : t("In {minutes} minutes, at {time}", named));
  }
}

setInterval(tick, TICK);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && performance.now() - asked > MINUTE) void ask(); // a laptop that slept has missed its time
});
window.addEventListener("storage", () => {
  for (const key of notices.keys()) if (seen()[key] === "closed") remove(key);
});
void ask();
