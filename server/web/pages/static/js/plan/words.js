// A plan in words: what its parts are called, and what each says, for those who compare two versions of it.

import { t } from "../lib/i18n.js";
import { itemAt, partsOf } from "./agenda_merge.js";
import { listsWords } from "./expected.js";
import { keyOf } from "./typed.js";

/**
 * @typedef {import("./typed.js").Typed} Typed
 * @typedef {import("./typed.js").Key} Key
 * @typedef {import("./typed.js").Place} Place
 * @typedef {import("./agenda.js").Item} Item
 * @typedef {import("./agenda_merge.js").Field} Field
 * @typedef {import("./sites.js").Unit} Unit
 */

/** What a key is called on the form. @param {Key} key @returns {string} */
export function labelOf(key) {
  const words = {
    title: t("Title"),
    kind: t("Kind of briefing"),
    number: t("Number"),
    day: t("Day"),
    from: t("Start"),
    to: t("End"),
    first: t("Reporting period, from"),
    last: t("Reporting period, to"),
    agenda: t("Agenda"),
    turn_minutes: t("Minutes for each speaker"),
    queue_policy: t("Order of speakers"),
    endpoints: t("Endpoints"),
    presiding: t("Presiding"),
    moderator: t("Moderator"),
    secretary: t("Secretary"),
    technicians: t("Technicians"),
    expected: t("Expected delegates"),
    place: t("Place"),
    dress: t("Dress"),
    classification: t("Classification"),
    notes: t("Remarks"),
  };
  return words[key];
}

/**
 * What a place of a plan is called.
 *
 * @param {Place} place
 * @param {Typed[]} versions an item is called as the first of these that has it calls it
 * @returns {string}
 */
export function nameOf(place, versions) {
  const { id, field } = partsOf(place);
  if (place === "agenda") return t("Order of the agenda");
  if (!id) return labelOf(keyOf(place));
  const title = versions.map(({ agenda }) => itemAt(agenda, place)?.title).find(Boolean) ?? "";
  return field ? t("Agenda, “{title}”: {field}", { title, field: fieldLabel(field) }) : t("Agenda, “{title}”", { title });
}

/**
 * What a place of a plan says, in words.
 *
 * @param {Typed} typed
 * @param {Place} place
 * @param {Unit[]} units
 * @returns {string}
 */
export function wordsOf(typed, place, units) {
  const key = keyOf(place);
  if (key === "agenda") return agendaWords(typed.agenda, place, units);
  if (key === "endpoints") return String(typed.endpoints.length);
  if (key === "expected") return listsWords(typed.expected) || "–";
  if (key === "presiding" || key === "technicians") return peopleWords(typed[key]) || "–";
  if (key === "moderator" || key === "secretary") return peopleWords([typed[key]]) || "–";
  return optionWords(`#${key.replace("_", "-")}`, typed[key]);
}

/** What is written, or chosen in a list. @param {string} selector @param {string} value */
function optionWords(selector, value) {
  const field = document.querySelector(selector);
  const option = field instanceof HTMLSelectElement && [...field.options].find((one) => one.value === value);
  return (option ? option.textContent : value) || "–";
}

/** @param {{name: string, position?: string, contact?: string, leads?: boolean}[]} people @returns {string} */
function peopleWords(people) {
  const words = people.map((one) => [one.name, one.position, one.contact, one.leads ? t("leads") : ""]);
  return words.map((parts) => parts.filter(Boolean).join(", ")).join("; ");
}

/** @param {Field} field */
function fieldLabel(field) {
  const words = {
    title: t("Item"),
    minutes: t("Minutes"),
    kind: t("Kind"),
    endpoint: t("Presented by"),
    speakers: t("Registered speakers"),
    document: t("Reference of the document"),
  };
  return words[field];
}

/** @param {Item[]} agenda @param {Place} place @param {Unit[]} units @returns {string} */
function agendaWords(agenda, place, units) {
  const { id, field } = partsOf(place);
  if (id === "") return agenda.map(({ title }, index) => `${index + 1}. ${title}`).join("; ");
  const item = itemAt(agenda, place);
  if (item === undefined) return t("Taken off the agenda");
  return field ? fieldWords(item, field, units) : itemWords(item, units);
}

/** @param {Item} item @param {Unit[]} units @returns {string} */
function itemWords(item, units) {
  const { title, minutes } = item;
  const more = [item.document, item.endpoint && endpointName(item.endpoint, units), speakersWords(item, units)].filter(Boolean);
  return [t("{title} ({minutes} min)", { title, minutes }), ...more].join(" – ");
}

/** @param {Item} item @param {Field} field @param {Unit[]} units @returns {string} */
function fieldWords(item, field, units) {
  if (field === "endpoint") return endpointName(item.endpoint, units);
  if (field === "speakers") return speakersWords(item, units) || "–";
  if (field === "minutes") return Number.isInteger(item.minutes) ? t("{minutes} min", { minutes: item.minutes }) : "–";
  return field === "kind" ? optionWords("#agenda .agenda__kind", item.kind) : item[field] || "–";
}

/** @param {Item} item @param {Unit[]} units */
function speakersWords({ speakers }, units) {
  return speakers.map(({ endpoint, speaker, topic }) => [`${endpointName(endpoint, units)}: ${speaker}`, topic].filter(Boolean).join(", ")).join("; ");
}

/** @param {string | null} code @param {Unit[]} units */
function endpointName(code, units) {
  return units.find((unit) => unit.code === code)?.name ?? t("Hub");
}
