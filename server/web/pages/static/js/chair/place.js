// Which briefing this desk is of, and who sits at it.

import { one } from "../lib/dom.js";

const desk = one("#desk");

export const briefing = desk.dataset.briefing ?? "";
export const base = `/api/v1/briefings/${briefing}`;
/** Who sits here, as the status document names the acting chair. */
export const me = desk.dataset.me ?? "";
