// Taking a file over: chosen, looked at, and only then written. Both times the server is sent the same bytes.

import { call, Refusal } from "../lib/api.js";
import { h, icon, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/**
 * @typedef {{line: number, column: string, cell: string, message: string}} Fault
 * @typedef {{added: number, changed: number, unchanged: number, gone?: number}} Counts
 * @typedef {Counts & {steps: any[], faults: Fault[]}} Preview
 */

/** What is shown of a file; all of it is taken over. */
const MOST_ROWS = 300;

/** The dialog of templates/rosters/import.html. */
export class FileImport {
  /** @type {Blob | null} */
  #content = null;

  /**
   * @param {(what: "preview" | "import") => string} path where the file goes
   * @param {(step: any) => [string, string]} words whom a step is about, and what is known of it
   * @param {(done: Counts) => void} done called after the file was taken over
   * @param {(preview: Preview) => boolean} [enough] whether taking over a file without faults does something
   */
  constructor(path, words, done, enough = ({ added, changed }) => added + changed > 0) {
    this.path = path;
    this.words = words;
    this.done = done;
    this.enough = enough;
    this.dialog = /** @type {HTMLDialogElement} */ (one("#import"));
    this.file = /** @type {HTMLInputElement} */ (one("#file"));
    this.found = one("#import-found");
    this.button = /** @type {HTMLButtonElement} */ (one("#take-over"));
    this.file.addEventListener("change", () => void this.look());
    this.button.addEventListener("click", () => void this.#takeOver());
    one("[data-back]", this.dialog).addEventListener("click", () => this.dialog.close());
  }

  open() {
    this.file.value = "";
    this.#show();
    this.dialog.showModal();
  }

  /** @param {...Node} parts */
  #show(...parts) {
    this.button.disabled = true;
    this.found.hidden = parts.length === 0;
    this.found.replaceChildren(...parts);
  }

  /** Show what the chosen file would do. */
  async look() {
    const chosen = this.file.files?.[0];
    if (!chosen) return this.#show();
    this.#show(h("p", { class: "muted", role: "status" }, t("The file is being read …")));
    try {
      this.#content = new Blob([await chosen.arrayBuffer()], { type: "text/csv" });
      const { data } = await call("POST", this.path("preview"), { file: this.#content });
      this.#preview(data);
    } catch (error) {
      this.#refused(error);
    }
  }

  /** @param {Preview} preview */
  #preview(preview) {
    const { faults } = preview;
    if (faults.length) this.#show(...faultsOf(faults));
    else this.#show(...stepsOf(preview, this.words));
    this.button.disabled = faults.length > 0 || !this.enough(preview);
    this.found.focus();
  }

  async #takeOver() {
    this.button.disabled = true;
    try {
      const { data } = await call("POST", this.path("import"), { file: this.#content ?? new Blob() });
      this.dialog.close();
      this.done(data);
    } catch (error) {
      this.#refused(error);
    }
  }

  /** @param {unknown} error */
  #refused(error) {
    const unread = error instanceof DOMException; // the file was moved, or another program holds it
    if (!unread && !(error instanceof Refusal)) throw error;
    const text = unread ? t("The file cannot be read; close it in other programs, and choose it again.") : error.message;
    this.#show(banner("poor", "stop", text, "alert"));
  }
}

/** @param {Fault[]} faults @returns {Node[]} */
function faultsOf(faults) {
  const rows = faults.map(({ line, column, cell, message }) => {
    const number = h("th", { scope: "row", class: "table__number" }, String(line));
    return h("tr", {}, number, h("td", { class: "nowrap" }, column || "–"), h("td", { class: "mono" }, cell), h("td", {}, message));
  });
  const titles = [t("Line"), t("Column"), t("Cell"), t("What to do")];
  const count = { count: faults.length };
  const text = t("{count} places in the file are wrong. Nothing can be taken over before they are corrected.", count);
  return [banner("poor", "stop", text, "alert"), table(titles, rows)];
}

/** @param {Preview} preview @param {(step: any) => [string, string]} words @returns {Node[]} */
function stepsOf({ steps, added, changed, unchanged, gone = 0 }, words) {
  const counts = { added, changed, unchanged, gone };
  const text = gone
    ? t("{added} are added, {changed} are changed, {unchanged} stay as they are, {gone} are gone.", counts)
    : t("{added} are added, {changed} are changed, {unchanged} stay as they are.", counts);
  const differing = steps.filter(({ what }) => what !== "unchanged");
  const rows = differing.slice(0, MOST_ROWS).map((step) => rowOf(step, words(step)));
  const more = differing.length - rows.length;
  if (more > 0) rows.push(h("tr", {}, h("td", { colspan: "4", class: "muted" }, t("and {count} more", { count: more }))));
  if (rows.length === 0) return [banner("", "info", text, "status")];
  return [banner("good", "check", text, "status"), table([t("Line"), t("What happens"), t("Name"), t("In the file")], rows)];
}

/** @param {{line: number, what: string}} step @param {[string, string]} words @returns {Node} */
function rowOf({ line, what }, [who, known]) {
  const badge =
    what === "added"
      ? h("span", { class: "badge badge--good" }, icon("plus"), t("Added"))
      : what === "gone"
        ? h("span", { class: "badge badge--poor" }, icon("trash"), t("Gone"))
        : h("span", { class: "badge badge--info" }, icon("pencil"), t("Changed"));
  const number = h("td", { class: "table__number" }, line ? String(line) : "–");
  return h("tr", {}, number, h("td", {}, badge), h("th", { scope: "row" }, who), h("td", {}, known));
}

/** @param {string} kind @param {string} shape @param {string} text @param {string} role @returns {Node} */
function banner(kind, shape, text, role) {
  return h("div", { class: kind ? `banner banner--${kind}` : "banner", role }, icon(shape), h("p", { class: "banner__text" }, text));
}

/** @param {string[]} titles @param {Node[]} rows @returns {Node} */
function table(titles, rows) {
  const head = h("tr", {}, ...titles.map((title) => h("th", { scope: "col" }, title)));
  const whole = h("table", { class: "table table--dense" }, h("thead", {}, head), h("tbody", {}, ...rows));
  const label = t("What the file would do");
  return h("div", { class: "table-scroll rosters__preview", tabindex: "0", role: "region", "aria-label": label }, whole);
}
