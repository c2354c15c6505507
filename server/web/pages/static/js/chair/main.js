// The chair's desk: one status document in, everything on the page follows from it.

import { all, one, say } from "../lib/dom.js";
import { clock as written, time } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { drawAgenda } from "../live/agenda.js";
import { Alarms } from "../live/alarms.js";
import { ServerClock, everySecond } from "../live/clock.js";
import { ContentView } from "../live/content.js";
import { mark } from "../live/keyed.js";
import { drawGo } from "../live/go.js";
import { drawLine } from "../live/line_state.js";
import { namePane, sayMissing, watchPicture } from "../live/pane.js";
import { isOver, isRunning } from "../live/phase.js";
import { Player } from "../live/player.js";
import { Renewal } from "../live/renewal.js";
import { onAir, speakerAtHub } from "../live/standing.js";
import { EventStream } from "../live/stream.js";
import { watch } from "../live/whep.js";
import { phaseWord } from "../live/words.js";
import { goToItem } from "./api.js";
import { ContentCard } from "./content.js";
import { Hub } from "./hub.js";
import { listenKeys } from "./keys.js";
import { Lifecycle } from "./lifecycle.js";
import { base, briefing } from "./place.js";
import { PolicyChooser } from "./policy.js";
import { Queue } from "./queue.js";
import { RecordButton } from "./recording.js";
import { seat } from "./seat.js";
import { Sites } from "./sites.js";
import { SpeakerDialog } from "./speaker.js";
import { TurnCard } from "./turn.js";
import { UndoOffer } from "./undo.js";

/** @typedef {import("../live/types.js").Status} Status */

class ChairPage {
  /** @type {Status | null} */
  status = null;
  clock = new ServerClock();
  renewal = new Renewal();
  turn = new TurnCard(this.clock);
  queue = new Queue(this.clock);
  policy = new PolicyChooser();
  speaker = new SpeakerDialog();
  sites = new Sites(this.speaker);
  undo = new UndoOffer(this.clock);
  lifecycle = new Lifecycle();
  alarms = new Alarms();
  record = new RecordButton();
  hub = new Hub();
  content = new ContentCard(this.clock);
  shown = new ContentView(one("#pictures"));
  player = new Player({ stage: one("#stage"), hub: one("#hub"), content: one("#content"), sound: one("#sound") });
  viewer = watch({ url: `/whep/${briefing}`, received: (slots) => this.player.show(slots), changed: () => {} });
  stream = new EventStream(
    { url: `${base}/events` },
    {
      status: (status) => this.#draw(status),
      journal: (entry) => {
        const { kind, data } = entry;
        this.sites.spoken.hear(entry);
        if (data.endpoint !== "hub") return;
        if (kind === "PublishingStarted") this.hub.publisher.hear(data.media);
        if (kind === "ContentStarted") this.content.presenting.screen.hear(data.media);
      },
      heard: () => seat.heard(),
      state: (state, refusal) => {
        drawLine(state, refusal);
        if (state === "open") void this.#probe();
      },
    },
  );

