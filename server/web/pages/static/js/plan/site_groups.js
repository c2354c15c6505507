// Groups of endpoints beside the site picker: one press chooses all of a group, another none of it.

import { h, icon } from "../lib/dom.js";
import { partsOf } from "./sites.js";

/** @typedef {{roster: string, id: string | null, name: string, endpoints: string[]}} SiteGroup a region has its name as id */

export class SiteGroups {
  /** @type {SiteGroup[]} */
  #shown = [];

  /**
   * @param {HTMLElement} box where the buttons go
   * @param {SiteGroup[]} groups of all rosters
   * @param {(codes: string[], take: boolean) => void} choose
   */
  constructor(box, groups, choose) {
    this.box = box;
    this.groups = groups;
    this.choose = choose;
    box.addEventListener("click", (event) => this.#click(event));
  }

  /** @param {string} roster @returns {SiteGroup[]} */
  of(roster) {
    return this.groups.filter((group) => group.roster === roster);
  }

  /** @param {string} roster */
  show(roster) {
    this.#shown = this.of(roster);
    this.box.hidden = this.#shown.length === 0;
    this.box.replaceChildren(
      ...this.#shown.map(({ name, endpoints }) => {
        const count = h("span", { class: "muted numbers" }, String(endpoints.length));
        return h("button", { class: "button button--small", type: "button" }, icon("users"), name, count);
      }),
    );
  }

  /** Say of each group whether all, some or none of it are chosen. @param {Set<string>} chosen codes */
  mark(chosen) {
    this.#shown.forEach(({ endpoints }, index) => {
      const count = endpoints.filter((code) => chosen.has(code)).length;
      const pressed = count === endpoints.length ? "true" : count > 0 ? "mixed" : "false";
      this.box.children[index]?.setAttribute("aria-pressed", pressed);
    });
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const group = button && this.#shown[[...this.box.children].indexOf(button)];
    if (group) this.choose(group.endpoints, button.getAttribute("aria-pressed") !== "true");
  }
}

/**
 * The parts of a roster as groups.
 *
 * @param {string} roster
 * @param {import("./sites.js").Unit[]} units
 * @returns {SiteGroup[]}
 */
export function regionsOf(roster, units) {
  return [...partsOf(units)].map(([name, within]) => {
    const id = within[0]?.parent ? null : name;
    return { roster, id, name, endpoints: within.map(({ code }) => code) };
  });
}
