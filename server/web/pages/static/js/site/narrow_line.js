// What this place's line carries: a notice, and a still of the stage, while there is no moving picture on it.

import { announce, h, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { mark } from "../live/keyed.js";

/** Milliseconds between two looks for a newer still; the server has one about as often. */
const EVERY = 5000;

export class NarrowLine {
  #isStill = false;
  #etag = "";
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {string} url of the stage's still
   * @param {string} token a bearer token
   */
  constructor(url, token) {
    this.url = url;
    this.token = token;
    this.pane = one("#stage-pane");
    this.picture = /** @type {HTMLImageElement} */ (h("img", { class: "pane__still", alt: t("A still of the stage") }));
  }

  /**
   * Draw what the line carries of the stage's picture.
   *
   * @param {"full" | "reduced" | "still"} picture
   */
  draw(picture) {
    const isStill = picture === "still";
    if (isStill === this.#isStill) return;
    this.#isStill = isStill;
    one("#narrow").hidden = !isStill;
    if (!isStill) return this.#end();
    void this.#load();
    this.#timer = setInterval(() => void this.#load(), EVERY);
  }

  #end() {
    clearInterval(this.#timer);
    this.#etag = "";
    this.picture.remove();
    URL.revokeObjectURL(this.picture.src);
    mark(this.pane, "data-still", null);
    announce(t("The line carries the picture again."));
  }

  /** Look for a newer still; while there is none the last picture stays. An image element can't send a token. */
  async #load() {
    const headers = { Authorization: `Bearer ${this.token}` };
    const response = await fetch(this.url, { headers, credentials: "omit", cache: "no-cache" }).catch(() => null);
    const etag = response?.headers.get("ETag") ?? "";
    if (!response?.ok || etag === this.#etag || !this.#isStill) return;
    const still = await response.blob().catch(() => null);
    if (still === null || !this.#isStill) return;
    this.#etag = etag;
    URL.revokeObjectURL(this.picture.src);
    this.picture.src = URL.createObjectURL(still);
    one("video", this.pane).after(this.picture);
    mark(this.pane, "data-still", "yes");
  }
}
