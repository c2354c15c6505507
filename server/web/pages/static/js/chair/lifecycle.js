// Opening, starting and ending: the end is asked twice, and can be taken back for five seconds.

import { confirm } from "../lib/dialog.js";
import { all, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { advance } from "./api.js";
import { seat } from "./seat.js";

const SECONDS_TO_UNDO = 5;

/** @typedef {import("../live/types.js").Phase} Phase */

/** Which moves a phase offers. @type {Record<Phase, string[]>} */
const OFFERED = {
  draft: [],
  scheduled: ["open", "rehearsals/begin"],
  rehearsal: ["rehearsals/end", "open"],
  open: ["start", "close"],
  live: ["close"],
  closed: [],
  cancelled: [],
};

export class Lifecycle {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #countdown;

  constructor() {
    for (const button of all("[data-move]"))
      button.addEventListener("click", () => void this.#press(stepOf(button)));
    one("#closing-undo").addEventListener("click", () => this.#stopCountdown());
  }

  /** @param {Phase} phase */
  draw(phase) {
    for (const button of all("[data-move]")) button.hidden = !OFFERED[phase].includes(button.dataset.move ?? "");
    if (!OFFERED[phase].includes("close") || seat.watches) this.#stopCountdown();
  }

  /** @param {import("./api.js").Step} step */
  async #press(step) {
    if (step !== "close") return void (await advance(step));
    const sure = await confirm({
      title: t("End the briefing for everybody?"),
      text: t("The present turn ends and all endpoints are disconnected. The record stays."),
      action: t("End the briefing"),
      danger: true,
    });
    if (sure) this.#startCountdown();
  }

  #startCountdown() {
    this.#stopCountdown();
    let left = SECONDS_TO_UNDO;
    const tick = () => {
      say(one("#closing-text"), t("The briefing ends in {seconds} s.", { seconds: left }));
      if (left === 0) void this.#close();
      left -= 1;
    };
    one("#closing").hidden = false;
    this.#countdown = setInterval(tick, 1000);
    tick();
    one("#closing-undo").focus();
  }

  async #close() {
    this.#stopCountdown();
    await advance("close");
  }

  #stopCountdown() {
    clearInterval(this.#countdown);
    one("#closing").hidden = true;
  }
}

/** @param {HTMLElement} button */
function stepOf(button) {
  return /** @type {import("./api.js").Step} */ (button.dataset.move);
}
