// A site's documents: what the organizer gave it, what is new among it, and the papers it is to hand in.

import { call, Refusal, refusalOf } from "../lib/api.js";
import { Arrivals } from "../lib/arrivals.js";
import { h, icon, one, say } from "../lib/dom.js";
import { dateTime, number } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { refused, toast } from "../lib/toast.js";
import { drawList } from "../live/keyed.js";
import { token } from "./identity.js";

const KILOBYTE = 1000;
const LIVE = 60_000; // milliseconds a saved file's address is kept for the browser to read it

/**
 * @typedef {object} Document
 * @property {string} id
 * @property {string} name
 * @property {number} octets
 * @property {string} item
 * @property {string} attached_at
 * @property {string | null} fetched_at
 *
 * @typedef {object} Owed
 * @property {"awaited" | "overdue" | "in_time" | "late"} standing
 * @property {{id: string, name: string, at: string}[]} versions
 * @property {string | null} chased_at
 *
 * @typedef {object} Paper
 * @property {number} number
 * @property {string} title
 * @property {string} due
 * @property {Owed[]} owed
 */

export class Documents {
  /** @type {Arrivals | null} */
  #arrivals = null;
  #asked = 0;

  /** @param {string} base the briefing's address in the API */
  constructor(base) {
    this.base = base;
  }

  /** Ask for the list anew; while the server cannot be reached the old one stays. */
  async refresh() {
    const asked = ++this.#asked;
    try {
      const { data } = await call("GET", `${this.base}/documents`, { token });
      if (asked === this.#asked) this.#draw(data);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  /** Take the list away: the briefing is over. */
  hide() {
    this.#asked += 1;
    one("#documents").hidden = true;
    one("#chased").hidden = true;
  }

  /** @param {{documents: Document[], papers: Paper[], largest: number}} shown */
  #draw({ documents, papers, largest }) {
    this.#arrivals ??= new Arrivals(one("#arrivals"), largest, token);
    one("#documents").hidden = !documents.length && !papers.length;
    const fresh = documents.filter((document) => !document.fetched_at).length;
    say(one("#documents-count"), String(documents.length));
    say(one("#documents-new"), t("{count} new", { count: fresh }));
    one("#documents-new").hidden = !fresh;
    this.#drawDue(papers);
    drawList(one("#documents-list"), documents, {
      key: (document) => document.id,
      create: (document) => this.#document(document),
      update: (row, document) => this.#updateDocument(row, document),
    });
    drawList(one("#papers-list"), papers, {
      key: (paper) => String(paper.number),
      create: (paper) => this.#paper(paper),
      update: (row, paper) => this.#updatePaper(row, paper),
    });
  }

  /** @param {Paper[]} papers */
  #drawDue(papers) {
    const owing = papers.filter((paper) => !paper.owed[0]?.versions.length);
    const overdue = owing.filter((paper) => paper.owed[0]?.standing === "overdue");
    const badge = one("#papers-due");
    badge.hidden = !owing.length;
    badge.className = overdue.length ? "badge badge--poor" : "badge badge--fair";
    say(badge, overdue.length ? t("{count} overdue", { count: overdue.length }) : t("{count} to hand in", { count: owing.length }));
    const chased = owing.filter((paper) => paper.owed[0]?.chased_at);
    one("#chased").hidden = !chased.length;
    const titles = chased.map((paper) => `${paper.title} (${dateTime(paper.due)})`).join("; ");
    say(one("#chased-text"), t("The organizer reminds you of what is to be handed in: {titles}", { titles }));
  }

  /** @param {Document} document */
  #document(document) {
    const save = h("button", { class: "button button--small", type: "button" }, icon("download"), t("Save"));
    save.addEventListener("click", () => this.#save(`/documents/${document.id}/file`, document.name, save));
    const words = h("span", {}, h("bdi", { class: "strong" }, document.name), " ", h("span", { class: "badge badge--info", "data-new": "" }, t("New")), h("br"), h("span", { class: "small muted", "data-what": "" }));
    return h("li", { class: "papers__one" }, words, save);
  }

  /** @param {HTMLElement} row @param {Document} document */
  #updateDocument(row, document) {
    one("[data-new]", row).hidden = document.fetched_at !== null;
    say(one("[data-what]", row), [document.item, sizeOf(document.octets), dateTime(document.attached_at)].filter(Boolean).join(" · "));
  }

  /** @param {Paper} paper */
  #paper(paper) {
    const input = h("input", { type: "file", class: "visually-hidden" });
    const label = h("label", { class: "button button--small" }, icon("up"), h("span", { "data-do": "" }), input);
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file) void this.#handIn(paper.number, file);
      input.value = "";
    });
    const words = h("span", {}, h("strong", {}), " ", h("span", { class: "badge", "data-state": "" }), h("br"), h("span", { class: "small muted", "data-what": "" }));
    return h("li", { class: "papers__one" }, words, label);
  }

  /** @param {HTMLElement} row @param {Paper} paper */
  #updatePaper(row, paper) {
    const owed = /** @type {Owed} */ (paper.owed[0]);
    const last = owed.versions.at(-1);
    const [words, kind] = STANDINGS[owed.standing]();
    say(one("strong", row), paper.title);
    one("[data-state]", row).className = `badge badge--${kind}`;
    say(one("[data-state]", row), words);
    say(one("[data-do]", row), last ? t("Hand in another version") : t("Hand in…"));
    const had = last ? t("{name}, {time}", { name: last.name, time: dateTime(last.at) }) : "";
    say(one("[data-what]", row), [t("Due {time}", { time: dateTime(paper.due) }), had].filter(Boolean).join(" · "));
  }

  /** @param {number} paper @param {File} file */
  async #handIn(paper, file) {
    const query = new URLSearchParams({ name: file.name });
    const made = await this.#arrivals?.send(file, `${this.base}/papers/${paper}/files?${query}`);
    if (made) toast(t("“{name}” is handed in.", { name: made.name }), "good");
    await this.refresh();
  }

  /**
   * Fetch a file and have the browser save it: a link could not carry the token.
   *
   * @param {string} path
   * @param {string} name
   * @param {HTMLButtonElement} button
   */
  async #save(path, name, button) {
    button.disabled = true;
    try {
      const response = await reached(this.base + path);
      if (!response.ok) throw await refusalOf(response);
      const address = URL.createObjectURL(await response.blob());
      h("a", { href: address, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(address), LIVE);
      await this.refresh();
    } catch (error) {
      refused(error);
    } finally {
      button.disabled = false;
    }
  }
}

/** @param {string} path @returns {Promise<Response>} @throws {Refusal} */
async function reached(path) {
  try {
    return await fetch(path, { headers: { Authorization: `Bearer ${token}` }, credentials: "omit", cache: "no-store" });
  } catch {
    throw new Refusal(0, "network", t("The server cannot be reached. Check the connection and try again."));
  }
}

/** @param {number} octets @returns {string} */
function sizeOf(octets) {
  const kilobytes = Math.max(1, Math.round(octets / KILOBYTE));
  return kilobytes < KILOBYTE ? `${number(kilobytes)} kB` : `${number(octets / KILOBYTE ** 2)} MB`;
}

/** @type {Record<Owed["standing"], () => [words: string, kind: string]>} */
const STANDINGS = {
  awaited: () => [t("To hand in"), "fair"],
  overdue: () => [t("Overdue"), "poor"],
  in_time: () => [t("Handed in"), "good"],
  late: () => [t("Handed in late"), "fair"],
};
