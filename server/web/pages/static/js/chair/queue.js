// The speaker queue: who waits, since when, in whose order; and what the chair can do about each of them.

import { all, one, say, stamp } from "../lib/dom.js";
import { clock as written } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { drawList, mark } from "../live/keyed.js";
import { isOneWay } from "../live/standing.js";
import { placeName, speechOf } from "../live/words.js";
import { amend, deny, putOnDeck, reorder } from "./api.js";
import { give } from "./before_others.js";
import { drawReadiness, nextOf, readinessOf } from "./readiness.js";
import { askReason } from "./reason.js";

/**
 * @typedef {import("../live/types.js").Floor} Floor
 * @typedef {import("../live/types.js").FloorRequest} FloorRequest
 * @typedef {import("../live/types.js").AgendaItem} AgendaItem
 */

export class Queue {
  /** @type {Floor} */
  #floor = { turn: null, queue: [], on_deck: [], called: [], policy: "asked", muted: false, undo: null, deck: [] };
  /** @type {AgendaItem[]} */
  #items = [];

  /** @param {import("../live/clock.js").ServerClock} clock */
  constructor(clock) {
    this.clock = clock;
  }

  /** @param {import("../live/types.js").Status} status */
  draw(status) {
    const { floor, agenda } = status;
    this.#floor = floor;
    this.#items = agenda.items;
    say(one("#queue-count"), String(floor.queue.length));
    one("#one-way").hidden = !isOneWay(status);
    one("#queue-empty").hidden = isOneWay(status) || floor.queue.length > 0;
    drawList(one("#queue"), floor.queue, {
      key: ({ request }) => String(request),
      create: ({ request }) => this.#row(request),
      update: (row, request, index) => this.#drawRow(row, request, index),
    });
    this.tick();
  }

  /** Move the waiting times; call it every second. */
  tick() {
    all("[data-since]", one("#queue")).forEach((element, index) => {
      const request = this.#floor.queue[index];
      if (request) say(element, t("waits {time}", { time: written(this.clock.since(request.asked_at)) }));
    });
  }

  /** Put the first in the queue on deck, if somebody waits. */
  async prepareFirst() {
    const first = this.#floor.queue[0];
    if (first) await putOnDeck(first);
  }

  /** @param {number} number of the request */
  #row(number) {
    const row = stamp("queue-row");
    /** @type {Record<string, (asked: FloorRequest) => unknown>} */
    const moves = {
      grant: (asked) => give(this.#floor, asked),
      "on-deck": putOnDeck,
      up: () => this.#shift(number, -1),
      down: () => this.#shift(number, 1),
      edit: (asked) => openEdit(row, asked),
      deny: (asked) => this.#deny(asked),
      back: () => closeEdit(row),
      save: (asked) => saveEdit(row, asked),
    };
    const act = (/** @type {string} */ name) => {
      const asked = this.#floor.queue.find(({ request }) => request === number);
      if (asked) void moves[name]?.(asked);
    };
    for (const button of all("[data-do]", row)) button.addEventListener("click", () => act(button.dataset.do ?? ""));
    one("form", row).addEventListener("submit", (event) => (event.preventDefault(), act("save")));
    row.addEventListener("keydown", (event) => press(event, act));
    return row;
  }

