// The speaker queue: who waits, since when; and what the chair can do about each of them.

import { confirm } from "../lib/dialog.js";
import { all, h, one, say, stamp } from "../lib/dom.js";
import { clock as written } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { drawList, mark } from "../live/keyed.js";
import { deny, grant, putOnDeck, reorder } from "./api.js";
import { drawReadiness, readinessOf } from "./readiness.js";

/**
 * @typedef {import("../live/types.js").Floor} Floor
 * @typedef {import("../live/types.js").FloorRequest} FloorRequest
 */

export class Queue {
  /** @type {Floor} */
  #floor = { turn: null, queue: [], on_deck: [], policy: "asked", muted: false, undo: null, deck: [] };

  /** @param {import("../live/clock.js").ServerClock} clock */
  constructor(clock) {
    this.clock = clock;
  }

  /** @param {Floor} floor */
  draw(floor) {
    this.#floor = floor;
    say(one("#queue-count"), String(floor.queue.length));
    one("#queue-empty").hidden = floor.queue.length > 0;
    drawList(one("#queue"), floor.queue, {
      key: (request) => request.endpoint,
      create: (request) => this.#row(request.endpoint),
      update: (row, request, index) => this.#drawRow(row, request, index),
    });
    this.tick();
  }

  /** Move the waiting times; call it every second. */
  tick() {
    all("[data-since]", one("#queue")).forEach((element, index) => {
      const request = this.#floor.queue[index];
      if (request) say(element, written(this.clock.since(request.asked_at)));
    });
  }

  /** Put the first in the queue on deck, if somebody waits. */
  async prepareFirst() {
    const first = this.#floor.queue[0];
    if (first) await putOnDeck(first.endpoint);
  }

  /** @param {string} endpoint */
  #row(endpoint) {
    const row = stamp("queue-row");
    /** @type {Record<string, () => unknown>} */
    const moves = {
      grant: () => grant(endpoint),
      "on-deck": () => putOnDeck(endpoint),
      up: () => this.#shift(endpoint, -1),
      down: () => this.#shift(endpoint, 1),
      deny: () => this.#deny(endpoint),
    };
    for (const [name, act] of Object.entries(moves))
      one(`[data-do="${name}"]`, row).addEventListener("click", () => void act());
    return row;
  }

  /**
   * @param {HTMLElement} row
   * @param {FloorRequest} request
   * @param {number} index
   */
  #drawRow(row, request, index) {
    const next = this.#floor.on_deck.includes(request.endpoint);
    say(one("[data-place]", row), request.name);
    say(one("[data-speaker]", row), request.speaker);
    say(one("[data-topic]", row), request.topic);
    one("[data-next]", row).hidden = !next;
    drawReadiness(one("[data-ready]", row), readinessOf(this.#floor, request.endpoint));
    one('[data-do="on-deck"]', row).hidden = next;
    mark(row, "data-on-deck", next ? "yes" : null);
    // Not `disabled`: a button that loses the focus when a row reaches the top strands the keyboard.
    mark(one('[data-do="up"]', row), "aria-disabled", index === 0 ? "true" : null);
    mark(one('[data-do="down"]', row), "aria-disabled", index === this.#floor.queue.length - 1 ? "true" : null);
  }

  /**
   * Move a site one place, with a reason for the record.
   *
   * @param {string} endpoint
   * @param {-1 | 1} by
   */
  async #shift(endpoint, by) {
    const order = shifted(this.#codes(), endpoint, by);
    if (order.join() === this.#codes().join()) return;
    const reason = await this.#ask(this.#nameOf(endpoint));
    // The queue may have moved on while the chair was writing: shift what it is now.
    if (reason !== null) await reorder(shifted(this.#codes(), endpoint, by), reason);
  }

  /** @param {string} name */
  async #ask(name) {
    const field = h("input", {
      class: "input",
      required: true,
      maxlength: 300,
      autocomplete: "off",
      "aria-label": t("Reason"),
    });
    const sure = await confirm({
      title: t("Why does {name} change its place?", { name }),
      text: t("The reason goes into the record."),
      action: t("Change the order"),
      content: field,
    });
    return sure && field.value.trim() !== "" ? field.value.trim() : null;
  }

  /** @param {string} endpoint */
  async #deny(endpoint) {
    const name = this.#nameOf(endpoint);
    if (await confirm({ title: t("Take {name} out of the queue?", { name }), action: t("Deny"), danger: true }))
      await deny(endpoint);
  }

  #codes() {
    return this.#floor.queue.map((request) => request.endpoint);
  }

  /** @param {string} endpoint */
  #nameOf(endpoint) {
    return this.#floor.queue.find((request) => request.endpoint === endpoint)?.name ?? endpoint;
  }
}

/**
 * Return the order with one site moved by one place; the same order where it cannot move.
 *
 * @param {string[]} order
 * @param {string} endpoint
 * @param {-1 | 1} by
 * @returns {string[]}
 */
export function shifted(order, endpoint, by) {
  const from = order.indexOf(endpoint);
  const to = from + by;
  if (from < 0 || to < 0 || to >= order.length) return order;
  const rest = order.filter((code) => code !== endpoint);
  return [...rest.slice(0, to), endpoint, ...rest.slice(to)];
}
