// Asking to speak: who and about what; then every request of this site with its place, to be changed or withdrawn.

import { call } from "../lib/api.js";
import { all, h, one, say, stamp } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";
import { drawList } from "../live/keyed.js";
import { isOneWay } from "../live/standing.js";
import { speechOf } from "../live/words.js";
import { token } from "./identity.js";

/**
 * @typedef {import("../live/standing.js").Standing} Standing
 * @typedef {import("../live/types.js").FloorRequest} FloorRequest
 * @typedef {{place: number, request: FloorRequest}} Placed `place` counts from 1
 */

export class Hand {
  /** The site's requests as they stand. @type {FloorRequest[]} */
  #mine = [];

  /** @param {import("./identity.js").Identity} identity */
  constructor({ briefing, endpoint }) {
    this.address = `/api/v1/briefings/${briefing}/floor/requests`;
    this.endpoint = endpoint;
    this.form = /** @type {HTMLFormElement} */ (one("#hand"));
    this.form.addEventListener("submit", (event) => (event.preventDefault(), void this.#raise()));
  }

  /**
   * Offer the delegates as speakers; anything else may be typed.
   *
   * @param {string[]} speakers
   */
  setSpeakers(speakers) {
    one("#speakers").replaceChildren(...speakers.map((speaker) => h("option", { value: speaker })));
    const speaker = field(this.form, "speaker");
    if (speaker.value === "") speaker.value = speakers[0] ?? "";
  }

  /**
   * @param {import("../live/types.js").Status} status
   * @param {Standing} standing
   */
  draw(status, standing) {
    const { queue } = status.floor;
    const mine = placesOf(queue, this.endpoint);
    this.#mine = mine.map(({ request }) => request);
    const speaking = "turn" in standing;
    one("#one-way").hidden = !isOneWay(status);
    this.form.hidden = isOneWay(status) || speaking || this.#mine.some(({ registered }) => !registered);
    one("#waiting").hidden = mine.length === 0;
    one("#speaking-now").hidden = !speaking;
    drawList(one("#waiting"), mine, {
      key: ({ request }) => String(request.request),
      create: ({ request }) => this.#row(request.request),
      update: drawRow,
    });
  }

  /** @param {number} number of the request */
  #row(number) {
    const row = stamp("own-request");
    const form = /** @type {HTMLFormElement} */ (one("form", row));
    one("[data-do=withdraw]", row).addEventListener("click", () => void this.#withdraw(number));
    one("[data-do=edit]", row).addEventListener("click", () => this.#edit(row, number));
    one("[data-do=back]", row).addEventListener("click", () => close(row));
    form.addEventListener("keydown", (event) => event.key === "Escape" && close(row));
    form.addEventListener("submit", (event) => (event.preventDefault(), void this.#amend(row, number)));
    return row;
  }

  /**
   * @param {HTMLElement} row
   * @param {number} number
   */
  #edit(row, number) {
    const request = this.#mine.find((one) => one.request === number);
    const form = /** @type {HTMLFormElement} */ (one("form", row));
    field(form, "speaker").value = request?.speaker ?? "";
    field(form, "topic").value = request?.topic ?? "";
    show(row, true);
    field(form, "speaker").select();
  }

  /**
   * @param {HTMLElement} row
   * @param {number} number
   */
  async #amend(row, number) {
    const form = /** @type {HTMLFormElement} */ (one("form", row));
    const body = { ...wordsIn(form), request: number };
    if (await this.#call("PATCH", `/${this.endpoint}`, body)) close(row);
  }

  async #raise() {
    if (!this.form.reportValidity()) return;
    if (await this.#call("POST", "", wordsIn(this.form))) field(this.form, "topic").value = "";
  }

  /** @param {number} number */
  async #withdraw(number) {
    await this.#call("DELETE", `/${this.endpoint}?request=${number}`);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<boolean>} whether it was done
   */
  async #call(method, path, body) {
    try {
      await call(method, this.address + path, { body, token });
      return true;
    } catch (error) {
      refused(error);
      return false;
    }
  }
}

/**
 * Find the requests of one site, with their places.
 *
 * @param {FloorRequest[]} queue
 * @param {string} endpoint
 * @returns {Placed[]}
 */
export function placesOf(queue, endpoint) {
  const placed = queue.map((request, index) => ({ place: index + 1, request }));
  return placed.filter(({ request }) => request.endpoint === endpoint);
}

/**
 * @param {HTMLElement} row
 * @param {Placed} placed
 */
function drawRow(row, { place, request }) {
  const { registered, asked_by } = request;
  say(one("[data-place]", row), sentence(registered, place));
  say(one("[data-what]", row), speechOf(request));
  say(one("[data-by]", row), asked_by ? t("Asked for you by {name}", { name: asked_by }) : "");
}

/**
 * @param {boolean} registered
 * @param {number} place
 */
function sentence(registered, place) {
  return registered
    ? t("Registered to speak: number {place} in the queue", { place })
    : t("Your hand is raised: number {place} in the queue", { place });
}

/** @param {HTMLElement} row */
function close(row) {
  show(row, false);
  one("[data-do=edit]", row).focus();
}

/**
 * @param {HTMLElement} row
 * @param {boolean} editing
 */
function show(row, editing) {
  one("form", row).hidden = !editing;
  for (const part of all("[data-shown]", row)) part.hidden = editing;
}

/** @param {HTMLFormElement} form */
function wordsIn(form) {
  return { speaker: field(form, "speaker").value, topic: field(form, "topic").value };
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function field(form, name) {
  return /** @type {HTMLInputElement} */ (one(`[name=${name}]`, form));
}