  /**
   * @param {HTMLElement} row
   * @param {FloorRequest} request
   * @param {number} index
   */
  #drawRow(row, request, index) {
    const { called } = this.#floor;
    const next = nextOf(this.#floor)?.request === request.request;
    mark(row, "data-next", next ? "yes" : null);
    mark(one('[data-do="grant"]', row), "class", `button button--small${next ? " button--air" : ""}`);
    say(one("[data-place]", row), placeName(request));
    say(one("[data-speech]", row), speechOf(request));
    say(one("[data-more]", row), this.#more(request));
    one("[data-first]", row).hidden = !next;
    const readiness = called.includes(request.request) ? readinessOf(this.#floor, request.endpoint) : undefined;
    one("[data-then]", row).hidden = next || !called.includes(request.request) || readiness?.state === "failing";
    drawReadiness(one("[data-ready]", row), readiness);
    one("[data-registered]", row).hidden = !request.registered;
    one("[data-raised]", row).hidden = request.registered;
    one('[data-do="on-deck"]', row).hidden = called[0] === request.request;
    // Not `disabled`: a button that loses the focus when a row reaches the top strands the keyboard.
    mark(one('[data-do="up"]', row), "aria-disabled", index === 0 ? "true" : null);
    mark(one('[data-do="down"]', row), "aria-disabled", index === this.#floor.queue.length - 1 ? "true" : null);
  }

  /** @param {FloorRequest} request */
  #more({ item, spent, asked_by, placed }) {
    const title = item === null ? undefined : this.#items[item]?.title;
    const words = [
      title === undefined ? "" : t("item {number}", { number: (item ?? 0) + 1 }),
      spent > 0 ? t("has spoken {time}", { time: written(spent) }) : "",
      asked_by ? t("asked for by {name}", { name: asked_by }) : "",
      placed ? t("placed by the chair") : "",
    ];
    return words.filter(Boolean).join(" · ");
  }

  /**
   * Move a request one place; where a rule orders the queue, with a reason for the record.
   *
   * @param {number} number
   * @param {-1 | 1} by
   */
  async #shift(number, by) {
    const order = shifted(this.#numbers(), number, by);
    if (order.join() === this.#numbers().join()) return;
    const reason = this.#floor.policy === "chair" ? "" : await this.#askForOrder(number);
    // The queue may have moved on while the chair was writing: shift what it is now.
    if (reason !== null) await reorder(shifted(this.#numbers(), number, by), reason);
  }

  /** @param {number} number */
  #askForOrder(number) {
    const asked = this.#floor.queue.find(({ request }) => request === number);
    return askReason({
      title: t("Why does {name} change its place?", { name: asked ? placeName(asked) : "" }),
      ready: [t("Same subject together"), t("Has to leave early"), t("Line trouble"), t("Urgent")],
      action: t("Change the order"),
      needed: true,
    });
  }

  /** @param {FloorRequest} asked */
  async #deny(asked) {
    const reason = await askReason({
      title: t("Take {name} out of the queue?", { name: placeName(asked) }),
      ready: [t("No time left"), t("Subject already dealt with"), t("Answered in writing")],
      action: t("Deny"),
    });
    if (reason !== null) await deny(asked, reason);
  }

  #numbers() {
    return this.#floor.queue.map(({ request }) => request);
  }
}

/**
 * Return the order with one request moved by one place; the same order where it cannot move.
 *
 * @param {number[]} order
 * @param {number} number
 * @param {-1 | 1} by
 * @returns {number[]}
 */
export function shifted(order, number, by) {
  const from = order.indexOf(number);
  const to = from + by;
  if (from < 0 || to < 0 || to >= order.length) return order;
  const rest = order.filter((one) => one !== number);
  return [...rest.slice(0, to), number, ...rest.slice(to)];
}

/**
 * Alt and an arrow move a row; Escape leaves its fields.
 *
 * @param {KeyboardEvent} event
 * @param {(name: string) => void} act
 */
function press(event, act) {
  const name = event.altKey ? { ArrowUp: "up", ArrowDown: "down" }[event.key] : { Escape: "back" }[event.key];
  if (name === undefined) return;
  event.preventDefault();
  act(name);
}

/**
 * @param {HTMLElement} row
 * @param {FloorRequest} asked
 */
function openEdit(row, { speaker, topic }) {
  field(row, "speaker").value = speaker;
  field(row, "topic").value = topic;
  mark(row, "data-editing", "yes");
  one("form", row).hidden = false;
  field(row, "speaker").select();
}

/** @param {HTMLElement} row */
function closeEdit(row) {
  if (one("form", row).hidden) return;
  one("form", row).hidden = true;
  mark(row, "data-editing", null);
  one('[data-do="edit"]', row).focus();
}

/**
 * @param {HTMLElement} row
 * @param {FloorRequest} asked
 */
async function saveEdit(row, asked) {
  const words = { speaker: field(row, "speaker").value, topic: field(row, "topic").value };
  if (await amend(asked, words)) closeEdit(row);
}

/**
 * @param {HTMLElement} row
 * @param {string} name
 */
function field(row, name) {
  return /** @type {HTMLInputElement} */ (one(`[name=${name}]`, row));
}
