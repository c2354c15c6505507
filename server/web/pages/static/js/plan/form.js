// The form of a plan: reads what is typed, shows a plan key by key, and says what follows from it and what is wrong.

import { call } from "../lib/api.js";
import { all, embedded, one, say } from "../lib/dom.js";
import { date, dateTime, time, weekday } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { lines } from "../lib/text.js";
import { refused } from "../lib/toast.js";
import { AgendaEditor } from "./agenda.js";
import { ExpectedDelegates } from "./expected.js";
import { People } from "./people.js";
import { regionsOf, SiteGroups } from "./site_groups.js";
import { SitePicker } from "./sites.js";
import { bodyOf, KEYS, slotOf } from "./typed.js";
import { sayWork } from "./work.js";

/**
 * @typedef {import("./typed.js").Typed} Typed
 * @typedef {import("./typed.js").Key} Key
 * @typedef {import("./sites.js").Unit} Unit
 * @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control
 */

/** The keys that are one control each, and need no more than its value. @type {Key[]} */
const PLAIN = [
  "title",
  "kind",
  "number",
  "day",
  "from",
  "to",
  "first",
  "last",
  "turn_minutes",
  "queue_policy",
  "classification",
  "place",
  "dress",
  "notes",
];

const FIRST_ROSTER = "63";
const FIRST_MINUTES = "7"; // for each speaker

/** @typedef {{name: string, title: string, from: string | null, to: string | null, line: string[]}} Offer a roster: days as yyyy-MM-dd */

export class PlanForm {
  /** The rosters that can be chosen. @type {Offer[]} */
  offers = embedded("roster-offers");
  /** The roster whose units are shown. */
  #shown = "";

  /**
   * @param {Record<string, Unit[]>} rosters
   * @param {import("./site_groups.js").SiteGroup[]} groups of all rosters
   * @param {Record<string, import("./expected.js").Default[]>} defaults what delegates a roster's new briefings expect
   * @param {() => void} changed called after every change by the reader
   */
  constructor(rosters, groups, defaults, changed) {
    this.rosters = rosters;
    this.element = /** @type {HTMLFormElement} */ (one("#editor"));
    this.roster = /** @type {HTMLSelectElement} */ (one("#roster"));
    const touched = () => (this.reckon(), changed());
    this.groups = new SiteGroups(one("#site-groups"), groups, (codes, take) => this.sites.chooseCodes(codes, take));
    this.sites = new SitePicker(one("#sites"), touched, () => this.groups.mark(this.sites.chosen));
    this.agenda = new AgendaEditor(one("#agenda"), touched);
    this.presiding = new People(one("#presiding"), { template: "official", add: one("#add-official") }, touched);
    this.technicians = new People(one("#technicians"), { template: "technician", add: one("#add-technician") }, touched);
    this.expected = new ExpectedDelegates(one("#expected"), defaults, touched);
    this.element.addEventListener("input", (event) => event.target !== this.roster && touched());
    this.roster.addEventListener("change", () => void this.#exchange(touched));
    for (const button of all("[data-pick]")) listenPick(button, touched);
  }

  /** @returns {Unit[]} of the chosen roster */
  get units() {
    return this.rosters[this.roster.value] ?? [];
  }

  /** What the form holds now. @returns {Typed} */
  get typed() {
    const values = PLAIN.map((key) => [key, key === "notes" ? lines(control(key).value) : control(key).value.trim()]);
    return /** @type {Typed} */ ({
      ...Object.fromEntries(values),
      endpoints: this.sites.codes,
      agenda: this.agenda.items,
      presiding: this.presiding.people,
      moderator: person("moderator"),
      secretary: person("secretary"),
      technicians: this.technicians.people,
      expected: this.expected.lists,
    });
  }

  /** What a form that nobody has filled in holds. @returns {Typed} */
  get blank() {
    const nobody = { name: "", position: "" };
    /** @type {any} */
    const empty = Object.fromEntries(PLAIN.map((key) => [key, ""]));
    const chosen = { kind: "regular", queue_policy: "asked", classification: "none", turn_minutes: FIRST_MINUTES };
    const lists = { endpoints: this.units.map(({ code }) => code), agenda: [], presiding: [], technicians: [] };
    const expected = this.expected.firstOf(this.roster.value);
    const day = this.element.dataset.day ?? ""; // chosen on the month or the year
    return { ...empty, day, ...chosen, ...lists, expected, moderator: nobody, secretary: { ...nobody } };
  }

  /** @param {string} roster */
  choose(roster) {
    this.roster.value = roster || FIRST_ROSTER;
  }

  /**
   * Show a plan, or only some keys of it.
   *
   * @param {Typed} typed
   * @param {Key[]} [keys]
   */
  show(typed, keys = KEYS) {
    for (const key of keys) this.#write(key, typed);
    this.#unfold();
    this.reckon();
  }

  /** Open what is folded away and says something. */
  #unfold() {
    const says = (/** @type {Control} */ { type, value }) => type !== "radio" && value !== "" && value !== "none";
    /** @type {HTMLDetailsElement[]} */
    const boxes = all("details", this.element);
    for (const box of boxes) box.open ||= /** @type {Control[]} */ (all("input, select, textarea", box)).some(says);
  }

