// Everything about one endpoint's last check, for whoever is on the telephone with the person responsible.

import { h, one, say } from "../lib/dom.js";
import { dateTime } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { factsOf } from "../line_check/facts.js";
import { stateWord } from "../line_check/faults.js";
import { findingsOf } from "../line_check/findings.js";

/** @typedef {import("../line_check/types.js").SiteCheck} SiteCheck */

/** @type {Record<string, string>} */
const BADGES = { go: "badge--good", no_go: "badge--poor", stale: "badge--fair", unchecked: "" };

export class Detail {
  #code = "";
  #dialog = /** @type {HTMLDialogElement} */ (one("#detail"));

  /** @param {(code: string) => void} ask */
  constructor(ask) {
    one("#detail-close").addEventListener("click", () => this.#dialog.close());
    document.querySelector("#detail-ask")?.addEventListener("click", () => (ask(this.#code), this.#dialog.close()));
  }

  /**
   * @param {string} code
   * @param {string} name
   */
  open(code, name) {
    this.#code = code;
    say(one("#detail-name"), name);
    this.#dialog.showModal();
  }

  /** @param {SiteCheck[]} sites */
  draw(sites) {
    const check = sites.find(({ endpoint }) => endpoint === this.#code);
    if (!this.#dialog.open || check === undefined) return;
    say(one("#detail-state"), stateWord(check.state));
    one("#detail-state").className = `badge ${BADGES[check.state]}`;
    say(one("#detail-at"), check.at === null ? t("never checked") : t("checked {time}", { time: dateTime(check.at) }));
    one("#detail-simulated").hidden = !check.found?.simulated;
    one("#detail-person").replaceChildren(...personOf(check));
    one("#detail-findings").replaceChildren(...findingsOf(check));
    one("#detail-table").hidden = check.found === null;
    one("#detail-facts").replaceChildren(...factsOf(check));
  }
}

/** @param {SiteCheck} check */
function personOf({ person, phone }) {
  if (person === "") return [t("Nobody has said who is responsible.")];
  const number = phone.replace(/[^\d+]/g, "");
  return [t("Responsible: {name}", { name: person }), " · ", h("a", { href: `tel:${number}`, class: "numbers" }, phone)];
}
