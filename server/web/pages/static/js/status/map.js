// The tile map: every site where it lies in the country, so that trouble in one region is seen as one spot.

import { call } from "../lib/api.js";
import { h, one, say } from "../lib/dom.js";
import { mark } from "../live/keyed.js";
import { onAir } from "../live/standing.js";
import { conditionOf, wordOf } from "../live/words.js";
import { labelOf, markOf } from "./labels.js";
import { rate } from "./measures.js";
import { shortName } from "./order.js";

/**
 * @typedef {import("../live/types.js").EndpointStatus} EndpointStatus
 * @typedef {import("../live/types.js").Floor} Floor
 *
 * @typedef {object} Place
 * @property {string} code
 * @property {string} name
 * @property {number | null} row
 * @property {number | null} col
 */

export class TileMap {
  /** @type {Map<string, HTMLElement>} */
  #tiles = new Map();
  /** @type {Map<string, Place>} */
  #places = new Map();

  /** @param {(code: string) => void} choose a tile was pressed */
  constructor(choose) {
    this.choose = choose;
    this.root = one("#map");
  }

  /**
   * Learn where the sites lie.
   *
   * @param {string} roster
   */
  async load(roster) {
    const { data } = await call("GET", `/api/v1/endpoints?roster=${encodeURIComponent(roster)}`);
    this.#places = new Map(data.endpoints.map((/** @type {Place} */ place) => [place.code, place]));
  }

  /**
   * Draw the sites; a tile whose words and state are the same is not touched.
   *
   * @param {EndpointStatus[]} sites
   * @param {Floor} floor
   * @param {string} chosen
   */
  draw(sites, floor, chosen) {
    for (const site of sites) {
      const tile = this.#tiles.get(site.code) ?? this.#add(site);
      const condition = conditionOf(site, onAir(floor)?.endpoint);
      mark(tile, "data-state", condition);
      mark(tile, "data-air", onAir(floor)?.endpoint === site.code ? "yes" : null);
      mark(tile, "aria-pressed", String(site.code === chosen));
      mark(one("[data-shape]", tile), "data-shape", condition);
      say(one(".tile__value", tile), valueOf(site, condition));
      say(one(".tile__mark", tile), markOf(site, floor));
      mark(tile, "aria-label", labelOf(site, floor));
    }
  }

  /** @param {EndpointStatus} site */
  #add(site) {
    const tile = h(
      "button",
      { type: "button", class: "tile", title: site.name },
      h("span", { class: "shape", "data-shape": "absent", "aria-hidden": "true" }),
      h("span", { class: "tile__name" }, shortName(site.name)),
      h("span", { class: "tile__value numbers" }),
      h("span", { class: "tile__mark numbers" }),
    );
    tile.addEventListener("click", () => this.choose(site.code));
    this.#put(tile, site.code);
    this.#tiles.set(site.code, tile);
    this.root.append(tile);
    return tile;
  }

  /**
   * @param {HTMLElement} tile
   * @param {string} code
   */
  #put(tile, code) {
    const place = this.#places.get(code);
    if (place?.row === undefined || place.row === null || place.col === null) return;
    tile.style.gridRow = String(place.row + 1);
    tile.style.gridColumn = String(place.col + 1);
  }
}

/**
 * What a tile says under its name where there is room: what is wrong, else what arrives.
 *
 * @param {EndpointStatus} site
 * @param {import("../live/words.js").Condition} condition
 */
function valueOf(site, condition) {
  return site.publishing && condition !== "faulty" ? rate(site.health?.bitrate) : wordOf(site);
}
