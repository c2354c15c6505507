// Due dates as people here type and read them: a day, a month or a quarter.

import { t } from "../lib/i18n.js";

const DAY = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/;
const MONTH = /^(?:tháng|thang|t)?\s*(\d{1,2})[/.-](\d{4})$/i;
const QUARTER = /^(?:quý|quy|q)\s*([1-4]|iv|i{1,3})\s*[/.-]?\s*(?:năm\s*)?(\d{4})$/i;
const ROMAN = ["I", "II", "III", "IV"];

/**
 * Read a due date as it was typed.
 *
 * @param {string} text 15/12/2026, 12/2026, Q4/2026, quý IV/2026, or nothing
 * @returns {string | null} 2026-12-15, 2026-12, 2026-Q4, or nothing; null when it is none of these
 */
export function dueOf(text) {
  const typed = text.trim().normalize("NFC");
  if (typed === "") return "";
  const day = DAY.exec(typed);
  if (day) return isDay(Number(day[3]), Number(day[2]), Number(day[1])) ? `${day[3]}-${two(day[2])}-${two(day[1])}` : null;
  const month = MONTH.exec(typed);
  if (month) return isDay(Number(month[2]), Number(month[1]), 1) ? `${month[2]}-${two(month[1])}` : null;
  const quarter = QUARTER.exec(typed);
  return quarter ? `${quarter[2]}-Q${numberOf(quarter[1] ?? "")}` : null;
}

/**
 * Write a due date as people read it.
 *
 * @param {string} due 2026-12-15, 2026-12, 2026-Q4 or nothing
 * @returns {string} 15/12/2026, "month 12/2026", "quarter IV/2026" or nothing
 */
export function dueWord(due) {
  const [year = "", month = "", day] = due.split("-");
  if (month.startsWith("Q")) return t("quarter {quarter}/{year}", { quarter: ROMAN[Number(month[1]) - 1] ?? "", year });
  if (day) return `${day}/${month}/${year}`;
  return month && t("month {month}/{year}", { month, year });
}

/**
 * Write a due date as it is typed, so that reading it again gives the same.
 *
 * @param {string} due
 * @returns {string}
 */
export function dueTyped(due) {
  const [year = "", month = "", day] = due.split("-");
  return day ? `${day}/${month}/${year}` : month && `${month}/${year}`;
}

/** @param {string} text 1 to 4, or I to IV */
function numberOf(text) {
  return Number(text) || ROMAN.indexOf(text.toUpperCase()) + 1;
}

/** @param {string | undefined} digits */
function two(digits = "") {
  return digits.padStart(2, "0");
}

/** @param {number} year @param {number} month @param {number} day */
function isDay(year, month, day) {
  const found = new Date(Date.UTC(year, month - 1, day));
  return year >= 2000 && year < 2200 && found.getUTCMonth() === month - 1 && found.getUTCDate() === day;
}
