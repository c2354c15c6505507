// The go / no-go board: where every line stands, why, and who is responsible; and what operators decide of it.

import { call } from "../lib/api.js";
import { all, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refused, toast } from "../lib/toast.js";
import { drawGo } from "../live/go.js";
import { mark } from "../live/keyed.js";
import { drawLine } from "../live/line_state.js";
import { isOver } from "../live/phase.js";
import { EventStream } from "../live/stream.js";
import { phaseWord } from "../live/words.js";
import { Cells } from "./cells.js";
import { askForDecision } from "./decision.js";
import { Detail } from "./detail.js";

/**
 * @typedef {import("../live/types.js").Status} Status
 * @typedef {import("../line_check/types.js").SiteCheck} SiteCheck
 */

/** Milliseconds in which several entries become one reading of the board. */
const GATHER = 300;
/** Milliseconds after which it is read again whatever happens: checks grow old by themselves. */
const REFRESH = 60_000;
/** The entries that change what the board shows. */
const NEWS = ["LineChecked", "LineCheckAsked", "GoDecided", "RehearsalBegan", "RehearsalEnded", "BriefingEdited"];
/** What each filter shows. @type {Record<string, (state: string) => boolean>} */
const FILTERS = {
  all: () => true,
  not_go: (state) => state !== "go",
  go: (state) => state === "go",
  no_go: (state) => state === "no_go",
  stale: (state) => state === "stale",
  unchecked: (state) => state === "unchecked",
};

class GoBoard {
  /** @type {Status | null} */
  status = null;
  /** @type {SiteCheck[]} */
  sites = [];
  filter = "all";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #reading;
  board = one("#go-board");
  base = `/api/v1/briefings/${this.board.dataset.briefing}`;
  detail = new Detail((code) => this.#ask([code]));
  cells = new Cells((code) => this.#open(code));
  stream = new EventStream(
    { url: `${this.base}/events` },
    {
      status: (status) => this.#hear(status),
      journal: ({ kind }) => NEWS.includes(kind) && this.#readSoon(),
      state: (state, refusal) => {
        drawLine(state, refusal);
        if (state === "open") this.#readSoon();
      },
    },
  );

  start() {
    for (const button of all("[data-filter]", this.board))
      button.addEventListener("click", () => this.#show(button.dataset.filter ?? "all"));
    for (const button of all("[data-decide]"))
      button.addEventListener("click", () => void this.#decide(button.dataset.decide === "yes"));
    document.querySelector("#ask")?.addEventListener("click", () => void this.#ask(this.#notGo()));
    one("#print").addEventListener("click", () => print());
    this.#show(new URLSearchParams(location.search).get("show") ?? "all");
    this.stream.start();
    setInterval(() => this.#readSoon(), REFRESH);
  }

  /** @param {Status} status */
  #hear(status) {
    this.status = status;
    say(one("#title"), status.title);
    say(one("#state"), phaseWord(status.state));
    one("#state").className = `badge badge--${status.state}`;
    drawGo(one("#go"), status);
    one("#go-none").hidden = !one("#go").hidden;
    const decide = document.querySelector("#decide");
    if (decide instanceof HTMLElement) decide.hidden = isOver(status.state) || status.state === "draft";
    this.#draw();
  }

  #readSoon() {
    clearTimeout(this.#reading);
    this.#reading = setTimeout(() => void this.#read(), GATHER);
  }

  async #read() {
    try {
      this.sites = (await call("GET", `${this.base}/line-checks`)).data.sites;
      this.#draw();
    } catch (error) {
      refused(error);
    }
  }

  #draw() {
    if (this.status === null) return;
    for (const place of all("[data-count]")) {
      const isShown = FILTERS[place.dataset.count ?? "all"] ?? (() => true);
      say(place, String(this.sites.filter(({ state }) => isShown(state)).length));
    }
    const shown = this.sites.filter(({ state }) => FILTERS[this.filter]?.(state));
    this.cells.draw(shown, this.status.endpoints);
    one("#cells-none").hidden = shown.length > 0 || this.sites.length === 0;
    this.detail.draw(this.sites);
  }

  /** @param {string} filter */
  #show(filter) {
    this.filter = filter in FILTERS ? filter : "all";
    mark(this.board, "data-filter", this.filter);
    for (const button of all("button[data-filter]", this.board))
      mark(button, "aria-pressed", String(button.dataset.filter === this.filter));
    const kept = new URL(location.href);
    kept.searchParams.set("show", this.filter);
    history.replaceState(null, "", kept);
    this.#draw();
  }

  /** @param {string} code */
  #open(code) {
    const site = this.status?.endpoints.find((one) => one.code === code);
    this.detail.open(code, site?.name ?? code);
    this.detail.draw(this.sites);
  }

  #notGo() {
    return this.sites.filter(({ state }) => state !== "go").map(({ endpoint }) => endpoint);
  }

  /** @param {string[]} endpoints */
  async #ask(endpoints) {
    if (endpoints.length === 0) return toast(t("Every endpoint is go."), "good");
    try {
      await call("POST", `${this.base}/line-checks/ask`, { body: { endpoints } });
      toast(t("{count} endpoints are asked on their page to check their lines.", { count: endpoints.length }), "good");
    } catch (error) {
      refused(error);
    }
  }

  /** @param {boolean} go */
  async #decide(go) {
    const [missing, endpoints] = [this.#notGo(), this.status?.endpoints ?? []];
    const names = missing.map((code) => endpoints.find((one) => one.code === code)?.name ?? code);
    const note = await askForDecision(go, names);
    if (note === null) return;
    try {
      await call("POST", `${this.base}/go`, { body: { go, not_go: missing, note } });
    } catch (error) {
      refused(error);
      this.#readSoon();
    }
  }
}

new GoBoard().start();
