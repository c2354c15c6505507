// A site's page: who am I, what is the case, and everything that follows from it.

import { Refusal, call } from "../lib/api.js";
import { all, one, say } from "../lib/dom.js";
import { clock as written } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";
import { Capture } from "../live/capture.js";
import { ServerClock, everySecond } from "../live/clock.js";
import { ContentView } from "../live/content.js";
import { drawLine } from "../live/line_state.js";
import { watchMotion, watchPicture } from "../live/pane.js";
import { isOver, isRunning } from "../live/phase.js";
import { Player } from "../live/player.js";
import { Presenting } from "../live/presenting.js";
import { showRecording } from "../live/recording.js";
import { Renewal } from "../live/renewal.js";
import { stageIsHub, standingOf } from "../live/standing.js";
import { EventStream } from "../live/stream.js";
import { watch } from "../live/whep.js";
import { Publisher } from "../live/whip.js";
import { Air } from "./air.js";
import { CheckInForm } from "./check_in.js";
import { drawChecks } from "./checks.js";
import { Documents } from "./documents.js";
import { Hand } from "./hand.js";
import { identify, token } from "./identity.js";
import { drawPath, forgetPath } from "./link_path.js";
import { LineCheck } from "./line_check.js";
import { Microphone } from "./microphone.js";
import { NarrowLine } from "./narrow_line.js";
import { hideNotice, showBadLink, showEnd, showUnreachable } from "./notice.js";
import { Particulars } from "./particulars.js";
import { drawRehearsal, waitingFor } from "./rehearsal.js";
import { drawRoom, listenSwap } from "./room.js";
import { Steps } from "./steps.js";

/**
 * @typedef {import("../live/types.js").Status} Status
 * @typedef {import("../live/types.js").JournalEntry} JournalEntry
 * @typedef {import("./identity.js").Identity} Identity
 */

class SitePage {
  /** @type {Status | null} */
  status = null;
  elsewhere = false;
  /** The line is being checked: media is sent, whether or not the room is open. */
  checking = false;
  clock = new ServerClock();
  renewal = new Renewal();
  microphone = new Microphone();
  steps = new Steps();

