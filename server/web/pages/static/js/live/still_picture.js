// A still that follows its source: the next is loaded and decoded before it takes the place of the last.

/** How a still is looked for again after the network failed, in milliseconds. */
const RETRY = 5000;

export class StillPicture {
  /** The address that is wanted; empty: none. */
  #wanted = "";
  #shown = "";
  #loading = false;

  /**
   * @param {HTMLElement} frame has a size of its own; the picture becomes its first child
   * @param {string} text what the picture shows; empty where words beside it say so
   */
  constructor(frame, text = "") {
    this.frame = frame;
    this.text = text;
  }

  /**
   * Show what is at an address, as soon as it is there.
   *
   * @param {string} address other than before when the picture is another one; empty: no picture
   */
  show(address) {
    if (address === this.#wanted) return;
    this.#wanted = address;
    if (address === "") this.#replace(null, "");
    else if (!this.#loading) void this.#load();
  }

  async #load() {
    this.#loading = true;
    while (this.#wanted !== this.#shown) {
      const address = this.#wanted;
      const picture = new Image();
      picture.alt = this.text;
      picture.src = address;
      const loaded = await picture.decode().then(
        () => true,
        () => false,
      );
      if (!loaded) await new Promise((resolve) => setTimeout(resolve, RETRY));
      else if (this.#wanted !== "") this.#replace(picture, address);
    }
    this.#loading = false;
  }

  /**
   * @param {HTMLImageElement | null} picture
   * @param {string} address
   */
  #replace(picture, address) {
    this.frame.querySelector("img")?.remove();
    if (picture) this.frame.prepend(picture);
    this.#shown = address;
  }
}
