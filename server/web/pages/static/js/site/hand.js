// Raising the hand: who will speak and about what; then the place in the queue, and withdrawing.

import { call } from "../lib/api.js";
import { h, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";
import { token } from "./identity.js";

/** @typedef {import("../live/standing.js").Standing} Standing */

export class Hand {
  /** @param {import("./identity.js").Identity} identity */
  constructor({ briefing, endpoint }) {
    this.address = `/api/v1/briefings/${briefing}/floor/requests`;
    this.endpoint = endpoint;
    this.form = /** @type {HTMLFormElement} */ (one("#hand"));
    this.form.addEventListener("submit", (event) => (event.preventDefault(), void this.#raise()));
    one("#withdraw").addEventListener("click", () => void this.#withdraw());
  }

  /**
   * Offer the delegates as speakers; anything else may be typed.
   *
   * @param {string[]} speakers
   */
  setSpeakers(speakers) {
    one("#speakers").replaceChildren(...speakers.map((speaker) => h("option", { value: speaker })));
    const field = this.#field("speaker");
    if (field.value === "") field.value = speakers[0] ?? "";
  }

  /** @param {Standing} standing */
  draw(standing) {
    const waiting = standing.kind === "waiting" || standing.kind === "on_deck";
    this.form.hidden = standing.kind !== "idle";
    one("#waiting").hidden = !waiting;
    one("#speaking-now").hidden = standing.kind === "idle" || waiting;
    if (!waiting) return;
    const { place, request } = standing;
    say(one("#waiting-place"), t("Your hand is raised: number {place} in the queue", { place }));
    say(one("#waiting-what"), [request.speaker, request.topic].filter(Boolean).join(" – "));
  }

  async #raise() {
    if (!this.form.reportValidity()) return;
    const body = { speaker: this.#field("speaker").value, topic: this.#field("topic").value };
    try {
      await call("POST", this.address, { body, token });
      this.#field("topic").value = "";
    } catch (error) {
      refused(error);
    }
  }

  async #withdraw() {
    await call("DELETE", `${this.address}/${this.endpoint}`, { token }).catch(refused);
  }

  /** @param {string} name */
  #field(name) {
    return /** @type {HTMLInputElement} */ (one(`[name=${name}]`, this.form));
  }
}
