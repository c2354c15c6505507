// What the operators decided over the lines, as the chair and the board read it.

import { h, icon } from "../lib/dom.js";
import { dateTime } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { mark } from "./keyed.js";

/** How many endpoints are named before the rest is counted. */
const NAMED = 6;

/**
 * Draw the decision; before the meeting only, for then it has been made.
 *
 * @param {HTMLElement} place
 * @param {import("./types.js").Status} status
 */
export function drawGo(place, { go, state }) {
  const said = go ? [go.at, state].join() : "";
  place.hidden = !go || !["scheduled", "rehearsal", "open"].includes(state);
  if (!go || place.dataset.said === said) return;
  mark(place, "data-said", said);
  mark(place, "data-go", go.go ? "yes" : "no");
  place.replaceChildren(
    icon(go.go ? "check" : "warning"),
    h("strong", {}, go.go ? t("Lines: go") : t("Lines: no-go")),
    h("span", {}, t("decided by {name}, {time}", { name: go.name, time: dateTime(go.at) })),
    h("span", {}, missingWord(go.names)),
    h("span", {}, go.note),
  );
}

/** @param {string[]} names of the endpoints that were not go */
export function missingWord(names) {
  if (names.length === 0) return t("every endpoint is go");
  const [shown, more] = [names.slice(0, NAMED).join(", "), names.length - NAMED];
  return more > 0 ? t("not go: {names} and {count} more", { names: shown, count: more }) : t("not go: {names}", { names: shown });
}
