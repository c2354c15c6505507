// Checking a file against the journal: dropped or chosen, sent, and answered in plain words.

import { call, Refusal } from "../lib/api.js";
import { h, icon, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/**
 * @typedef {object} Place
 * @property {string} part
 * @property {string} place
 * @property {string} expected
 * @property {string} found
 */

/**
 * @typedef {object} Found
 * @property {string} outcome
 * @property {{briefing: string, format: string, head: {seq: number, hash: string}} | null} file
 * @property {Place[]} differences
 * @property {{sound: boolean, flaw: {seq: number} | null}} journal
 */

const briefing = one("#verify").dataset.briefing;
const drop = one("#drop");
const input = /** @type {HTMLInputElement} */ (one("#file"));

/** @typedef {[kind: string, verdict: string, explanation: string]} Words */

/** @returns {Words} */
const unknown = () => ["poor", t("Not one of our files"), t("This is no file that was downloaded here, or little of it is left.")];

/** @type {Record<string, () => Words>} */
const WORDS = {
  genuine: () => ["good", t("Genuine"), t("This file is, byte for byte, what the journal of this meeting gives.")],
  altered: () => [
    "poor",
    t("Altered"),
    t("This file was made from the journal of this meeting, but it has been changed since. What differs first stands below."),
  ],
  other_briefing: () => ["poor", t("Of another meeting"), t("This file says that it is of another meeting. Check it there.")],
  other_journal: () => [
    "poor",
    t("Not of this journal"),
    t("This file names an entry that the journal of this meeting does not have."),
  ],
  journal_altered: () => [
    "poor",
    t("The journal has been altered"),
    t("The journal itself is no more what was written, so it cannot vouch for this file. Call whoever looks after the database."),
  ],
  other_edition: () => [
    "fair",
    t("Made by another version"),
    t("Another version of this service made the file, and wrote its files otherwise. Check it with that version."),
  ],
  other_layout: () => [
    "fair",
    t("Made with another layout"),
    t("The office has changed this layout, or its time zone, since the file was made. Put it back to check the file."),
  ],
};

/** @param {File} file */
async function check(file) {
  drop.setAttribute("aria-busy", "true");
  try {
    const { data } = await call("POST", `/api/v1/briefings/${briefing}/verify`, { file });
    show(file.name, data);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    tell(file.name, "fair", t("Not checked"), error.message);
  } finally {
    drop.removeAttribute("aria-busy");
  }
}

/**
 * @param {string} name
 * @param {Found} found
 */
function show(name, found) {
  tell(name, ...(WORDS[found.outcome] || unknown)());
  const facts = found.file
    ? [h("div", {}, h("dt", {}, t("Journal head")), h("dd", {}, t("entry {seq}", { seq: found.file.head.seq }), " ", h("code", {}, found.file.head.hash)))]
    : [];
  if (found.journal.flaw) {
    const seq = found.journal.flaw.seq;
    facts.push(h("div", {}, h("dt", {}, t("Journal")), h("dd", {}, t("Altered: entry {seq} is the first that does not fit.", { seq }))));
  }
  one("#facts").replaceChildren(...facts);
  one("#differences").replaceChildren(...found.differences.map(row));
  one("#places").hidden = !found.differences.length;
}

/**
 * @param {string} name
 * @param {string} kind
 * @param {string} verdict
 * @param {string} explanation
 */
function tell(name, kind, verdict, explanation) {
  const shape = { good: "shield", fair: "warning" }[kind] || "stop";
  one("#answer").hidden = false;
  one("#answer-file").textContent = name;
  one("#verdict").className = `verify__verdict verify__verdict--${kind}`;
  one("#verdict").replaceChildren(icon(shape), verdict);
  one("#explanation").textContent = explanation;
  one("#facts").replaceChildren();
  one("#places").hidden = true;
}

/** @param {Place} place */
function row(place) {
  const [expected, found] = marked(place.expected, place.found);
  return h("tr", {}, h("th", { scope: "row" }, where(place)), h("td", {}, ...expected), h("td", {}, ...found));
}

/**
 * Say where, in words: cells and paragraphs speak for themselves, lines and bytes of an office file need its part.
 * @param {Place} place
 */
function where({ part, place }) {
  if (place.includes("!")) return place;
  const [number = "", column = ""] = place.match(/\d+/g) || [];
  if (place.startsWith("paragraph ")) return t("paragraph {number}", { number });
  const within = part ? `${part}: ` : "";
  if (place.startsWith("line ")) return within + t("line {number}, character {column}", { number, column });
  if (place.startsWith("byte ")) return within + t("byte {number}", { number });
  return within + (place === "missing" ? t("missing") : t("added"));
}

/**
 * Mark what differs between two texts.
 * @param {string} one
 * @param {string} other
 */
function marked(one, other) {
  let start = 0;
  while (start < Math.min(one.length, other.length) && one[start] === other[start]) start += 1;
  let end = 0;
  const most = Math.min(one.length, other.length) - start;
  while (end < most && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  /** @param {string} text */
  const parts = (text) => [
    text.slice(0, start),
    h("mark", {}, text.slice(start, text.length - end)),
    text.slice(text.length - end),
  ];
  return /** @type {const} */ ([parts(one), parts(other)]);
}

input.addEventListener("change", () => {
  if (input.files?.[0]) check(input.files[0]);
  input.value = "";
});
for (const kind of ["dragenter", "dragover"])
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("drop--over");
  });
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("drop--over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (file) check(file);
});
