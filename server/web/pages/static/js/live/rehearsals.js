// When a rehearsal is, as people say it.

import { date, time, weekday } from "../lib/format.js";
import { t } from "../lib/i18n.js";

/**
 * Say when something is: "14:00 Thursday, 26/11/2026".
 *
 * @param {string} moment
 * @returns {string}
 */
export function whenWord(moment) {
  return t("{time} {weekday}, {date}", { time: time(moment), weekday: weekday(moment), date: date(moment) });
}