  /** @param {Identity} identity */
  constructor(identity) {
    this.me = identity.endpoint;
    this.air = new Air(this.clock, identity.endpoint_name);
    this.hand = new Hand(identity);
    this.checkIn = new CheckInForm(identity, { sent: () => this.steps.show("room"), known: () => this.#checkedIn() });
    this.player = new Player({
      stage: video("#stage"),
      hub: video("#hub"),
      content: video("#content"),
      sound: one("#sound"),
    });
    this.viewer = watch({
      url: `/whep/${identity.briefing}`,
      token,
      received: (slots) => this.player.show(slots),
      changed: () => {},
      shaken: () => this.#shaken(),
    });
    this.publisher = new Publisher({
      url: `/whip/${identity.briefing}`,
      token,
      changed: (state, refusal) => this.#linked(state, refusal),
      found: (path, port) => drawPath(path, port),
      shaken: () => this.#shaken(),
      outdone: () => this.#giveWay(),
    });
    this.presenting = new Presenting({
      me: this.me,
      url: `/whip/${identity.briefing}/content`,
      token,
      stop: () => void call("POST", `${this.base}/content/stop`, { body: {}, token }).catch(refused),
    });
    this.shown = new ContentView(one("#pictures"));
    this.capture = new Capture(one("#devices"), () => this.#captured());
    this.lineCheck = new LineCheck({
      ...identity,
      token,
      place: {
        opened: () => this.capture.opened,
        preview: this.capture.preview,
        sending: () => this.publisher.peer,
        receiving: () => this.viewer.peer,
      },
      may: () => !this.elsewhere,
      run: (running) => this.#check(running),
      done: (done) => this.steps.done("line-check", done),
    });
    this.base = `/api/v1/briefings/${identity.briefing}`;
    this.documents = new Documents(this.base);
    this.particulars = new Particulars();
    this.narrow = new NarrowLine(`${this.base}/stills/stage`, token);
    this.stream = new EventStream(
      { url: `${this.base}/events`, token },
      {
        status: (status) => this.#draw(status),
        journal: (entry) => this.#happened(entry),
        line: ({ picture }) => this.narrow.draw(picture),
        documents: () => void this.documents.refresh(),
        particulars: (particulars) => this.particulars.draw(particulars),
        deck: (readiness) => drawChecks(readiness),
        state: (state, refusal) => this.#lineChanged(state, refusal),
      },
    );
    say(one("#place"), identity.endpoint_name);
  }

  start() {
    this.#listen();
    this.stream.start();
    void this.capture.open();
    void this.checkIn.refresh();
    void this.lineCheck.refresh();
    everySecond(() => this.#tick());
  }

  #listen() {
    listenSwap();
    for (const name of ["stage", "hub"]) {
      watchPicture(video(`#${name}`), one(`#${name}-pane`));
      watchMotion(video(`#${name}`), one(`#${name}-pane`));
    }
    one("#retry-devices").addEventListener("click", () => void this.capture.open());
    one("#use-here").addEventListener("click", () => this.#useHere());
    one("#release").addEventListener("click", () => {
      call("POST", `${this.base}/floor/release`, { body: {}, token }).catch(refused);
    });
  }

  /** @param {Status} status */
  #draw(status) {
    const opened = this.status !== null && !isRunning(this.status.state) && isRunning(status.state);
    const rehearsed = this.status?.rehearsal != null && status.rehearsal?.number !== this.status.rehearsal.number;
    this.status = status;
    this.clock.hear(status.now);
    if (this.renewal.isIn(status)) void this.#probe();
    say(one("#title"), status.title);
    showRecording(one("#recording"), status.recording);
    if (isOver(status.state)) return this.#end(/** @type {"closed" | "cancelled"} */ (status.state), status.title);
    // A stream opened before the lobby does not make this site present: come in again.
    if (opened) this.stream.reopen();
    hideNotice();
    drawRehearsal(status);
    if (rehearsed) this.#forget();
    if (!isRunning(status.state)) this.#rest();
    this.steps.draw(isRunning(status.state));
    this.particulars.setRunning(isRunning(status.state));
    this.checkIn.setRunning(isRunning(status.state));
    this.#follow(status);
    this.#tick();
  }

  /** @param {Status} status */
  #follow(status) {
    const standing = standingOf(status.floor, this.me);
    this.air.draw(standing, status.now);
    this.hand.draw(status, standing);
    this.microphone.follow(standing, status.floor.muted);
    one("#everyone-muted").hidden = !status.floor.muted;
    this.publisher.setFull(this.checking || (standing.kind !== "idle" && standing.kind !== "waiting"));
    this.player.setStageIsHub(stageIsHub(status.floor, this.me));
    this.presenting.draw(status.content);
    this.shown.draw(status.content, this.me);
    drawRoom(status, this.me);
    if ("turn" in standing || status.content?.presenter === this.me) this.steps.show("room");
    this.#connect();
  }

  /** Receive while the room is open, and send when there is something to send and nobody else sends for this site. */
  #connect() {
    const isOpen = this.status !== null && isRunning(this.status.state);
    if (isOpen) this.viewer.start();
    if (!isOpen && !this.checking) return;
    const { audio, video } = this.capture.opened;
    if (this.capture.ready && !this.elsewhere) this.publisher.send(audio, video);
  }

  /** The room is not open: nothing is sent but for a line check, and nothing is received. */
  #rest() {
    if (!this.checking) this.publisher.stop();
    this.viewer.stop();
  }

