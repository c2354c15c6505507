// All endpoints: who is not here, who has not checked in, inviting one that has not asked, recalling one that has spoken.

import { all, one, say, stamp } from "../lib/dom.js";
import { clock as written } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { matches } from "../lib/text.js";
import { drawList, mark } from "../live/keyed.js";
import { conditionOf, wordOf } from "../live/words.js";
import { grant, recall } from "./api.js";
import { SpokenSoFar } from "./spoken.js";

/**
 * @typedef {import("../live/types.js").Status} Status
 * @typedef {import("../live/types.js").EndpointStatus} EndpointStatus
 */

export class Sites {
  /** @type {Status | null} */
  #status = null;
  spoken = new SpokenSoFar(() => this.#draw());

  /** @param {import("./speaker.js").SpeakerDialog} dialog asks whom of a site to invite */
  constructor(dialog) {
    this.dialog = dialog;
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
    const shown = chosen(this.#status.endpoints, value("#sites-filter"), value("#sites-search"), this.spoken.by);
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
    one("[data-invite]", row).addEventListener("click", () => this.#call(code));
    one("[data-recall]", row).addEventListener("click", () => void recall(code));
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
    const spoken = this.spoken.by.get(site.code);
    const time = spoken && t("has spoken {time}", { time: written(spoken.seconds) });
    const words = [wordOf(site, holder), site.check_in ? "" : t("not checked in"), site.late ? t("late") : "", time];
    say(one("[data-word]", row), words.filter(Boolean).join(" · "));
    const callable = site.presence === "present" && this.#status?.floor.turn?.endpoint !== site.code;
    this.#drawButton(one("[data-invite]", row), callable, this.#request(site.code) ? t("Give the floor") : t("Invite"));
    this.#drawButton(one("[data-recall]", row), callable && spoken !== undefined, t("Recall"));
    for (const button of all("button", row)) mark(button, "aria-label", `${button.textContent}: ${site.name}`);
  }

  /**
   * @param {HTMLElement} button
   * @param {boolean} shown
   * @param {string} word
   */
  #drawButton(button, shown, word) {
    button.hidden = !shown;
    say(button, word);
  }

  /** @param {string} code */
  #call(code) {
    const asked = this.#request(code);
    if (asked) void grant(asked);
    else this.dialog.open(code, "now");
  }

  /** @param {string} code */
  #request(code) {
    return this.#status?.floor.queue.find((request) => request.endpoint === code);
  }
}

/**
 * The endpoints to list, in roster order.
 *
 * @param {EndpointStatus[]} endpoints
 * @param {string} filter all, away, unchecked or spoken
 * @param {string} search
 * @param {Map<string, unknown>} [spoken] who has spoken
 * @returns {EndpointStatus[]}
 */
export function chosen(endpoints, filter, search, spoken = new Map()) {
  /** @type {Record<string, (site: EndpointStatus) => boolean>} */
  const filters = {
    away: (site) => site.presence !== "present",
    unchecked: (site) => !site.check_in,
    spoken: (site) => spoken.has(site.code),
  };
  const fits = filters[filter] ?? (() => true);
  return endpoints.filter((site) => fits(site) && matches(`${site.code} ${site.name}`, search));
}

/** @param {string} selector */
function value(selector) {
  return /** @type {HTMLInputElement | HTMLSelectElement} */ (one(selector)).value;
}
