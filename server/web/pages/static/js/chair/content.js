// The content slot in the chair's hand: who may present, who does, and taking it back.

import { one, say } from "../lib/dom.js";
import { clock as written } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { Presenting } from "../live/presenting.js";
import { canCapture } from "../live/screen.js";
import { placeName } from "../live/words.js";
import { giveContent, stopContent, takeContent } from "./api.js";
import { briefing } from "./place.js";

/**
 * @typedef {import("../live/types.js").Status} Status
 * @typedef {import("../live/types.js").Content} Content
 * @typedef {import("../live/types.js").Turn} Turn
 * @typedef {import("../live/clock.js").ServerClock} ServerClock
 */

export class ContentCard {
  /** @type {Content | null} */
  #content = null;
  /** @type {Turn | null} */
  #turn = null;

  /** @param {ServerClock} clock */
  constructor(clock) {
    this.clock = clock;
    this.presenting = new Presenting({ me: "hub", url: `/whip/${briefing}/content`, stop: () => void stopContent() });
    one("#content-hub").addEventListener("click", () => void this.#presentHere());
    one("#content-site").addEventListener("click", () => void this.#letSpeakerPresent());
    one("#content-take").addEventListener("click", () => void this.#take());
  }

  /** @param {Status} status */
  draw({ content, floor: { turn } }) {
    this.#content = content;
    this.#turn = turn;
    this.presenting.draw(content);
    say(one("#content-who"), sentence(content));
    one("#content-hub").hidden = content?.presenter === "hub";
    const site = one("#content-site");
    site.hidden = turn === null || turn.endpoint === "hub" || content?.presenter === turn.endpoint;
    say(one("#content-site-text"), turn ? t("Let {name} present", { name: placeName(turn) }) : "");
    one("#content-take").hidden = content === null || content.presenter === "hub";
    this.tick();
  }

  /** Move the clock; call it every second. */
  tick() {
    say(one("#content-clock"), this.#content ? written(this.clock.since(this.#content.since)) : "");
  }

  /** Let the speaker present, or take the slot back from whoever has it. */
  async toggle() {
    if (this.#content?.presenter === "hub") await stopContent();
    else if (this.#content) await this.#take();
    else await this.#letSpeakerPresent();
  }

  /** The browser shows its choice only in the gesture itself: so it is asked before the server is. */
  async #presentHere() {
    const chosen = canCapture() ? this.presenting.screen.choose() : null;
    const given = await giveContent("hub");
    await chosen;
    if (!given) this.presenting.screen.stop();
  }

  async #letSpeakerPresent() {
    if (this.#turn) await giveContent(this.#turn.endpoint);
  }

  async #take() {
    if (this.#content) await takeContent(this.#content.presenter);
  }
}

/**
 * Say who presents; of the hub the card below says more.
 *
 * @param {Content | null} content
 */
function sentence(content) {
  if (content === null) return t("Nobody presents.");
  const { presenter, name, publishing } = content;
  if (presenter === "hub") return "";
  return publishing ? t("{name} presents.", { name }) : t("{name} may present; no picture has come yet.", { name });
}
