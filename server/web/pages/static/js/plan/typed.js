// A plan as it is typed: what the form holds key by key, what of it the server can be told, and how two versions meet.

import { date, instant, time } from "../lib/format.js";
import { differAt, mergeAgendas } from "./agenda_merge.js";
import { same } from "./same.js";

/**
 * @typedef {{name: string, position: string, leads: boolean}} Official
 * @typedef {{name: string, position: string}} Person
 * @typedef {{name: string, contact: string}} Technician
 * @typedef {import("./agenda.js").Item} Item
 *
 * @typedef {object} Briefing as the server tells it
 * @property {string} id
 * @property {"draft" | "scheduled" | "open" | "live"} state
 * @property {string} roster
 * @property {{id: string, original: string} | null} series
 * @property {number} edition
 * @property {string} title
 * @property {string} kind
 * @property {string} number
 * @property {string} starts_at
 * @property {string} ends_at
 * @property {{first: string, last: string} | null} period
 * @property {string[]} endpoints
 * @property {Item[]} agenda
 * @property {number} turn_minutes 0: no limit
 * @property {string} queue_policy
 * @property {string} classification
 * @property {Official[]} presiding
 * @property {Person | null} moderator
 * @property {Person | null} secretary
 * @property {Technician[]} technicians
 * @property {string} place
 * @property {string} dress
 * @property {string} notes
 * @property {import("./expected.js").List[]} expected
 *
 * @typedef {object} Typed what the form holds
 * @property {string} title
 * @property {string} kind
 * @property {string} number
 * @property {string} day dd/MM/yyyy, as typed
 * @property {string} from HH:mm, as typed
 * @property {string} to
 * @property {string} first the reporting period, dd/MM/yyyy, as typed
 * @property {string} last
 * @property {string[]} endpoints
 * @property {Item[]} agenda
 * @property {string} turn_minutes
 * @property {string} queue_policy
 * @property {string} classification
 * @property {Official[]} presiding
 * @property {Person} moderator without a name: nobody
 * @property {Person} secretary
 * @property {Technician[]} technicians
 * @property {string} place
 * @property {string} dress
 * @property {string} notes
 * @property {import("./expected.js").List[]} expected
 *
 * @typedef {keyof Typed} Key
 * @typedef {string} Place what both changed: a key, or a place of the agenda as `agenda_merge.js` names it
 * @typedef {{starts: Date, ends: Date}} Slot
 */

/** Every key, in the order of the form. @type {Key[]} */
export const KEYS = [
  "title",
  "kind",
  "number",
  "day",
  "from",
  "to",
  "first",
  "last",
  "agenda",
  "turn_minutes",
  "queue_policy",
  "endpoints",
  "presiding",
  "moderator",
  "secretary",
  "technicians",
  "expected",
  "place",
  "dress",
  "classification",
  "notes",
];

/**
 * @typedef {object} Field of a request
 * @property {Key[]} of the keys it is made of
 * @property {(typed: Typed) => unknown} read undefined: what is typed makes no sense yet
 */

/** @type {Record<string, Field>} */
const FIELDS = {
  title: { of: ["title"], read: ({ title }) => title || undefined },
  kind: plain("kind"),
  number: plain("number"),
  starts_at: { of: ["day", "from", "to"], read: (typed) => slotOf(typed)?.starts.toISOString() },
  ends_at: { of: ["day", "from", "to"], read: (typed) => slotOf(typed)?.ends.toISOString() },
  period: { of: ["first", "last"], read: periodOf },
  agenda: { of: ["agenda"], read: ({ agenda }) => (agenda.every(isComplete) ? agenda : undefined) },
  turn_minutes: { of: ["turn_minutes"], read: ({ turn_minutes }) => minutesOf(turn_minutes) },
  queue_policy: plain("queue_policy"),
  endpoints: { of: ["endpoints"], read: ({ endpoints }) => (endpoints.length > 0 ? endpoints : undefined) },
  presiding: { of: ["presiding"], read: ({ presiding }) => (presiding.every(({ name }) => name) ? presiding : undefined) },
  moderator: { of: ["moderator"], read: ({ moderator }) => personOf(moderator) },
  secretary: { of: ["secretary"], read: ({ secretary }) => personOf(secretary) },
  technicians: {
    of: ["technicians"],
    read: ({ technicians }) => (technicians.every(({ name, contact }) => name && contact) ? technicians : undefined),
  },
  expected: plain("expected"),
  place: plain("place"),
  dress: plain("dress"),
  classification: plain("classification"),
  notes: plain("notes"),
};

/** @param {Key} key @returns {Field} */
function plain(key) {
  return { of: [key], read: (typed) => typed[key] };
}

/**
 * What the server says, as the form shows it.
 *
 * @param {Briefing} briefing
 * @returns {Typed}
 */
export function typedOf(briefing) {
  const { period, moderator, secretary, turn_minutes } = briefing;
  return {
    title: briefing.title,
    kind: briefing.kind,
    number: briefing.number,
    day: date(briefing.starts_at),
    from: time(briefing.starts_at),
    to: time(briefing.ends_at),
    first: period ? dayFirst(period.first) : "",
    last: period ? dayFirst(period.last) : "",
    endpoints: briefing.endpoints,
    agenda: briefing.agenda,
    turn_minutes: String(turn_minutes || ""),
    queue_policy: briefing.queue_policy,
    classification: briefing.classification,
    presiding: briefing.presiding,
    moderator: moderator ?? { name: "", position: "" },
    secretary: secretary ?? { name: "", position: "" },
    technicians: briefing.technicians,
    place: briefing.place,
    dress: briefing.dress,
    notes: briefing.notes,
    expected: briefing.expected,
  };
}

