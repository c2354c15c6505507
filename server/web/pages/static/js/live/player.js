// Pictures and sound: the panes that play what is received, and a way out when the browser blocks sound.

/**
 * @typedef {import("./whep.js").Slots} Slots
 *
 * @typedef {object} Panes
 * @property {HTMLVideoElement} stage
 * @property {HTMLVideoElement} hub
 * @property {HTMLVideoElement} content
 * @property {HTMLButtonElement} sound shown while the browser wants a gesture before it plays sound
 */

export class Player {
  #blocked = false;
  #stageIsHub = true;
  #stageMuted = false;

  /** @param {Panes} panes */
  constructor(panes) {
    this.panes = panes;
    panes.sound.hidden = true;
    panes.content.muted = true; // it has no sound, and what is muted may play before any gesture
    // Any gesture will do; the button says so to those who wait for one.
    for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, () => this.#unblock());
  }

  /**
   * Play a new session's slots, or nothing while there is no session.
   *
   * @param {Slots | null} slots
   */
  show(slots) {
    this.panes.stage.srcObject = slots?.stage ?? null;
    this.panes.hub.srcObject = slots?.hub ?? null;
    this.panes.content.srcObject = slots?.content ?? null;
    this.#listen();
  }

  /**
   * Play the hub's sound only while the stage is not the hub: else it would be heard twice.
   *
   * @param {boolean} stageIsHub
   */
  setStageIsHub(stageIsHub) {
    this.#stageIsHub = stageIsHub;
    this.#listen();
  }

  /**
   * Keep the stage silent: where it would bring this room's own sound back.
   *
   * @param {boolean} stageMuted
   */
  setStageMuted(stageMuted) {
    this.#stageMuted = stageMuted;
    this.#listen();
  }

  #listen() {
    this.panes.stage.muted = this.#blocked || this.#stageMuted;
    this.panes.hub.muted = this.#blocked || this.#stageIsHub;
    void this.#play(this.panes.stage);
    void this.#play(this.panes.hub);
    void this.#play(this.panes.content);
  }

  /** @param {HTMLVideoElement} video */
  async #play(video) {
    if (!video.paused || video.srcObject === null) return;
    try {
      await video.play();
    } catch (error) {
      // AbortError: a newer session took the element meanwhile.
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError" || this.#blocked) return;
      this.#blocked = true;
      this.panes.sound.hidden = false;
      this.#listen();
    }
  }

  #unblock() {
    if (!this.#blocked) return;
    this.#blocked = false;
    this.panes.sound.hidden = true;
    this.#listen();
  }
}
