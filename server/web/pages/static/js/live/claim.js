// Which of two devices that send as the same place goes on: the one the journal names last. The other gives way, or they
// would cut each other off for ever.

/** @typedef {"own" | "earlier" | "later"} Whose "earlier": another device's, which this page's own takes the place of */

export class Claim {
  /** What this page has ever published, by the journal's names. @type {Set<string>} */
  #mine = new Set();
  #wanted = false;
  #latest = "";
  #isNamed = false;
  #isRivalled = false;

  /** This page wants to send from now on. */
  make() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#forget();
  }

  /** This page does not send any more. */
  release() {
    this.#wanted = false;
  }

  /**
   * The server has taken an offer of this page's, and has ended what another device was sending.
   *
   * @param {string} media the journal's name for it
   */
  begin(media) {
    this.#mine.add(media);
    this.#forget();
    this.#latest = media;
  }

  /**
   * The journal names what is published as this place; it does so in order. What it names before this page's own was
   * there before it, however late the news comes.
   *
   * @param {string} media
   * @returns {Whose}
   */
  hear(media) {
    if (media === this.#latest) {
      this.#isNamed = true;
      this.#isRivalled = false;
    }
    if (this.#mine.has(media)) return "own";
    if (!this.#wanted || this.#isNamed) return "later";
    this.#isRivalled = true;
    return "earlier";
  }

  /** Whether what this page publishes has never been heard of while another's was: when it ends, the other goes on. */
  get isLost() {
    return this.#isRivalled;
  }

  #forget() {
    this.#latest = "";
    this.#isNamed = false;
    this.#isRivalled = false;
  }
}