  /** @param {Key} key @param {Typed} typed */
  #write(key, typed) {
    if (key === "endpoints") this.#showSites(typed.endpoints);
    else if (key === "agenda") this.agenda.show(typed.agenda, this.units);
    else if (key === "presiding") this.presiding.show(typed.presiding);
    else if (key === "technicians") this.technicians.show(typed.technicians);
    else if (key === "expected") this.#showExpected(typed.expected);
    else if (key === "moderator" || key === "secretary") showPerson(key, typed[key]);
    else control(key).value = String(typed[key]);
  }

  /** Have the units of a roster at hand: those of the house's are asked for. @param {string} roster */
  async load(roster) {
    if (roster in this.rosters) return;
    const { data } = await call("GET", `/api/v1/endpoints?roster=${encodeURIComponent(roster)}`);
    this.rosters[roster] = data.endpoints.map(unitOf);
  }

  /**
   * Another roster: everybody of it takes part, and nobody of the other one is on the agenda.
   * @param {() => void} touched
   */
  async #exchange(touched) {
    try {
      await this.load(this.roster.value);
    } catch (error) {
      this.roster.value = this.#shown;
      return refused(error);
    }
    const items = this.agenda.items.map((item) => ({ ...item, endpoint: null, speakers: [] }));
    this.#showSites(this.units.map(({ code }) => code));
    this.agenda.show(items, this.units);
    this.#showExpected(this.expected.firstOf(this.roster.value));
    this.#unfold();
    touched();
  }

  /** @param {import("./expected.js").List[]} lists */
  #showExpected(lists) {
    const roster = this.roster.value;
    this.expected.show(lists, roster, [...this.groups.of(roster), ...regionsOf(roster, this.units)]);
  }

  /** @param {string[]} chosen codes */
  #showSites(chosen) {
    this.#shown = this.roster.value;
    this.groups.show(this.roster.value);
    this.sites.show(this.units, chosen);
  }

  /** Show what follows: the weekday and length, the agenda's minutes against the slot, and that nobody answers. */
  reckon() {
    const typed = this.typed;
    const slot = slotOf(typed);
    const length = slot ? (slot.ends.getTime() - slot.starts.getTime()) / 60000 : 0;
    sayWork(typed.day);
    say(one("#when"), slot ? whenOf(slot, length) : t("Day as 22/11/2026, times as 08:00."));
    const minutes = typed.agenda.reduce((sum, item) => sum + (item.minutes || 0), 0);
    const over = slot !== null && minutes > length;
    say(one("#total"), typed.agenda.length ? totalOf(minutes, slot ? length : null) : "");
    one("#total").classList.toggle("editor__over", over);
    one("#gauge").style.width = `${length ? Math.min(100, (minutes / length) * 100) : 0}%`;
    one("#gauge").classList.toggle("editor__gauge--over", over);
    this.#hint(slot);
    one("#kind-hint").hidden = typed.kind !== "quick_notification";
    this.element.dataset.kind = this.agenda.kind = typed.kind;
  }

  /** Say which roster is valid on the day of the briefing, where it is not the chosen one. @param {import("./typed.js").Slot | null} slot */
  #hint(slot) {
    const day = slot && date(slot.starts).split("/").reverse().join("-");
    const chosen = this.offers.find(({ name }) => name === this.roster.value);
    const instead = day && chosen && !validOn(chosen, day) && this.offers.find((one) => chosen.line.includes(one.name) && validOn(one, day));
    const text = instead ? t("This roster is not valid on that day. Valid then: {roster}.", { roster: instead.title }) : "";
    say(one("#roster-hint .banner__text"), text);
    one("#roster-hint").hidden = text === "";
  }

  /**
   * Mark everything that cannot be saved, and bring the cursor to the first.
   *
   * @returns {boolean} whether all of it can
   */
  check() {
    const typed = this.typed;
    const { unread } = bodyOf(typed, KEYS);
    const wrong = (/** @type {Key[]} */ ...keys) => keys.some((key) => unread.includes(key));
    explain("title", wrong("title"), t("Give it a title."), ["title"]);
    explain("times", wrong("day"), t("Write the day as 22/11/2026 and both times as 08:00."), ["day", "from", "to"]);
    explain("period", wrong("first"), t("Write both days as 22/11/2026, the first one first; or neither."), ["first", "last"]);
    explain("sites", wrong("endpoints"), t("Choose at least one endpoint."), []);
    mark("turn_minutes", wrong("turn_minutes"));
    const people = [this.presiding.check(["name"]), ...nameless(typed), this.technicians.check(["name", "contact"])];
    const fields = [
      wrong("title") && control("title"),
      wrong("day") && control("day"),
      wrong("first") && control("first"),
      this.agenda.check(),
      wrong("turn_minutes") && control("turn_minutes"),
      wrong("endpoints") && one("#site-search"),
      ...people,
    ];
    const first = fields.find((field) => field instanceof HTMLElement);
    if (!(first instanceof HTMLElement)) return true;
    const folded = first.closest("details");
    if (folded) folded.open = true;
    first.focus();
    return false;
  }
}

