// The card of whoever may present: what to press, what is being shown, and what went wrong, in words.

import { announce, h, icon, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { mark } from "./keyed.js";
import { Screen, canCapture } from "./screen.js";

/**
 * @typedef {import("./types.js").Content} Content
 * @typedef {import("./screen.js").ScreenTrouble} ScreenTrouble
 *
 * @typedef {object} PresentingOptions
 * @property {string} me the source this page presents as: a code, or "hub"
 * @property {string} url where content is published
 * @property {string} [token]
 * @property {() => void} stop gives the content slot back
 */

export class Presenting {
  /** @type {Content | null} */
  #content = null;
  #trouble = atFirst();

  /** @param {PresentingOptions} options */
  constructor({ me, url, token, stop }) {
    this.me = me;
    this.screen = new Screen({ url, token, changed: (trouble) => this.#captured(trouble) });
    this.giveBack = stop;
    one("#present-choose").addEventListener("click", () => void this.screen.choose());
    one("#present-stop").addEventListener("click", () => stop());
  }

  /**
   * Follow who has the content slot.
   *
   * @param {Content | null} content
   */
  draw(content) {
    const mine = content?.presenter === this.me;
    const was = this.#content?.presenter === this.me;
    this.#content = content;
    this.screen.follow(mine);
    if (was && !mine) announce(t("You no longer present."));
    if (!mine) this.#trouble = atFirst();
    this.#draw();
  }

  /** Let go of everything: the page is done. */
  leave() {
    this.draw(null);
    this.screen.stop();
  }

  /** @param {ScreenTrouble | null} trouble */
  #captured(trouble) {
    this.#trouble = trouble;
    // What its owner ended is over for everybody: nobody should look at a picture that stands still.
    if (trouble === "ended" && this.#content?.presenter === this.me) this.giveBack();
    this.#draw();
  }

  #draw() {
    const content = this.#content;
    const mine = content?.presenter === this.me;
    one("#present").hidden = !mine;
    this.#preview();
    if (!mine) return;
    const showing = this.screen.track !== null;
    const { title, text } = words(content, showing, this.#trouble);
    say(one("#present-title"), title);
    say(one("#present-text"), text);
    mark(one("#present-text"), "data-state", this.#trouble === null ? null : "poor");
    const choose = one("#present-choose");
    choose.hidden = this.#trouble === "unsupported";
    choose.className = showing ? "button" : "button button--primary button--large";
    choose.replaceChildren(icon("screen"), h("span", {}, showing ? t("Choose another") : t("Present your screen")));
    say(one("#present-stop"), showing || content.publishing ? t("Stop presenting") : t("Do not present"));
  }

  #preview() {
    const preview = /** @type {HTMLVideoElement} */ (one("#present-preview"));
    const { track } = this.screen;
    const [shown] = preview.srcObject instanceof MediaStream ? preview.srcObject.getTracks() : [];
    if (shown !== (track ?? undefined)) preview.srcObject = track && new MediaStream([track]);
    preview.hidden = track === null;
  }
}

/**
 * What a browser that cannot is told at once: a button that never works is worse than none.
 *
 * @returns {ScreenTrouble | null}
 */
function atFirst() {
  return canCapture() ? null : "unsupported";
}

/**
 * @param {Content} content
 * @param {boolean} showing
 * @param {ScreenTrouble | null} trouble
 * @returns {{title: string, text: string}}
 */
function words({ publishing }, showing, trouble) {
  if (trouble !== null && trouble !== "ended") return { title: t("You may present"), text: advice(trouble) };
  if (showing && publishing) return { title: t("You are presenting"), text: t("Everybody sees this picture.") };
  if (showing) return { title: t("You are presenting"), text: t("The picture is being connected…") };
  if (publishing) return { title: t("You are presenting"), text: t("The picture comes from another window or device.") };
  return {
    title: t("You may present"),
    text: t("Choose a screen or a window. Everybody sees it; your camera and sound go on."),
  };
}

/** @param {Exclude<ScreenTrouble, "ended">} trouble */
function advice(trouble) {
  return {
    unsupported: t("This browser cannot show its screen. Use Chrome, Edge or Firefox on a computer, with an https address."),
    none: t("Nothing was chosen. Press the button again and choose a screen or a window; if the browser asks, allow it."),
    blocked: t("The system does not let the browser see the screen. Choose another window, or ask the technician."),
  }[trouble];
}
