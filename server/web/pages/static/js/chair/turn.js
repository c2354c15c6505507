// The present turn: who speaks, for how long, whether the line holds; and the one button that gives the floor on.

import { one, say } from "../lib/dom.js";
import { clock as written } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";
import { mark } from "../live/keyed.js";
import { grantNext, revoke } from "./api.js";
import { drawNext, nextOf } from "./readiness.js";

/**
 * @typedef {import("../live/types.js").Floor} Floor
 * @typedef {import("../live/clock.js").ServerClock} ServerClock
 */

export class TurnCard {
  /** @type {Floor} */
  #floor = { turn: null, queue: [], on_deck: [], policy: "asked", muted: false, undo: null, deck: [] };

  /** @param {ServerClock} clock */
  constructor(clock) {
    this.clock = clock;
    one("#revoke").addEventListener("click", () => void this.stop());
    one("#grant-next").addEventListener("click", () => void this.grantNext());
  }

  /** @param {Floor} floor */
  draw(floor) {
    this.#floor = floor;
    const { turn } = floor;
    mark(one("#turn"), "data-kind", turn === null ? "hub" : turn.held_until ? "held" : "site");
    say(one("#turn-label"), turn === null ? t("The hub speaks") : t("Speaking"));
    say(one("#turn-place"), turn?.name ?? t("Hub"));
    say(one("#turn-what"), [turn?.speaker, turn?.topic].filter(Boolean).join(" – "));
    one("#revoke").hidden = turn === null;
    drawNext(floor);
    const next = nextOf(floor);
    one("#grant-next").hidden = next === undefined;
    say(one("#grant-next-text"), next ? t("Give the floor to {name}", { name: next.name }) : "");
    this.tick();
  }

  /** Move the clocks; call it every second. */
  tick() {
    const { turn } = this.#floor;
    say(one("#turn-clock"), turn ? written(this.clock.since(turn.started_at)) : "");
    const held = one("#turn-held");
    held.hidden = !turn?.held_until;
    if (!turn?.held_until) return;
    say(held, t("The line is lost. The turn is kept for {seconds} s.", { seconds: this.clock.until(turn.held_until) }));
  }

  /** Stop the present turn, if there is one. */
  async stop() {
    if (this.#floor.turn) await revoke(this.#floor.turn.endpoint);
  }

  /** Give the floor to whoever comes next and can be seen and heard, if somebody waits. */
  async grantNext() {
    const { queue } = this.#floor;
    if (queue.length === 0) return;
    const skipped = (await grantNext()).map(({ endpoint }) => queue.find((one) => one.endpoint === endpoint)?.name);
    if (skipped.length > 0) toast(t("Passed over, at their places as before: {names}", { names: skipped.join(", ") }));
  }
}