/**
 * What a request says of these keys; those that make no sense yet are left out, and named.
 *
 * @param {Typed} typed
 * @param {Key[]} keys
 * @param {Place[]} [undecided] nothing is said that these have a part in
 * @returns {{body: Record<string, unknown>, sent: Key[], unread: Key[]}}
 */
export function bodyOf(typed, keys, undecided = []) {
  const open = undecided.map(keyOf);
  const meant = (/** @type {Field} */ { of }) => of.some((key) => keys.includes(key)) && !of.some((key) => open.includes(key));
  const wanted = Object.entries(FIELDS).filter(([, field]) => meant(field));
  const read = wanted.map(([name, field]) => ({ name, of: field.of, value: field.read(typed) }));
  const made = read.filter(({ value }) => value !== undefined);
  const unread = read.filter(({ value }) => value === undefined).flatMap(({ of }) => of);
  return {
    body: Object.fromEntries(made.map(({ name, value }) => [name, value])),
    sent: [...new Set(made.flatMap(({ of }) => of))],
    unread: keys.filter((key) => unread.includes(key)),
  };
}

/**
 * Which keys differ.
 *
 * @param {Typed} one
 * @param {Typed} other
 * @returns {Key[]}
 */
export function differing(one, other) {
  return KEYS.filter((key) => !same(one[key], other[key]));
}

/**
 * Put together what two people made of one plan. What only one of them changed is as they left it, endpoints are added
 * and taken off by both, and the agenda is merged item by item; what both changed stays as I have it, and is a conflict.
 *
 * @param {Typed} base what both began with
 * @param {Typed} mine
 * @param {Typed} theirs
 * @returns {{merged: Typed, conflicts: Place[]}}
 */
export function merge(base, mine, theirs) {
  const changed = new Set(differing(base, mine));
  const both = differing(base, theirs).filter((key) => changed.has(key) && !same(mine[key], theirs[key]));
  const kept = Object.fromEntries([...changed].map((key) => [key, mine[key]]));
  const endpoints = together(base.endpoints, mine.endpoints, theirs.endpoints);
  const agenda = mergeAgendas(base.agenda, mine.agenda, theirs.agenda);
  const conflicts = [...both.filter((key) => key !== "endpoints" && key !== "agenda"), ...agenda.conflicts];
  return { merged: { ...theirs, ...kept, endpoints, agenda: agenda.items }, conflicts };
}

/** Whether two versions differ at a place. @param {Typed} one @param {Typed} other @param {Place} place */
export function differ(one, other, place) {
  const key = keyOf(place);
  return key === "agenda" ? differAt(one.agenda, other.agenda, place) : !same(one[key], other[key]);
}

/** @param {Place} place @returns {Key} */
export function keyOf(place) {
  return /** @type {Key} */ (place.split(":")[0]);
}

/**
 * @param {string[]} base
 * @param {string[]} mine
 * @param {string[]} theirs
 * @returns {string[]} in no order: a roster has its own
 */
function together(base, mine, theirs) {
  const kept = theirs.filter((code) => mine.includes(code) || !base.includes(code));
  const added = mine.filter((code) => !base.includes(code));
  return [...new Set([...kept, ...added])];
}

/** An end before the start is on the next day. @param {Typed} typed @returns {Slot | null} */
export function slotOf({ day, from, to }) {
  const starts = instant(day, from);
  const ends = instant(day, to);
  if (!starts || !ends) return null;
  return { starts, ends: ends > starts ? ends : new Date(ends.getTime() + 24 * 3600 * 1000) };
}

/** @param {Typed} typed */
function periodOf({ first, last }) {
  if (!first && !last) return null;
  const [begins, ends] = [yearFirst(first), yearFirst(last)];
  return begins && ends && begins <= ends ? { first: begins, last: ends } : undefined;
}

/** @param {string} text dd/MM/yyyy @returns {string | null} yyyy-MM-dd; null where the calendar lacks it */
function yearFirst(text) {
  const noon = instant(text, "12:00");
  return noon && date(noon).split("/").reverse().join("-");
}

/** @param {string} text yyyy-MM-dd */
function dayFirst(text) {
  return text.split("-").reverse().join("/");
}

/** @param {string} text @returns {number | undefined} 0: no limit */
function minutesOf(text) {
  return /^(\d{1,3}|1[0-3]\d\d|14[0-3]\d|1440)?$/.test(text) ? Number(text) : undefined;
}

/** @param {Person} person @returns {Person | null | undefined} */
function personOf(person) {
  if (person.name) return person;
  return person.position ? undefined : null;
}

/** @param {Item} item */
function isComplete({ title, minutes, speakers }) {
  const named = speakers.every(({ endpoint, speaker }) => endpoint !== "hub" || speaker);
  return title !== "" && Number.isInteger(minutes) && named;
}
