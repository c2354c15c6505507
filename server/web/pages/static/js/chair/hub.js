// The hub's own camera and microphone, sent from this page by choice: a second chair's page must not take over
// by itself.

import { h, icon, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { Capture } from "../live/capture.js";
import { mark } from "../live/keyed.js";
import { Publisher } from "../live/whip.js";
import { briefing } from "./place.js";

export class Hub {
  #sending = false;
  #muted = false;

  constructor() {
    this.capture = new Capture(one("#hub-capture"), () => this.#captured());
    this.publisher = new Publisher({
      url: `/whip/${briefing}`,
      changed: (state) => this.#linked(state),
      outdone: () => this.#giveWay(),
    });
    this.publisher.setFull(true);
    one("#hub-send").addEventListener("click", () => void this.send());
    one("#hub-stop").addEventListener("click", () => this.stop());
    one("#hub-mute").addEventListener("click", () => this.toggleMute());
  }

  /** Whether this page sends the hub's picture and sound. */
  get sending() {
    return this.#sending;
  }

  /** Open the devices and send them as the hub. */
  async send() {
    this.#sending = true;
    this.#drawButtons();
    await this.capture.open();
  }

  /** Stop sending; the camera's light goes out. */
  stop() {
    this.#sending = false;
    this.publisher.stop();
    this.capture.close();
    this.#drawButtons();
    say(one("#hub-state"), t("Not sending from this page."));
  }

  toggleMute() {
    if (!this.#sending) return;
    this.#muted = !this.#muted;
    this.#applyMute();
    this.#drawButtons();
  }

  /** Another page or the room hardware publishes as the hub: give way instead of fighting. */
  #giveWay() {
    if (this.publisher.state === "idle") return; // nothing is sent from here, or will be when the camera is open
    this.stop();
    say(one("#hub-state"), t("The hub is now sent from another device."));
  }

  #captured() {
    if (!this.#sending) return;
    this.#applyMute();
    const { audio, video } = this.capture.opened;
    if (this.capture.ready) this.publisher.send(audio, video);
  }

  #applyMute() {
    const { audio } = this.capture.opened;
    if (audio) audio.enabled = !this.#muted;
  }

  #drawButtons() {
    one("#hub-capture").hidden = !this.#sending;
    one("#hub-send").hidden = this.#sending;
    one("#hub-stop").hidden = !this.#sending;
    const mute = one("#hub-mute");
    mute.hidden = !this.#sending;
    mark(mute, "aria-pressed", String(this.#muted));
    mute.replaceChildren(icon(this.#muted ? "mic-off" : "mic"), h("span", {}, this.#muted ? t("Unmute") : t("Mute")));
  }

  /** @param {import("../live/media_link.js").LinkState} state */
  #linked(state) {
    const words = {
      idle: t("Not sending from this page."),
      connecting: t("Connecting your picture…"),
      connected: t("The hub is being sent from this page."),
      waiting: t("Reconnecting your picture…"),
      refused: t("The server does not take your picture"),
    };
    say(one("#hub-state"), words[state]);
  }
}
