// The year: one day can be reached by Tab, and the keys walk from there, over the ends of months too; N plans on it.

import "./print.js";
import { all, one } from "../lib/dom.js";

/** @type {HTMLAnchorElement[]} in the order of the year */
const days = all("[data-day]");
const WEEK = 7;

/** Days that a key walks. @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -WEEK, ArrowDown: WEEK };

/** Months that a key walks. @type {Record<string, number>} */
const MONTHS = { PageUp: -1, PageDown: 1 };

/** @param {HTMLAnchorElement} day */
function choose(day) {
  for (const other of days) other.tabIndex = other === day ? 0 : -1;
}

/**
 * @param {HTMLAnchorElement} from
 * @param {string} key
 * @returns {HTMLAnchorElement | undefined}
 */
function walked(from, key) {
  const place = days.indexOf(from);
  if (key in STEPS) return days[place + (STEPS[key] ?? 0)];
  if (key in MONTHS) return inMonth(from, MONTHS[key] ?? 0);
  if (key === "Home") return days[0];
  return key === "End" ? days.at(-1) : undefined;
}

/** The same day of another month, or its last. @param {HTMLAnchorElement} from @param {number} months */
function inMonth(from, months) {
  const [year = 0, month = 0, day = 0] = (from.dataset.day ?? "").split("-").map(Number);
  const prefix = new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 7);
  return days.filter((other) => other.dataset.day?.startsWith(prefix)).slice(0, day).at(-1);
}

/** Write down a new briefing on a day, if whoever reads this may, and it has not passed. @param {string} day */
function plan(day) {
  const today = one(".year").dataset.new;
  if (today && day >= today) location.assign(`/briefings/new?day=${day}`);
}

one(".year").addEventListener("keydown", (event) => {
  const from = event.target;
  if (!(from instanceof HTMLAnchorElement) || !from.dataset.day || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key.toLowerCase() === "n") return plan(from.dataset.day);
  const to = walked(from, event.key);
  if (!to) return;
  event.preventDefault();
  choose(to);
  to.focus();
});

const first = days.find((day) => day.getAttribute("aria-current")) ?? days[0];
if (first) choose(first);
