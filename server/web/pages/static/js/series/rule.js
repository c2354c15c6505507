// A recurrence rule from what is chosen in words: which days a month offers for a date, and the text of RFC 5545.

import { t } from "../lib/i18n.js";
import { ordinals, weekdays } from "./names.js";

/** @typedef {{year: number, month: number, day: number}} Day on the clock of the house, months from 1 */

/** As `Date.getUTCDay` counts from Monday. */
export const CODES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const WEEK = 7;

/** @param {Day} day @returns {number} 0: Monday */
export function weekdayOf({ year, month, day }) {
  return (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + WEEK - 1) % WEEK;
}

/**
 * What "every month" may mean for a date, and the part of a rule that says it.
 *
 * @param {Day} day
 * @returns {{words: string, part: string}[]}
 */
export function choicesFor(day) {
  const last = new Date(Date.UTC(day.year, day.month, 0)).getUTCDate();
  const name = weekdays()[weekdayOf(day)] ?? "";
  const code = CODES[weekdayOf(day)];
  const nth = Math.ceil(day.day / WEEK);
  const found = [{ words: t("day {number} of the month", { number: day.day }), part: `BYMONTHDAY=${day.day}` }];
  if (nth < WEEK - 2) found.push({ words: t("the {nth} {weekday} of the month", { nth: ordinals()[nth - 1] ?? "", weekday: name }), part: `BYDAY=${nth}${code}` });
  if (day.day + WEEK > last) found.push({ words: t("the last {weekday} of the month", { weekday: name }), part: `BYDAY=-1${code}` });
  found.push({ words: t("the last day of the month"), part: "BYMONTHDAY=-1" });
  found.push({ words: t("the last working weekday of the month"), part: "BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1" });
  return found;
}

/**
 * @typedef {object} Chosen
 * @property {string} unit DAILY, WEEKLY, MONTHLY or YEARLY
 * @property {string} interval as typed
 * @property {string} on the part of the rule that says which day of a month
 * @property {number[]} days of the week, 0: Monday
 * @property {string} count as typed; empty: `until` says the end
 * @property {string} until the last moment, as RFC 5545 writes it in UTC
 * @property {Day} day the first date
 */

/** @param {Chosen} chosen @returns {string} */
export function ruleOf({ unit, interval, on, days, count, until, day }) {
  const which = { DAILY: "", WEEKLY: `BYDAY=${days.map((one) => CODES[one]).join(",")}`, MONTHLY: on, YEARLY: `BYMONTH=${day.month};${on}` }[unit];
  const end = count ? `COUNT=${count}` : `UNTIL=${until}`;
  return [`FREQ=${unit}`, interval === "1" ? "" : `INTERVAL=${interval}`, which, end].filter(Boolean).join(";");
}
