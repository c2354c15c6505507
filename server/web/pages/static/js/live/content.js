// What is presented, as everybody but its presenter sees it: large, with the stage beside it, and full screen on request.

import { announce, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { mark } from "./keyed.js";
import { namePane, watchPicture } from "./pane.js";

/** @typedef {import("./types.js").Content} Content */

export class ContentView {
  #shown = "";
  /** When the slot was given whose picture has been shown; "" for none. */
  #since = "";

  /** @param {HTMLElement} layout gets `data-content` while something is presented, and `data-large` when the reader swaps */
  constructor(layout) {
    this.layout = layout;
    this.box = one("#content-box");
    watchPicture(one("#content"), one("#content-pane"));
    one("#content-full").addEventListener("click", () => this.fill());
    one("#content-swap").addEventListener("click", () => this.#swap());
    // Only while it has the focus: a letter that acts anywhere would be pressed by mistake (WCAG 2.1.4).
    this.box.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() === "f" && !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat) {
        event.preventDefault();
        event.stopPropagation();
        this.fill();
      }
    });
  }

  /**
   * Show what is presented, unless it is this page's own: that is not sent back to it. Room is made for it when its
   * picture is there, not when somebody is merely asked; and it is kept while that picture is away.
   *
   * @param {Content | null} content
   * @param {string} me the source this page belongs to; "" for none
   */
  draw(content, me) {
    if (content?.publishing) this.#since = content.since;
    const shown = content !== null && content.presenter !== me && content.since === this.#since;
    const foreign = shown ? content : null;
    const place = foreign === null ? "" : placeOf(foreign);
    mark(this.layout, "data-content", foreign === null ? null : "yes");
    this.box.hidden = foreign === null;
    namePane(one("#content-pane"), place, "", foreign?.publishing ?? false);
    this.#say(place);
    if (foreign === null) this.#shrink();
  }

  /** Fill the screen with it, or go back. */
  fill() {
    if (document.fullscreenElement === this.box) return this.#shrink();
    // A browser that refuses leaves the picture as large as the page allows.
    if (!this.box.hidden) void this.box.requestFullscreen?.().catch(() => null);
  }

  #shrink() {
    if (document.fullscreenElement === this.box) void document.exitFullscreen();
  }

  #swap() {
    const large = this.layout.dataset.large === "stage" ? "content" : "stage";
    mark(this.layout, "data-large", large);
    say(one("#content-swap-text"), large === "stage" ? t("Show large") : t("Show small"));
  }

  /** @param {string} place */
  #say(place) {
    if (place === this.#shown) return;
    this.#shown = place;
    const presents = place === "" ? "" : t("{name} presents.", { name: place });
    say(one("#content-place"), presents);
    announce(presents || t("Nothing is presented any more."));
  }
}

/**
 * The name of who presents; the hub's depends on the reader's language.
 *
 * @param {Content} content
 */
export function placeOf({ presenter, name }) {
  return presenter === "hub" ? t("Hub") : name;
}
