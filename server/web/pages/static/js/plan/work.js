// Whether people work on the day that is typed: weekends, public holidays, and working days in exchange.

import { embedded, one, say } from "../lib/dom.js";
import { instant } from "../lib/format.js";
import { t } from "../lib/i18n.js";

/** @type {{special: Record<string, {name: string, works: boolean}>, decided: number[]}} */
const known = embedded("special-days");
const SUNDAY = 0;
const SATURDAY = 6;

/** @param {string} day 2026-11-27 @returns {string} */
function workOf(day) {
  const { name = "", works = false } = known.special[day] ?? {};
  if (name) return works ? t("A working day: {name}.", { name }) : t("A day off: {name}.", { name });
  const weekday = new Date(`${day}T00:00Z`).getUTCDay();
  if (weekday === SUNDAY || weekday === SATURDAY) return t("A day off: the weekend.");
  return known.decided.includes(Number(day.slice(0, 4))) ? t("A working day.") : t("A working day, as far as is known: the days off of this year are not announced yet.");
}

/** Say it under the times; nothing while there is no day. @param {string} typed 27/11/2026 */
export function sayWork(typed) {
  const line = one("#work");
  const parts = instant(typed, "12:00") ? typed.split(/[/.-]/).map((part) => part.trim().padStart(2, "0")) : [];
  line.hidden = parts.length === 0;
  say(line, parts.length ? workOf(parts.reverse().join("-")) : "");
}
