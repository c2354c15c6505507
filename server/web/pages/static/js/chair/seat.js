// The chair's seat: who acts as the chair, whether this page may, and the lease it holds while it does.

import { Refusal, call } from "../lib/api.js";
import { all, h, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refused, toast } from "../lib/toast.js";
import { drawList, mark } from "../live/keyed.js";
import { isRunning } from "../live/phase.js";
import { base, me } from "./place.js";

/** Milliseconds between two signs of life, give or take a tenth: a lease lasts 30 s. */
const HOLD = 10_000;

/**
 * @typedef {import("../live/types.js").Chair} Chair
 * @typedef {"mine" | "free" | "other"} Kind "free": nobody holds the lease; the first move takes it
 */

export class Seat {
  /** @type {Chair} */
  #chair = { actor: null, name: "", since: null, attended: false, deputies: [] };
  #running = false;
  #due = 0;

  listen() {
    one("#seat-take").addEventListener("click", () => void this.take());
    one("#seat-leave").addEventListener("click", () => void this.#call("/chair/leave"));
  }

  /** @param {import("../live/types.js").Status} status */
  draw({ chair, state }) {
    this.#chair = chair;
    this.#running = isRunning(state);
    const kind = kindOf(chair, me);
    one("#seat").hidden = !this.#running;
    mark(one("#seat"), "data-kind", kind);
    say(one("#seat-text"), sentence(chair, kind));
    one("#seat-take").hidden = kind !== "free";
    one("#seat-leave").hidden = kind !== "mine";
    this.#drawDeputies(kind === "mine" ? chair.deputies : []);
    for (const part of all("[data-lead]")) this.#lock(part);
  }

  /** Whether somebody else holds the lease: then this page only watches. */
  get watches() {
    return this.#running && kindOf(this.#chair, me) === "other";
  }

  /**
   * Keep what only the acting chair may do: while somebody else is, the page says so instead.
   *
   * @param {Record<string, () => void>} actions by key
   * @returns {Record<string, () => void>}
   */
  only(actions) {
    const explain = () => toast(sentence(this.#chair, "other"));
    const guarded = Object.entries(actions).map(([key, act]) => [key, () => (this.watches ? explain() : act())]);
    return Object.fromEntries(guarded);
  }

  /**
   * Make sure that this page holds the lease: a move of the chair's takes it where nobody does.
   *
   * @returns {Promise<boolean>} whether it does
   */
  async claim() {
    return !this.#running || kindOf(this.#chair, me) === "mine" || this.take();
  }

  /** Act as the chair from now on. */
  take() {
    return this.#call("/chair/take");
  }

  /**
   * The server was heard. What it says is the beat by which this page says that it is here: the timers of a hidden tab
   * run once a minute only, and a page that hears nothing must not hold the lease.
   */
  heard() {
    const now = Date.now();
    if (!this.#running || now < this.#due) return;
    this.#due = now + HOLD * (0.9 + 0.2 * Math.random());
    call("POST", `${base}/chair/hold`).catch((error) => {
      if (!(error instanceof Refusal)) throw error; // the banner of the lost line says what there is to say
    });
  }

  /** @param {Chair["deputies"]} deputies */
  #drawDeputies(deputies) {
    drawList(one("#seat-deputies"), deputies, {
      key: ({ actor }) => actor,
      create: ({ actor }) => {
        const hand = () => void this.#call("/chair/hand-over", { to: actor });
        return h("button", { class: "button button--small", type: "button", onclick: hand });
      },
      update: (button, { name }) => say(button, t("Hand over to {name}", { name })),
    });
  }

  /** @param {HTMLElement} part */
  #lock(part) {
    /** @type {HTMLFieldSetElement} */ (part).disabled = this.watches;
    mark(part, "title", this.watches ? sentence(this.#chair, "other") : null);
  }

  /**
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<boolean>} whether it was done
   */
  async #call(path, body) {
    try {
      await call("POST", base + path, { body });
      return true;
    } catch (error) {
      refused(error);
      return false;
    }
  }
}

/** The one seat of this desk. */
export const seat = new Seat();

/**
 * Say whose the chair is, as somebody sees it; two pages of one person are one chair.
 *
 * @param {Chair} chair
 * @param {string} actor
 * @returns {Kind}
 */
export function kindOf(chair, actor) {
  if (!chair.attended) return "free";
  return chair.actor === actor ? "mine" : "other";
}

/**
 * @param {Chair} chair
 * @param {Kind} kind
 */
function sentence({ actor, name }, kind) {
  if (kind === "mine") return t("You act as the chair.");
  if (kind === "other")
    return t("{name} acts as the chair. You can take over when the chair is handed to you, or its page is gone.", {
      name,
    });
  return actor === null || actor === me
    ? t("Nobody acts as the chair. Your first move makes you the chair.")
    : t("{name} has made the last move and does not hold the chair. Your first move makes you the chair.", { name });
}
