// All endpoints: who is not here, who has not checked in, and inviting one that has not asked.

import { one, say, stamp } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { matches } from "../lib/text.js";
import { drawList, mark } from "../live/keyed.js";
import { conditionOf, wordOf } from "../live/words.js";
import { grant, invite } from "./api.js";

/**
 * @typedef {import("../live/types.js").Status} Status
 * @typedef {import("../live/types.js").EndpointStatus} EndpointStatus
 */

export class Sites {
  /** @type {Status | null} */
  #status = null;

  constructor() {
    one("#sites-search").addEventListener("input", () => this.#draw());
    one("#sites-filter").addEventListener("change", () => this.#draw());
  }

  /** @param {Status} status */
  draw(status) {
    this.#status = status;
    this.#draw();
  }

  #draw() {
    if (this.#status === null) return;
    const shown = chosen(this.#status.endpoints, value("#sites-filter"), value("#sites-search"));
    one("#sites-empty").hidden = shown.length > 0;
    drawList(one("#sites"), shown, {
      key: (site) => site.code,
      create: (site) => this.#row(site.code),
      update: (row, site) => this.#drawRow(row, site),
    });
  }

  /** @param {string} code */
  #row(code) {
    const row = stamp("site-row");
    one("[data-invite]", row).addEventListener("click", () => void (this.#waits(code) ? grant(code) : invite(code)));
    return row;
  }

  /**
   * @param {HTMLElement} row
   * @param {EndpointStatus} site
   */
  #drawRow(row, site) {
    const holder = this.#status?.floor.turn?.endpoint;
    mark(one("[data-shape]", row), "data-shape", conditionOf(site, holder));
    say(one("[data-place]", row), site.name);
    const words = [wordOf(site, holder), site.check_in ? "" : t("not checked in"), site.late ? t("late") : ""];
    say(one("[data-word]", row), words.filter(Boolean).join(" · "));
    const button = one("[data-invite]", row);
    button.hidden = site.presence !== "present" || this.#status?.floor.turn?.endpoint === site.code;
    say(button, this.#waits(site.code) ? t("Give the floor") : t("Invite"));
    mark(button, "aria-label", `${button.textContent}: ${site.name}`);
  }

  /** @param {string} code */
  #waits(code) {
    return this.#status?.floor.queue.some((request) => request.endpoint === code) ?? false;
  }
}

/**
 * The endpoints to list, in roster order.
 *
 * @param {EndpointStatus[]} endpoints
 * @param {string} filter all, away or unchecked
 * @param {string} search
 * @returns {EndpointStatus[]}
 */
export function chosen(endpoints, filter, search) {
  /** @type {(site: EndpointStatus) => boolean} */
  const fits = (site) => (filter === "away" ? site.presence !== "present" : filter !== "unchecked" || !site.check_in);
  return endpoints.filter((site) => fits(site) && matches(`${site.code} ${site.name}`, search));
}

/** @param {string} selector */
function value(selector) {
  return /** @type {HTMLInputElement | HTMLSelectElement} */ (one(selector)).value;
}
