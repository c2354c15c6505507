// Expected delegates: lists of positions, each for a group of endpoints or for all that no other list names.

import { call } from "../lib/api.js";
import { all, h, one, stamp } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";
import { offer } from "../lib/undo.js";

/** @typedef {{positions: string[], endpoints: string[]}} List without endpoints: for all that no other list names */
/** @typedef {List & {group?: string | null}} Default of a group: for who belongs to it when a briefing is written */
/** @typedef {import("./site_groups.js").SiteGroup} SiteGroup */

export class ExpectedDelegates {
  /** What a list can be for now: groups of the chosen roster. @type {SiteGroup[]} */
  #groups = [];

  #roster = "";

  /**
   * @param {HTMLElement} box
   * @param {Record<string, Default[]>} defaults what new briefings begin with, by roster
   * @param {() => void} changed called after every change of the lists themselves; fields speak for themselves
   */
  constructor(box, defaults, changed) {
    this.box = box;
    this.defaults = defaults;
    this.changed = changed;
    box.addEventListener("click", (event) => this.#click(event));
    one("#add-expected").addEventListener("click", () => this.#add());
    one("#keep-expected").addEventListener("click", () => void this.#keep());
  }

  /** What new briefings of a roster begin with. @param {string} roster @returns {List[]} */
  firstOf(roster) {
    return (this.defaults[roster] ?? []).map(({ positions, endpoints }) => ({ positions, endpoints }));
  }

  /** @param {List[]} lists @param {string} roster @param {SiteGroup[]} groups of the roster */
  show(lists, roster, groups) {
    this.#roster = roster;
    this.#groups = groups;
    this.box.replaceChildren(...lists.map((list) => this.#row(list)));
  }

  /** The lists in which something is written. @returns {List[]} */
  get lists() {
    return all("li", this.box)
      .map((row) => ({ positions: linesOf(positions(row).value), endpoints: codesOf(who(row).value) }))
      .filter((list) => list.positions.length > 0);
  }

  /** @param {List} list */
  #row(list) {
    const row = stamp("expected-list");
    const value = list.endpoints.join(" ");
    /** @type {{name: string, endpoints: string[]}[]} */
    const options = [{ name: t("All other endpoints"), endpoints: [] }, ...this.#groups];
    if (!options.some(({ endpoints }) => endpoints.join(" ") === value)) {
      options.push({ name: t("{count} endpoints", { count: list.endpoints.length }), endpoints: list.endpoints });
    }
    who(row).replaceChildren(...options.map(({ name, endpoints }) => h("option", { value: endpoints.join(" ") }, name)));
    who(row).value = value;
    positions(row).value = list.positions.join("\n");
    return row;
  }

  #add() {
    const row = this.#row({ positions: [], endpoints: [] });
    this.box.append(row);
    positions(row).focus();
  }

  /** Let new briefings begin with what is written here. */
  async #keep() {
    const roster = this.#roster;
    const before = this.defaults[roster] ?? [];
    const after = this.lists.map((list) => ({ ...list, group: this.#groupOf(list) }));
    try {
      await this.#put(roster, after);
      offer(t("New briefings of this roster begin with these lists."), () => this.#put(roster, before));
    } catch (error) {
      refused(error);
    }
  }

  /** The group that a list is for. @param {List} list @returns {string | null} */
  #groupOf({ endpoints }) {
    const wanted = endpoints.join(" ");
    return this.#groups.find((group) => wanted !== "" && group.endpoints.join(" ") === wanted)?.id ?? null;
  }

  /** @param {string} roster @param {Default[]} lists */
  async #put(roster, lists) {
    await call("PUT", `/api/v1/rosters/${roster}/expected`, { body: { expected: lists } });
    this.defaults[roster] = lists;
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const row = event.target instanceof Element ? event.target.closest("[data-remove]")?.closest("li") : null;
    if (!row) return;
    row.remove();
    this.changed();
    one("#add-expected").focus();
  }
}

/**
 * What lists say, in words.
 *
 * @param {List[]} lists
 * @returns {string}
 */
export function listsWords(lists) {
  const whose = (/** @type {List} */ { endpoints }) =>
    endpoints.length ? t("{count} endpoints", { count: endpoints.length }) : t("All other endpoints");
  return lists.map((list) => `${whose(list)}: ${list.positions.join(", ")}`).join("; ");
}

/** @param {string} text @returns {string[]} */
function linesOf(text) {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** @param {string} value @returns {string[]} */
function codesOf(value) {
  return value.split(" ").filter(Boolean);
}

/** @param {HTMLElement} row @returns {HTMLSelectElement} */
function who(row) {
  return one("[data-who]", row);
}

/** @param {HTMLElement} row @returns {HTMLTextAreaElement} */
function positions(row) {
  return one("[data-positions]", row);
}
