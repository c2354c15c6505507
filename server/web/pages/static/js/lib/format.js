// Times, numbers and durations as people here write them: dd/MM/yyyy, 24 hours, in the deployment's time zone.

import { language } from "./i18n.js";

const ZONE = document.documentElement.dataset.timeZone || "Asia/Ho_Chi_Minh";

const PARTS = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/**
 * @param {string | number | Date} moment RFC 3339, milliseconds or a Date
 * @returns {{year: string, month: string, day: string, hour: string, minute: string, second: string}}
 */
function parts(moment) {
  const found = PARTS.formatToParts(new Date(moment)).map((part) => [part.type, part.value]);
  return Object.fromEntries(found);
}

/** @param {string | number | Date} moment @returns {string} 22/11/2026 */
export function date(moment) {
  const { day, month, year } = parts(moment);
  return `${day}/${month}/${year}`;
}

/** @param {string | number | Date} moment @returns {string} 14:05 */
export function time(moment) {
  const { hour, minute } = parts(moment);
  return `${hour}:${minute}`;
}

/** @param {string | number | Date} moment @returns {string} 14:05:09 */
export function timeWithSeconds(moment) {
  const { hour, minute, second } = parts(moment);
  return `${hour}:${minute}:${second}`;
}

/** @param {string | number | Date} moment @returns {string} 22/11/2026 14:05 */
export function dateTime(moment) {
  return `${date(moment)} ${time(moment)}`;
}

/** @param {string | number | Date} moment @returns {string} Chủ nhật, Sunday */
export function weekday(moment) {
  const name = new Intl.DateTimeFormat(language(), { timeZone: ZONE, weekday: "long" }).format(new Date(moment));
  return name.replace("Chủ Nhật", "Chủ nhật"); // as the rest of the house writes it
}

/** @param {number} seconds @returns {string} 4:05, or 1:04:05 from an hour on */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(s).padStart(2, "0");
  return h ? `${h}:${String(m).padStart(2, "0")}:${tail}` : `${m}:${tail}`;
}

/** @param {number} value @param {number} [digits] after the comma @returns {string} */
export function number(value, digits = 0) {
  const form = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(language(), form).format(value);
}

/** @param {number} share 0..1 @param {number} [digits] @returns {string} */
export function percent(share, digits = 0) {
  return `${number(share * 100, digits)}%`;
}

/**
 * Read a local date and time as people type them.
 * @param {string} day dd/MM/yyyy; also d/M/yyyy and with "-" or "."
 * @param {string} hour HH:mm; also H:mm and 14h30
 * @returns {Date | null} null when it is no date or no time, or the calendar lacks it
 */
export function instant(day, hour) {
  const d = /^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*$/.exec(day);
  const t = /^\s*(\d{1,2})[:hH.](\d{2})\s*$/.exec(hour);
  if (!d || !t) return null;
  const [dd, mm, yyyy, hh, min] = [d[1], d[2], d[3], t[1], t[2]].map(Number);
  const naive = Date.UTC(yyyy ?? 0, (mm ?? 0) - 1, dd, hh, min);
  const moment = new Date(naive - offset(naive));
  const wanted = `${pad(dd)}/${pad(mm)}/${yyyy} ${pad(hh)}:${pad(min)}`;
  return dateTime(moment) === wanted ? moment : null;
}

/** @param {number | undefined} value @returns {string} */
function pad(value) {
  return String(value).padStart(2, "0");
}

/**
 * How far the time zone is ahead of UTC.
 * @param {number} moment milliseconds
 * @returns {number} milliseconds
 */
function offset(moment) {
  const p = parts(moment);
  return Date.UTC(+p.year, +p.month - 1, +p.day, +p.hour, +p.minute, +p.second) - Math.floor(moment / 1000) * 1000;
}
