// Text as people search it: the same as endpoints/rosters/collation.py, from the same data, which base.html embeds.

import { embedded } from "./dom.js";

/**
 * Which spellings count as the same (endpoints/rosters/spelling.json).
 * @typedef {object} Spelling
 * @property {string} apart characters that keep words apart
 * @property {[string, string][]} alike patterns, and what is written for them
 * @property {string[]} titles words before a name that are no part of it
 * @property {string[][]} same names of one place
 */

/** @type {Spelling} */
const spelling = embedded("spelling");
const APART = new Set(spelling.apart);
const ALIKE = spelling.alike.map(([pattern, letter]) => ({ pattern: new RegExp(pattern, "g"), letter }));
const TITLES = spelling.titles.map((title) => `${alike(plain(title))} `);

/**
 * What is typed into a field of several lines, as it is sent: no blanks around a line, and one empty line at most.
 * @param {string} typed
 * @returns {string}
 */
export function lines(typed) {
  const trimmed = typed.split("\n").map((line) => line.replace(/\s+/g, " ").trim());
  return trimmed.join("\n").replace(/\n{3,}/g, "\n\n").trim();
}

/**
 * Fold a name: "Tỉnh Đắk Lắk" and "dac lac" become the same.
 * @param {string} text
 * @returns {string}
 */
export function fold(text) {
  return withoutTitle(alike(plain(text)));
}

/**
 * Whether every word of the search is found in the text, or in another name of a place that the text names; as it is
 * typed, accents aside, or in another spelling.
 * @param {string} text
 * @param {string} search
 * @returns {boolean}
 */
export function matches(text, search) {
  const there = plain(withOtherNames(text));
  const spelt = alike(there);
  const words = withoutTitle(plain(search)).split(" ");
  return words.every((word) => there.includes(word) || spelt.includes(alike(word)));
}

/** Small letters without any accent, with one space between words. @param {string} text @returns {string} */
export function plain(text) {
  const bare = text.toLowerCase().normalize("NFD").replace(/\p{Mn}/gu, "").replace(/đ/g, "d");
  return [...bare]
    .map((letter) => (APART.has(letter) ? " " : letter))
    .join("")
    .replace(/\s+/g, " ")
    .trim();
}

/** @param {string} text @returns {string} */
function alike(text) {
  return ALIKE.reduce((spelt, { pattern, letter }) => spelt.replace(pattern, letter), text);
}

/** @param {string} text @returns {string} */
function withOtherNames(text) {
  const there = ` ${alike(plain(text))} `;
  const same = spelling.same.filter((names) => names.some((name) => there.includes(` ${fold(name)} `)));
  return [text, ...same.flat()].join(" ");
}

/** @param {string} name @returns {string} */
function withoutTitle(name) {
  const title = TITLES.find((one) => name.startsWith(one)) ?? "";
  return name.slice(title.length);
}