  start() {
    watchPicture(one("#stage"), one("#stage-pane"));
    one("#agenda-back").addEventListener("click", () => this.#stepAgenda(-1));
    one("#agenda-next").addEventListener("click", () => this.#stepAgenda(1));
    seat.listen();
    listenKeys({
      m: () => this.hub.toggleMute(),
      f: () => this.shown.fill(),
      "/": () => one("#sites-search").focus(),
      a: () => one("#speaker-add").click(),
      ...seat.only({
        g: () => void this.turn.grantNext(),
        e: () => void this.turn.stop(),
        s: () => void this.turn.interrupt(),
        1: () => void this.turn.extend(1),
        2: () => void this.turn.extend(2),
        x: () => void this.turn.muteOrUnmute(),
        z: () => void this.undo.press(),
        d: () => void this.queue.prepareFirst(),
        n: () => this.#stepAgenda(1),
        p: () => this.#stepAgenda(-1),
        c: () => void this.content.toggle(),
      }),
    });
    void this.sites.spoken.load();
    this.stream.start();
    everySecond(() => this.#tick());
  }

  /** @param {Status} status */
  #draw(status) {
    this.status = status;
    this.clock.hear(status.now);
    if (this.renewal.isIn(status)) void this.#probe();
    seat.draw(status); // what follows asks it whether this page may
    this.#drawHead(status);
    this.alarms.draw(status);
    this.record.draw(status);
    this.turn.draw(status);
    this.queue.draw(status);
    this.policy.draw(status.floor);
    this.speaker.draw(status);
    this.undo.draw(status.floor);
    this.content.draw(status);
    this.shown.draw(status.content, "hub");
    this.sites.draw(status);
    this.lifecycle.draw(status.state);
    drawAgenda(one("#agenda"), status.agenda);
    this.#drawStage(status);
    if (isRunning(status.state)) this.viewer.start();
    else this.#rest();
    drawGo(one("#go"), status);
    if (isOver(status.state)) this.#leave();
    this.#tick();
  }

  /** @param {Status} status */
  #drawHead({ title, state, counts }) {
    say(one("#title"), title);
    say(one("#state"), phaseWord(state));
    one("#state").className = `badge badge--${state}`;
    for (const element of all("[data-count]")) {
      const name = /** @type {keyof typeof counts} */ (element.dataset.count);
      say(element, name === "headcount" ? String(counts.headcount) : `${counts[name]}/${counts.endpoints}`);
    }
  }

  /**
   * A source is never sent back to itself, so while the hub is on stage this desk, which is the hub, is sent nothing.
   *
   * @param {Status} status
   */
  #drawStage({ floor, hub, endpoints, media }) {
    const turn = onAir(floor);
    const sends = turn !== null && endpoints.some((site) => site.code === turn.endpoint && site.publishing);
    namePane(one("#stage-pane"), turn?.name ?? t("Hub"), turn?.speaker ?? speakerAtHub(floor), sends);
    sayMissing(media);
    if (turn === null && media.since !== null) say(one("#stage-pane .pane__wait"), hubWord(hub.publishing));
    this.player.setStageMuted(turn === null);
  }

  /** @param {-1 | 1} by */
  #stepAgenda(by) {
    if (this.status === null) return;
    const { items, current } = this.status.agenda;
    const next = current === null ? 0 : current + by;
    if (next >= 0 && next < items.length) void goToItem(next);
  }

  async #probe() {
    await this.hub.publisher.probe();
    await this.content.presenting.screen.link.probe();
    await this.viewer.probe();
  }

  /** The room is not open: a rehearsal is over, or nothing has begun. */
  #rest() {
    this.viewer.stop();
    if (this.hub.sending) this.hub.stop();
  }

  #leave() {
    this.viewer.stop();
    this.content.presenting.leave();
    if (this.hub.sending) this.hub.stop();
  }

  #tick() {
    this.turn.tick();
    this.queue.tick();
    this.content.tick();
    if (this.status === null) return;
    const { state, started_at, starts_at, ends_at } = this.status;
    const times = { start: time(starts_at), end: time(ends_at) };
    if (state === "live" && started_at)
      say(one("#duration"), t("for {time}, until {end}", { ...times, time: written(this.clock.since(started_at)) }));
    else say(one("#duration"), t("{start} to {end}", times));
    mark(one("#duration"), "data-over", state === "live" && this.clock.until(ends_at) === 0 ? "yes" : null);
  }
}

/**
 * Say what this desk, which is not sent its own picture, shows instead of it.
 *
 * @param {boolean} hubSends
 */
function hubWord(hubSends) {
  return hubSends ? t("All endpoints see and hear the hub.") : t("The hub sends no picture yet.");
}

new ChairPage().start();
