// All endpoints, and who has spoken in the hub's room: who is not here, who has not checked in, inviting one that has not
// asked, recalling one that has spoken.

import { all, one, say, stamp } from "../lib/dom.js";
import { clock as written } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { matches } from "../lib/text.js";
import { drawList, mark } from "../live/keyed.js";
import { isOneWay } from "../live/standing.js";
import { conditionOf, isHub, wordOf } from "../live/words.js";
import { recall } from "./api.js";
import { beforeOthers, give } from "./before_others.js";
import { SpokenSoFar, keyOf } from "./spoken.js";

/**
 * @typedef {import("../live/types.js").Status} Status
 * @typedef {import("../live/types.js").EndpointStatus} EndpointStatus
 * @typedef {import("./spoken.js").Spoken} Spoken
 *
 * @typedef {object} Listed
 * @property {string} code an endpoint's, or "hub" for a person in its room
 * @property {string} name
 * @property {string} speaker the person in the hub's room; "" for an endpoint
 * @property {EndpointStatus | null} site null for a person in the hub's room
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
    const [filter, search] = [value("#sites-filter"), value("#sites-search")];
    const sites = chosen(this.#status.endpoints, filter, search, this.spoken.by).map(listed);
    const shown = [...peopleOf(this.spoken.by, filter, search), ...sites];
    one("#sites-empty").hidden = shown.length > 0;
    drawList(one("#sites"), shown, {
      key: (item) => keyOf({ endpoint: item.code, speaker: item.speaker }),
      create: (item) => this.#row(item),
      update: (row, item) => this.#drawRow(row, item),
    });
  }

  /** @param {Listed} item */
  #row(item) {
    const row = stamp("site-row");
    one("[data-invite]", row).addEventListener("click", () => void this.#invite(item.code));
    one("[data-recall]", row).addEventListener("click", () => void this.#recall(item));
    return row;
  }

  /**
   * @param {HTMLElement} row
   * @param {Listed} item
   */
  #drawRow(row, item) {
    const { code, name, speaker, site } = item;
    const turn = this.#status?.floor.turn;
    const speaks = turn?.endpoint === code && (site !== null || turn.speaker === speaker);
    mark(one("[data-shape]", row), "data-shape", site ? conditionOf(site, turn?.endpoint) : speaks ? "air" : "good");
    say(one("[data-place]", row), name);
    const spoken = this.spoken.by.get(keyOf({ endpoint: code, speaker }));
    const time = spoken && t("has spoken {time}", { time: written(spoken.seconds) });
    const words = site ? wordsOf(site, turn?.endpoint) : [t("Hub")];
    say(one("[data-word]", row), [...words, time].filter(Boolean).join(" · "));
    const listens = site !== null && this.#status !== null && isOneWay(this.#status);
    const callable = !speaks && !listens && (site === null || site.presence === "present");
    const word = this.#request(code) ? t("Give the floor") : t("Invite");
    this.#drawButton(one("[data-invite]", row), callable && site !== null, word);
    this.#drawButton(one("[data-recall]", row), callable && spoken !== undefined, t("Recall"));
    for (const button of all("button", row)) mark(button, "aria-label", `${button.textContent}: ${name}`);
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
  async #invite(code) {
    const asked = this.#request(code);
    if (this.#status !== null && asked) await give(this.#status.floor, asked);
    else this.dialog.open(code, "now");
  }

  /** @param {Listed} item */
  async #recall({ code, name, speaker }) {
    if (this.#status === null) return;
    const who = isHub(code) ? { endpoint: code, speaker } : { endpoint: code };
    await beforeOthers(this.#status.floor, name, (reason) => recall(who, reason));
  }

  /** @param {string} code */
  #request(code) {
    return this.#status?.floor.queue.find((request) => request.endpoint === code);
  }
}

/**
 * @param {EndpointStatus} site
 * @returns {Listed}
 */
function listed(site) {
  return { code: site.code, name: site.name, speaker: "", site };
}

/**
 * @param {EndpointStatus} site
 * @param {string} [holder]
 */
function wordsOf(site, holder) {
  return [wordOf(site, holder), site.check_in ? "" : t("not checked in"), site.late ? t("late") : ""];
}

/**
 * Who has spoken in the hub's room, in the order in which they did.
 *
 * @param {Map<string, Spoken>} spoken
 * @param {string} filter away and unchecked are about endpoints
 * @param {string} search
 * @returns {Listed[]}
 */
export function peopleOf(spoken, filter, search) {
  if (!["all", "spoken"].includes(filter)) return [];
  return [...spoken.values()]
    .filter(({ endpoint, speaker }) => isHub(endpoint) && matches(`${t("Hub")} ${speaker}`, search))
    .map(({ endpoint, speaker }) => ({ code: endpoint, name: speaker, speaker, site: null }));
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
