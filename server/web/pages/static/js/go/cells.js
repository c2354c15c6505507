// The cells of the board, one for each endpoint: its state in a shape and a word, why, who is responsible, and when.

import { h, icon, one, say } from "../lib/dom.js";
import { date, time } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { STATE_ICONS, faultName, stateWord } from "../line_check/faults.js";
import { drawList, mark } from "../live/keyed.js";

/**
 * @typedef {import("../line_check/types.js").SiteCheck} SiteCheck
 * @typedef {import("../live/types.js").EndpointStatus} EndpointStatus
 */

export class Cells {
  /** @param {(code: string) => void} choose */
  constructor(choose) {
    this.choose = choose;
  }

  /**
   * @param {SiteCheck[]} checks
   * @param {EndpointStatus[]} endpoints
   */
  draw(checks, endpoints) {
    const names = new Map(endpoints.map(({ code, name }) => [code, name]));
    drawList(one("#cells"), checks, {
      key: ({ endpoint }) => endpoint,
      create: ({ endpoint }) => this.#cell(endpoint),
      update: (cell, check) => drawCell(cell, check, names.get(check.endpoint) ?? check.endpoint),
    });
  }

  /** @param {string} code */
  #cell(code) {
    const button = h(
      "button",
      { type: "button", class: "go-cell__button", onclick: () => this.choose(code) },
      h("span", { class: "go-cell__sign" }),
      h("strong", { class: "go-cell__name" }),
      h("span", { class: "go-cell__state" }),
      h("span", { class: "go-cell__why" }),
      h("span", { class: "go-cell__who" }),
      h("span", { class: "go-cell__when numbers" }),
    );
    return h("li", { class: "go-cell" }, button);
  }
}

/**
 * @param {HTMLElement} cell
 * @param {SiteCheck} check
 * @param {string} name
 */
function drawCell(cell, check, name) {
  if (cell.dataset.state !== check.state) one(".go-cell__sign", cell).replaceChildren(icon(STATE_ICONS[check.state]));
  mark(cell, "data-state", check.state);
  say(one(".go-cell__name", cell), name);
  say(one(".go-cell__state", cell), stateWord(check.state));
  say(one(".go-cell__why", cell), whyOf(check));
  say(one(".go-cell__who", cell), [check.person, check.phone].filter(Boolean).join(", "));
  say(one(".go-cell__when", cell), whenOf(check));
}

/** @param {SiteCheck} check */
function whenOf({ at, found }) {
  if (at === null) return "";
  const moment = `${time(at)} ${date(at).slice(0, 5)}`;
  return found?.simulated ? `${t("simulated")} · ${moment}` : moment;
}

/** @param {SiteCheck} check */
function whyOf({ faults, remarks, asked_at }) {
  const found = [...faults, ...remarks].map(faultName).join(", ");
  return asked_at ? [t("asked to check"), found].filter(Boolean).join("; ") : found;
}
