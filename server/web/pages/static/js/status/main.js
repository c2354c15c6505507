// The operators' board: the status document says what is the case, telemetry every second how the lines are.

import { all, one, say } from "../lib/dom.js";
import { timeWithSeconds } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";
import { Alarms } from "../live/alarms.js";
import { everySecond } from "../live/clock.js";
import { mark } from "../live/keyed.js";
import { drawLine } from "../live/line_state.js";
import { isRunning } from "../live/phase.js";
import { onAir } from "../live/standing.js";
import { EventStream } from "../live/stream.js";
import { phaseWord } from "../live/words.js";
import { showRecording } from "../live/recording.js";
import { drawAttention, triage } from "./attention.js";
import { Detail } from "./detail.js";
import { drawContent, drawFloor, drawFloorClock } from "./floor.js";
import { Freshness } from "./freshness.js";
import { HeldClock } from "./held_clock.js";
import { HUB, hubAsSite } from "./hub.js";
import { Log } from "./log.js";
import { TileMap } from "./map.js";
import { Pictures } from "./pictures.js";
import { Rewind } from "./rewind.js";
import { Table } from "./table.js";

/**
 * @typedef {import("../live/types.js").Status} Status
 * @typedef {import("../live/types.js").Telemetry} Telemetry
 * @typedef {import("../live/types.js").EndpointStatus} EndpointStatus
 */

/** What the main part can show; each is the id of its element. */
const VIEWS = ["map", "pictures", "list"];
/** Milliseconds in which several messages become one drawing. */
const GATHER = 150;
/** How many past entries the log begins with. */
const PAST = 150;

class Board {
  /** What is the case now. @type {Status | null} */
  live = null;
  /** What was the case, while that is shown. @type {Status | null} */
  past = null;
  chosen = "";
  view = "map";
  #drawing = false;
  /** What opened the detail. @type {Element | null} */
  #opener = null;
  clock = new HeldClock();
  freshness = new Freshness();
  alarms = new Alarms();
  map = new TileMap((code) => this.#choose(code));
  table = new Table(this.clock, { choose: (code) => this.#choose(code), sorted: () => this.#draw() });
  log = new Log(
    (code) => this.#nameOf(code),
    (moment) => this.rewind.show(moment),
  );

  /** @param {DOMStringMap} page briefing, roster and seq */
  constructor({ briefing, roster, seq }) {
    this.roster = roster ?? "";
    this.pictures = new Pictures(briefing ?? "", this.clock, {
      choose: (code) => this.#choose(code),
      moved: () => this.#drawSoon(),
    });
    this.detail = new Detail(briefing ?? "", this.clock);
    this.rewind = new Rewind(briefing ?? "", this.clock, {
      live: () => this.live,
      shown: (past) => this.#showPast(past),
      entries: (entries) => this.log.hold(entries),
    });
    const after = Math.max(0, Number(seq) - PAST);
    this.stream = new EventStream(
      { url: `/api/v1/briefings/${briefing}/events?after=${after}` },
      {
        status: (status) => this.#hear(status),
        telemetry: (telemetry) => this.#measure(telemetry),
        journal: (entry) => (this.log.add(entry), this.#drawSoon()),
        heard: () => this.freshness.heard(),
        state: drawLine,
      },
    );
  }

  /** What is shown: what is the case, or what was. */
  get status() {
    return this.past ?? this.live;
  }

  async start() {
    const asked = new URLSearchParams(location.search);
    const moment = asked.get("at");
    for (const button of all("[data-view]"))
      button.addEventListener("click", () => this.#show(button.dataset.view ?? "map"));
    this.#show(asked.get("view") ?? "map");
    one("#detail-close").addEventListener("click", () => this.#close());
    one("#board").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.chosen !== "") this.#close();
    });
    // Without places the tiles still stand in roster order: the board is worth having.
    await this.map.load(this.roster).catch(refused);
    this.stream.start();
    if (moment) this.rewind.show(moment);
    everySecond(() => this.#tick());
  }

  /** @param {Status} status */
  #hear(status) {
    this.live = status;
    this.clock.hear(status.now);
    this.alarms.draw(status);
    showRecording(one("#recording"), status.recording);
    this.rewind.hear(status);
    this.#drawSoon();
  }

  /** @param {Telemetry} telemetry */
  #measure({ hub, endpoints }) {
    if (this.live === null) return;
    this.live.hub.health = hub;
    for (const site of this.live.endpoints) site.health = endpoints[site.code] ?? null;
    this.#drawSoon();
  }

  /** Draw once for all that arrives together: telemetry, a status and ten entries are one layout. */
  #drawSoon() {
    if (this.#drawing) return;
    this.#drawing = true;
    setTimeout(() => {
      this.#drawing = false;
      this.#draw();
    }, GATHER);
  }

  #draw() {
    if (this.status === null) return;
    const { hub, endpoints, floor } = this.status;
    const holder = onAir(floor)?.endpoint ?? "";
    this.#drawHead(this.status);
    const sources = [hubAsSite(hub), ...endpoints];
    if (this.view === "map") this.map.draw(endpoints, floor, this.chosen);
    else if (this.view === "pictures") this.pictures.draw(sources, floor, this.chosen);
    else this.table.draw(endpoints, holder, this.chosen);
    const sending = hub.publishing ? sources : endpoints;
    drawAttention(isRunning(this.status.state) ? triage(sending) : [], (code) => this.#choose(code));
    drawFloor(this.status, this.clock);
    drawContent(this.status);
    this.detail.draw(
      sources.find((source) => source.code === this.chosen),
      holder,
    );
    this.log.draw();
  }

  /** @param {Status} status */
  #drawHead({ title, state, counts }) {
    say(one("#title"), title);
    say(one("#state"), phaseWord(state));
    one("#state").className = `badge badge--${state}`;
    for (const element of all("[data-count]")) {
      const name = /** @type {keyof typeof counts} */ (element.dataset.count);
      const whole = name === "headcount" || name === "late" ? "" : `/${counts.endpoints}`;
      say(element, `${counts[name]}${whole}`);
      mark(element, "data-short", whole !== "" && counts[name] < counts.endpoints ? "yes" : null);
    }
  }

  /** @param {string} code */
  #choose(code) {
    this.chosen = code === this.chosen ? "" : code;
    if (this.chosen !== "") this.#opener = document.activeElement;
    this.#draw();
  }

