// The wall of pictures: what every source sends, with the hub first and the sites in the order of the roster.

import { h, icon, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { drawList, mark } from "../live/keyed.js";
import { onAir } from "../live/standing.js";
import { StillPicture } from "../live/still_picture.js";
import { conditionOf, signalWord, wordOf } from "../live/words.js";
import { isHub } from "./hub.js";
import { labelOf, markOf } from "./labels.js";
import { ago } from "./measures.js";
import { shortName } from "./order.js";
import { ageOf, stillOf } from "./stills.js";

/**
 * @typedef {import("../live/types.js").EndpointStatus} EndpointStatus
 * @typedef {import("../live/types.js").Floor} Floor
 * @typedef {import("../live/types.js").Signal} Signal
 */

/** @type {Record<Signal, string>} */
const ICONS = {
  no_signal: "camera-off",
  black: "black",
  frozen: "frozen",
  silent: "mic-off",
  clipping: "clipping",
  level_mismatch: "level",
};

export class Pictures {
  /** The sources whose tiles are in view. @type {Set<string>} */
  #inView = new Set();
  /** @type {Map<string, StillPicture>} */
  #pictures = new Map();

  /**
   * @param {string} briefing
   * @param {import("../live/clock.js").ServerClock} clock
   * @param {object} listener
   * @param {(code: string) => void} listener.choose a tile was pressed
   * @param {() => void} listener.moved other tiles are in view: draw again
   */
  constructor(briefing, clock, { choose, moved }) {
    this.briefing = briefing;
    this.clock = clock;
    this.choose = choose;
    this.root = one("#pictures");
    this.observer = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) this.#note(target, isIntersecting);
      moved();
    });
  }

  /**
   * Draw the sources; a tile that shows the same as before is not touched, one out of view loads nothing.
   *
   * @param {EndpointStatus[]} sites the hub among them
   * @param {Floor} floor
   * @param {string} chosen
   */
  draw(sites, floor, chosen) {
    this.root.style.setProperty("--columns", String(Math.ceil(Math.sqrt(sites.length))));
    drawList(this.root, sites, {
      key: (site) => site.code,
      create: (site) => this.#tile(site),
      update: (tile, site) => this.#drawTile(tile, site, floor, chosen),
    });
  }

  /** @param {EndpointStatus} site */
  #tile(site) {
    const frame = h("span", { class: "picture__frame" }, icon("camera-off"), h("span", { class: "picture__faults" }));
    const tile = h(
      "button",
      { type: "button", class: "picture", title: site.name },
      frame,
      h(
        "span",
        { class: "picture__foot" },
        h("span", { class: "shape", "data-shape": "absent", "aria-hidden": "true" }),
        h("span", { class: "picture__name" }, isHub(site) ? t("The hub") : shortName(site.name)),
        h("span", { class: "picture__mark numbers" }),
      ),
    );
    tile.addEventListener("click", () => this.choose(site.code));
    this.#pictures.set(site.code, new StillPicture(frame));
    this.observer.observe(tile);
    return tile;
  }

  /**
   * @param {HTMLElement} tile
   * @param {EndpointStatus} site
   * @param {Floor} floor
   * @param {string} chosen
   */
  #drawTile(tile, site, floor, chosen) {
    const holder = onAir(floor)?.endpoint;
    const condition = conditionOf(site, holder);
    const age = ageOf(site, this.clock);
    mark(tile, "data-state", condition);
    mark(tile, "data-air", holder === site.code ? "yes" : null);
    mark(tile, "data-old", age > 0 ? "yes" : null);
    mark(tile, "aria-pressed", String(site.code === chosen));
    mark(tile, "aria-label", labelOf(site, floor));
    mark(one("[data-shape]", tile), "data-shape", condition);
    say(one(".picture__mark", tile), markOf(site, floor));
    drawList(one(".picture__faults", tile), faultsOf(site, age), {
      key: (fault) => fault.name,
      create: (fault) => badge(fault),
      update: (element, fault) => say(one("span", element), fault.word),
    });
    if (this.#inView.has(site.code)) this.#pictures.get(site.code)?.show(stillOf(this.briefing, site));
  }

  /**
   * @param {Element} tile
   * @param {boolean} isInView
   */
  #note(tile, isInView) {
    const code = tile instanceof HTMLElement ? (tile.dataset.key ?? "") : "";
    if (isInView) this.#inView.add(code);
    else this.#inView.delete(code);
  }
}

/**
 * @typedef {object} Fault
 * @property {string} name
 * @property {string} word
 * @property {string} [sign] an icon
 */

/**
 * What is wrong with a source: its signals, else its line, or that it sends nothing; and a still that is old.
 *
 * @param {EndpointStatus} site
 * @param {number} age of its still in seconds; 0 for a fresh one
 * @returns {Fault[]}
 */
function faultsOf(site, age) {
  const signals = site.health?.signals ?? [];
  const faults = signals.map((signal) => ({ name: signal, word: signalWord(signal), sign: ICONS[signal] }));
  const condition = conditionOf(site);
  if (faults.length === 0 && condition !== "good") return [{ name: condition, word: wordOf(site) }];
  return age > 0 ? [...faults, { name: "old", word: ago(age), sign: "clock" }] : faults;
}

/** @param {Fault} fault */
function badge({ sign, word }) {
  return h("span", { class: "fault" }, sign && icon(sign), h("span", {}, word));
}
