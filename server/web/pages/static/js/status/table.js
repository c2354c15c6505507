// The list: every measure of every site, worst first unless asked otherwise.

import { all, h, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { drawList, mark } from "../live/keyed.js";
import { conditionOf, wordOf } from "../live/words.js";
import { ago, carried, frames, loss, rate, trip } from "./measures.js";
import { sorted } from "./order.js";

/**
 * @typedef {import("../live/types.js").EndpointStatus} EndpointStatus
 * @typedef {import("./order.js").Key} Key
 */

const CELLS = ["name", "check_in", "bitrate", "loss", "round_trip", "frames", "received", "last_seen"];

export class Table {
  /** @type {Key} */
  #key = "condition";
  #reverse = false;

  /**
   * @param {import("../live/clock.js").ServerClock} clock
   * @param {object} listener
   * @param {(code: string) => void} listener.choose a row was pressed
   * @param {() => void} listener.sorted draw again
   */
  constructor(clock, listener) {
    this.clock = clock;
    this.listener = listener;
    for (const button of all("[data-sort]")) button.addEventListener("click", () => this.#sort(button));
  }

  /**
   * @param {EndpointStatus[]} sites
   * @param {string} holder the code of the site that has the floor
   * @param {string} chosen
   */
  draw(sites, holder, chosen) {
    drawList(one("#rows"), sorted(sites, this.#key, this.#reverse), {
      key: (site) => site.code,
      create: (site) => this.#row(site.code),
      update: (row, site) => {
        mark(row, "aria-selected", site.code === chosen ? "true" : null);
        this.#drawRow(row, site, holder);
      },
    });
  }

  /** @param {string} code */
  #row(code) {
    const name = h("button", { type: "button", class: "list__name", "data-cell": "name" });
    name.addEventListener("click", () => this.listener.choose(code));
    const state = h(
      "td",
      {},
      h(
        "span",
        { class: "list__state" },
        h("span", { class: "shape", "data-shape": "absent" }),
        h("span", { "data-cell": "condition" }),
      ),
    );
    const rest = CELLS.slice(1).map((cell) => h("td", { "data-cell": cell, class: "nowrap" }));
    return h("tr", {}, state, h("th", { scope: "row" }, name), ...rest);
  }

  /**
   * @param {HTMLElement} row
   * @param {EndpointStatus} site
   * @param {string} holder
   */
  #drawRow(row, site, holder) {
    const condition = conditionOf(site, holder);
    const { health } = site;
    mark(row, "data-state", condition);
    mark(one("[data-shape]", row), "data-shape", condition);
    const words = {
      condition: wordOf(site, holder),
      name: site.name,
      check_in: site.check_in ? t("{count} people", { count: site.check_in.headcount }) : t("not checked in"),
      bitrate: rate(health?.bitrate),
      loss: loss(health?.loss),
      round_trip: trip(health?.round_trip),
      frames: frames(health?.frames),
      received: `${rate(health?.received?.bitrate)}${carried(health?.received?.picture)}`,
      last_seen: site.last_seen ? ago(this.clock.since(health?.at ?? site.last_seen)) : "–",
    };
    for (const [cell, word] of Object.entries(words)) say(one(`[data-cell=${cell}]`, row), word);
  }

  /** @param {HTMLElement} button */
  #sort(button) {
    const key = /** @type {Key} */ (button.dataset.sort);
    this.#reverse = key === this.#key && !this.#reverse;
    this.#key = key;
    for (const other of all("[data-sort]")) {
      const order = this.#reverse ? "descending" : "ascending";
      mark(/** @type {HTMLElement} */ (other.closest("th")), "aria-sort", other === button ? order : null);
    }
    this.listener.sorted();
  }
}