  /** A rehearsal is over: what was done in it is to be done again in the meeting. */
  #forget() {
    this.checkIn.forget();
    this.steps.done("check-in", false);
    this.steps.show("check-in");
  }

  /** @param {boolean} running the line check begins, or is over */
  #check(running) {
    this.checking = running;
    this.microphone.setTesting(running);
    if (running) this.publisher.setFull(true);
    if (this.status !== null && (running || isRunning(this.status.state))) this.#follow(this.status);
    else this.#rest();
  }

  /** @param {JournalEntry} entry */
  #happened({ kind, data }) {
    if (data.endpoint !== this.me) return;
    if (kind === "PaperHandedIn" || kind === "DocumentFetched") void this.documents.refresh();
    if (kind === "LineCheckAsked" || kind === "LineChecked") void this.lineCheck.refresh();
    if (kind === "EndpointCheckedIn") void this.checkIn.refresh();
    if (kind.startsWith("Publishing")) one("#flooded").hidden = data.reason !== "flooded";
    if (kind === "ContentStarted") this.presenting.screen.hear(data.media);
    if (kind === "PublishingStarted") this.publisher.hear(data.media);
  }

  /** Another device publishes for this site: two that fight for it would cut each other off for ever. */
  #giveWay() {
    this.publisher.stop();
    this.#setElsewhere(true);
  }

  #useHere() {
    this.#setElsewhere(false);
    this.#connect();
  }

  /** @param {boolean} elsewhere */
  #setElsewhere(elsewhere) {
    this.elsewhere = elsewhere;
    one("#elsewhere").hidden = !elsewhere;
    this.microphone.setElsewhere(elsewhere);
    this.air.setElsewhere(elsewhere);
  }

  #captured() {
    const { audio, video: picture } = this.capture.opened;
    video("#self").srcObject = picture && new MediaStream([picture]);
    this.microphone.use(audio);
    this.steps.done("devices", audio !== null && picture !== null);
    this.#connect();
  }

  #checkedIn() {
    this.steps.done("check-in", true);
    this.hand.setSpeakers(this.checkIn.speakers);
    if (this.steps.untouched) this.steps.show("room");
  }

  /**
   * @param {import("../live/stream.js").StreamState} state
   * @param {Refusal | null} refusal
   */
  #lineChanged(state, refusal) {
    drawLine(state, refusal);
    if (state === "refused") return this.#refused();
    if (state === "open") {
      void this.#probe();
      void this.documents.refresh();
    }
  }

  async #probe() {
    await this.publisher.probe();
    await this.presenting.screen.link.probe();
    await this.viewer.probe();
  }

  /** One connection has noticed that the network is another: so it is for all of them. */
  #shaken() {
    this.stream.doubt();
    this.publisher.mend();
    this.viewer.mend();
  }

  #refused() {
    this.#leave();
    showBadLink(this.status !== null);
  }

  /**
   * @param {"closed" | "cancelled"} phase
   * @param {string} title
   */
  #end(phase, title) {
    this.#leave();
    this.stream.stop();
    showEnd(phase, title);
  }

  #leave() {
    this.publisher.stop();
    this.viewer.stop();
    this.presenting.leave();
    this.capture.close();
    this.documents.hide();
    this.particulars.hide();
    this.air.draw({ kind: "idle" });
    this.steps.hide();
    for (const notice of ["#elsewhere", "#flooded"]) one(notice).hidden = true;
  }

  /**
   * @param {import("../live/media_link.js").LinkState} state
   * @param {Refusal | null} refusal
   */
  #linked(state, refusal) {
    const words = {
      idle: t("Your picture is not being sent"),
      connecting: t("Connecting your picture…"),
      connected: t("Your picture reaches the server"),
      waiting: t("Reconnecting your picture…"),
      refused: t("The server does not take your picture"),
    };
    say(one("#link-state"), words[state]);
    if (state === "idle") drawPath(null);
    if (state === "waiting") forgetPath();
    if (refusal?.code === "media_held_off") one("#flooded").hidden = false;
  }

  #tick() {
    this.air.tick();
    if (this.status === null || isRunning(this.status.state)) return;
    const { moment, text } = waitingFor(this.status);
    say(one("#wait-text"), text);
    say(one("#wait-clock"), written(this.clock.until(moment)));
  }
}

/** @param {string} selector @returns {HTMLVideoElement} */
function video(selector) {
  return one(selector);
}

async function main() {
  try {
    new SitePage(await identify(showUnreachable)).start();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    showBadLink(false);
    all(".line").forEach((banner) => (banner.hidden = true));
  }
}

void main();