  /** Close the detail, and give the focus back to what opened it. */
  #close() {
    this.#choose(this.chosen);
    if (this.#opener instanceof HTMLElement) this.#opener.focus();
  }

  /** @param {string} wanted a view; an unknown one is the map */
  #show(wanted) {
    this.view = VIEWS.includes(wanted) ? wanted : "map";
    for (const view of VIEWS) one(`#${view}`).hidden = view !== this.view;
    mark(one("#board"), "data-shown", this.view);
    for (const button of all("[data-view]")) mark(button, "aria-pressed", String(button.dataset.view === this.view));
    this.#keepInAddress();
    this.#draw();
  }

  /** @param {Status | null} past null: the present again */
  #showPast(past) {
    const changed = (past === null) !== (this.past === null);
    this.past = past;
    mark(one("#board"), "data-rewound", past ? "yes" : null);
    if (past === null) this.log.hold(null);
    if (changed && past && this.view === "pictures") this.#show("map"); // no pictures are kept
    this.#keepInAddress();
    this.#draw();
    this.#tick();
  }

  /** A wall that is loaded again shows what it showed; and what is shown can be sent to somebody else. */
  #keepInAddress() {
    for (const address of [location, /** @type {HTMLAnchorElement} */ (one("#wall"))]) {
      const kept = new URL(address.href);
      kept.searchParams.set("view", this.view);
      if (this.past) kept.searchParams.set("at", this.past.now);
      else kept.searchParams.delete("at");
      if (address === location) history.replaceState(null, "", kept);
      else address.href = kept.href;
    }
  }

  #tick() {
    const { status } = this;
    say(one("#now"), this.past ? "" : timeWithSeconds(this.clock.now()));
    say(one("#age"), t("data {seconds} s old", { seconds: Math.floor(this.freshness.age) }));
    const busy = status !== null && (status.hub.publishing || status.counts.publishing > 0);
    const stale = this.past === null && this.freshness.isStale(busy);
    one("#stale").hidden = !stale;
    mark(one("#board"), "data-stale", stale ? "yes" : null);
    if (stale)
      say(
        one("#stale-text"),
        t("What you see is {seconds} s old. The connection is being restored.", {
          seconds: Math.floor(this.freshness.age),
        }),
      );
    if (status) drawFloorClock(status, this.clock);
  }

  /** @param {string} code */
  #siteOf(code) {
    return this.status?.endpoints.find((site) => site.code === code);
  }

  /** @param {string} code */
  #nameOf(code) {
    return code === HUB ? t("Hub") : (this.#siteOf(code)?.name ?? code);
  }
}

void new Board(one("#board").dataset).start();
