// Rehearsals, as a site sees them: when one is to be, and that one runs.

import { one, say } from "../lib/dom.js";
import { dateTime, time } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { whenWord } from "../live/rehearsals.js";

/** @typedef {import("../live/types.js").Status} Status */

/**
 * Say that a rehearsal runs, and which are to come.
 *
 * @param {Status} status
 */
export function drawRehearsal({ rehearsal, rehearsals }) {
  one("#rehearsal").hidden = rehearsal === null;
  if (rehearsal) say(one("#rehearsal-until"), t("until {time}", { time: time(rehearsal.until) }));
  one("#rehearsals").hidden = rehearsals.length === 0;
  say(one("#rehearsals-when"), rehearsals.map((one) => whenWord(one.starts_at)).join("; "));
}

/**
 * Say what is waited for before the room opens: the next rehearsal, or the meeting.
 *
 * @param {Status} status
 * @returns {{moment: string, text: string}}
 */
export function waitingFor({ starts_at, rehearsals }) {
  const [next] = rehearsals;
  if (next && next.starts_at < starts_at) {
    return { moment: next.starts_at, text: t("The rehearsal starts at {time}, and the briefing at {start}. The room opens by itself. In", { time: dateTime(next.starts_at), start: dateTime(starts_at) }) };
  }
  return { moment: starts_at, text: t("The briefing starts at {time}. The room opens before that, by itself. In", { time: dateTime(starts_at) }) };
}
