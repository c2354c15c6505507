// Asking somebody to speak: a site or a person in the hub's room, chosen from those checked in or typed; queued or now.

import { Refusal, call } from "../lib/api.js";
import { h, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { isOneWay } from "../live/standing.js";
import { ask, invite } from "./api.js";
import { beforeOthers } from "./before_others.js";
import { base } from "./place.js";

const HUB = "hub";

export class SpeakerDialog {
  #dialog = /** @type {HTMLDialogElement} */ (one("#speaker"));
  #form = /** @type {HTMLFormElement} */ (one("#speaker form"));
  #endpoint = /** @type {HTMLSelectElement} */ (one("#speaker [name=endpoint]"));
  #speaker = /** @type {HTMLInputElement} */ (one("#speaker [name=speaker]"));
  #topic = /** @type {HTMLInputElement} */ (one("#speaker [name=topic]"));
  /** @type {import("../live/types.js").Status | null} */
  #status = null;

  constructor() {
    one("#speaker-add").addEventListener("click", () => this.open(HUB, "queue"));
    one("#speaker-back").addEventListener("click", () => this.#dialog.close());
    this.#endpoint.addEventListener("change", () => void this.#choose());
    this.#form.addEventListener("submit", (event) => (event.preventDefault(), void this.#send(event)));
  }

  /** @param {import("../live/types.js").Status} status */
  draw(status) {
    this.#status = status;
  }

  /**
   * Ask who, and about what.
   *
   * @param {string} endpoint chosen at first
   * @param {"queue" | "now"} first what Enter does
   */
  open(endpoint, first) {
    const sites = this.#status === null || isOneWay(this.#status) ? [] : this.#status.endpoints;
    this.#endpoint.replaceChildren(option(HUB, t("Hub")), ...sites.map((site) => option(site.code, site.name)));
    this.#endpoint.value = endpoint;
    this.#topic.value = "";
    this.#putFirst(first);
    this.#dialog.showModal();
    this.#speaker.focus();
    void this.#choose();
  }

  /**
   * The first button is the one that Enter presses.
   *
   * @param {"queue" | "now"} first
   */
  #putFirst(first) {
    const [queue, now] = [one("#speaker-queue"), one("#speaker-now")];
    queue.className = first === "queue" ? "button button--primary" : "button";
    now.className = first === "now" ? "button button--air" : "button";
    one("#speaker-foot").append(...(first === "now" ? [now, queue] : [queue, now]));
  }

  async #choose() {
    const endpoint = this.#endpoint.value;
    const speakers = endpoint === HUB ? [] : await speakersOf(endpoint);
    if (endpoint !== this.#endpoint.value) return; // another was chosen meanwhile
    one("#speaker-names").replaceChildren(...speakers.map((name) => h("option", { value: name })));
    this.#speaker.required = endpoint === HUB;
    this.#speaker.value = speakers[0] ?? "";
    this.#speaker.select();
    const hint = t("Chosen from those checked in, or typed.");
    say(one("#speaker-hint"), endpoint === HUB ? t("Somebody in the hub's room, by name.") : hint);
  }

  /** @param {SubmitEvent} event */
  async #send(event) {
    const asked = { endpoint: this.#endpoint.value, speaker: this.#speaker.value, topic: this.#topic.value };
    const done = event.submitter?.id === "speaker-now" ? await this.#invite(asked) : await ask(asked);
    if (done) this.#dialog.close();
  }

  /** @param {{endpoint: string, speaker: string, topic: string}} asked */
  async #invite(asked) {
    const name = this.#endpoint.selectedOptions[0]?.label ?? "";
    return this.#status !== null && beforeOthers(this.#status.floor, name, (reason) => invite(asked, reason));
  }
}

/**
 * Who may speak at a site: those it has checked in, its chair first.
 *
 * @param {string} endpoint
 * @returns {Promise<string[]>} nobody while it has not checked in
 */
async function speakersOf(endpoint) {
  try {
    const { data } = await call("GET", `${base}/endpoints/${endpoint}/check-in`);
    return named(data);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [];
  }
}

/**
 * @param {import("../site/draft.js").CheckInEntry} checkIn
 * @returns {string[]}
 */
function named({ local_chair, delegates }) {
  const here = delegates.filter(({ attendance }) => attendance !== "absent");
  return [local_chair, ...here.map(({ name, positions }) => [name, ...positions].join(", "))].filter(Boolean);
}

/**
 * @param {string} value
 * @param {string} name
 */
function option(value, name) {
  return h("option", { value }, name);
}
