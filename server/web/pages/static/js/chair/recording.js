// Recording in the chair's hand: begun at once, ended after a question, and marked for everybody.

import { confirm } from "../lib/dialog.js";
import { one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { isRunning } from "../live/phase.js";
import { showRecording } from "../live/recording.js";
import { record } from "./api.js";

/** @typedef {import("../live/types.js").Status} Status */

export class RecordButton {
  #runs = false;
  /** @type {HTMLButtonElement | null} null where this service keeps no recordings */
  #button = document.querySelector("#record");

  constructor() {
    this.#button?.addEventListener("click", () => void this.#press());
  }

  /** @param {Status} status */
  draw({ state, recording }) {
    showRecording(one("#recording"), recording);
    if (this.#button === null) return;
    this.#runs = recording !== null;
    this.#button.hidden = !isRunning(state);
    say(one("#record-text"), this.#runs ? t("End recording") : t("Start recording"));
  }

  async #press() {
    if (!this.#runs) return void (await record(true));
    const sure = await confirm({
      title: t("End recording?"),
      text: t("The meeting goes on, and what is said from now on is not recorded. You can begin again at any time."),
      action: t("End recording"),
      danger: true,
    });
    if (sure) await record(false);
  }
}
