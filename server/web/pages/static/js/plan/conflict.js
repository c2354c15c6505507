// Two versions of a plan, side by side: only what differs.

import { h } from "../lib/dom.js";
import { dateTime } from "../lib/format.js";
import { t } from "../lib/i18n.js";

/**
 * Fill the table of differences.
 * @param {HTMLElement} body
 * @param {import("./editor.js").Plan} mine
 * @param {import("./editor.js").Plan} theirs
 * @param {import("./sites.js").Unit[]} units
 */
export function showDifferences(body, mine, theirs, units) {
  const rows = [
    [t("Title"), mine.title, theirs.title],
    [t("Start"), dateTime(mine.starts_at), dateTime(theirs.starts_at)],
    [t("End"), dateTime(mine.ends_at), dateTime(theirs.ends_at)],
    [t("Endpoints"), only(mine.endpoints, theirs.endpoints, units), only(theirs.endpoints, mine.endpoints, units)],
    [t("Agenda"), written(mine.agenda, units), written(theirs.agenda, units)],
    [t("Minutes for each speaker"), String(mine.turn_minutes || "–"), String(theirs.turn_minutes || "–")],
    [t("Order of speakers"), order(mine), order(theirs)],
  ].filter(([, left, right]) => left !== right);
  body.replaceChildren(
    ...rows.map(([what = "", left = "", right = ""]) =>
      h("tr", {}, h("th", { scope: "row" }, what), h("td", {}, left), h("td", {}, right)),
    ),
  );
}

/**
 * @param {string[]} codes
 * @param {string[]} others
 * @param {import("./sites.js").Unit[]} units
 * @returns {string} how many, and which the other version lacks
 */
function only(codes, others, units) {
  const more = units.filter(({ code }) => codes.includes(code) && !others.includes(code)).map(({ name }) => name);
  return more.length ? `${codes.length} (+ ${more.join(", ")})` : String(codes.length);
}

/**
 * @param {import("./agenda.js").Item[]} agenda
 * @param {import("./sites.js").Unit[]} units
 * @returns {string}
 */
function written(agenda, units) {
  const name = (/** @type {string | null} */ code) => units.find((unit) => unit.code === code)?.name;
  return agenda
    .map((item, index) => {
      const words = { number: index + 1, title: item.title, minutes: item.minutes };
      const presenter = name(item.endpoint);
      const speakers = item.speakers.map((one) => `${name(one.endpoint) ?? t("Hub")}: ${one.speaker}`).join(", ");
      return t("{number}. {title} ({minutes} min)", words) + [presenter, speakers].map((more) => (more ? ` – ${more}` : "")).join("");
    })
    .join("; ");
}

/** @param {import("./editor.js").Plan} plan @returns {string} the order of speakers as the form calls it */
function order(plan) {
  return document.querySelector(`#queue-policy option[value="${plan.queue_policy}"]`)?.textContent ?? "";
}