/** @param {import("./typed.js").Slot} slot @param {number} minutes */
function whenOf({ starts, ends }, minutes) {
  const start = `${weekday(starts)} ${dateTime(starts)}`;
  const end = date(starts) === date(ends) ? time(ends) : `${weekday(ends)} ${dateTime(ends)}`;
  return t("{start} to {end}: {minutes} minutes", { start, end, minutes });
}

/** @param {number} minutes @param {number | null} length @returns {string} */
function totalOf(minutes, length) {
  if (length === null) return t("{count} minutes", { count: minutes });
  if (minutes > length) return t("{planned} of {slot} minutes: {over} too many", { planned: minutes, slot: length, over: minutes - length });
  return t("{planned} of {slot} minutes", { planned: minutes, slot: length });
}

/** @param {Key} key @returns {Control} */
function control(key) {
  return one(`#${key.replace("_", "-")}`);
}

/** @param {Key} key @param {boolean} wrong */
function mark(key, wrong) {
  control(key).setAttribute("aria-invalid", String(wrong));
}

/**
 * @param {string} name
 * @param {boolean} wrong
 * @param {string} text
 * @param {Key[]} keys
 */
function explain(name, wrong, text, keys) {
  const error = one(`#${name}-error`);
  say(error, wrong ? text : "");
  error.hidden = !wrong;
  for (const key of keys) mark(key, wrong);
}

/** @param {"moderator" | "secretary"} key @returns {import("./typed.js").Person} */
function person(key) {
  const [name, position] = partsOf(key);
  return { name: name.value.trim(), position: position.value.trim() };
}

/** @param {"moderator" | "secretary"} key @param {import("./typed.js").Person} shown */
function showPerson(key, shown) {
  const [name, position] = partsOf(key);
  name.value = shown.name;
  position.value = shown.position;
}

/** @param {"moderator" | "secretary"} key @returns {[HTMLInputElement, HTMLInputElement]} */
function partsOf(key) {
  return [one(`#${key}-name`), one(`#${key}-position`)];
}

/** Mark a position without a name. @param {Typed} typed @returns {(HTMLElement | null)[]} */
function nameless(typed) {
  return (/** @type {("moderator" | "secretary")[]} */ (["moderator", "secretary"])).map((key) => {
    const [name] = partsOf(key);
    const wrong = typed[key].name === "" && typed[key].position !== "";
    name.setAttribute("aria-invalid", String(wrong));
    return wrong ? name : null;
  });
}

/**
 * A button that opens the browser's calendar, which lies unseen beside the field for typing.
 *
 * @param {HTMLElement} button
 * @param {() => void} changed
 */
function listenPick(button, changed) {
  const field = /** @type {HTMLInputElement} */ (one(`#${button.dataset.pick}`));
  const native = /** @type {HTMLInputElement} */ (one("input[type=date]", /** @type {HTMLElement} */ (button.parentElement)));
  button.addEventListener("click", () => native.showPicker());
  native.addEventListener("change", () => {
    if (native.value) field.value = native.value.split("-").reverse().join("/");
    changed();
  });
}

/** @param {Offer} offer @param {string} day yyyy-MM-dd */
function validOn({ from, to }, day) {
  return (from ?? day) <= day && day <= (to ?? day);
}

/** @param {{code: string, name: string, region: string, former: string[], parent: string | null}} found @returns {Unit} */
function unitOf({ code, name, region, former, parent }) {
  return { code, name, region, also: former.join(", "), parent: parent ?? "" };
}
