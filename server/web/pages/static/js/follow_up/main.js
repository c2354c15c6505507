// The work programme: prints, and takes down what has happened to an item.

import { Refusal, call } from "../lib/api.js";
import { all, h, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { lines } from "../lib/text.js";
import { dueOf } from "../notes/due.js";

const LONGEST_TEXT = 5000; // characters of an answer, or an appraisal; see server/core/results.py
const LONGEST_COMMENT = 300;

/**
 * @typedef {object} Change one thing that can happen to an item
 * @property {() => string} word
 * @property {string} call the last part of the address
 * @property {string[]} parts the fields it has
 * @property {Record<string, string>} [fixed] what is sent besides
 */

/** @type {Record<string, Change>} */
const CHANGES = {
  answer: { word: () => t("It was answered"), call: "answers", parts: ["by", "on", "words"] },
  in_work: { word: () => t("Work has begun"), call: "state", parts: ["on", "words"], fixed: { state: "in_work" } },
  done: { word: () => t("Done, or handed in"), call: "state", parts: ["on", "words"], fixed: { state: "done" } },
  returned: { word: () => t("Returned: to be done again"), call: "state", parts: ["on", "words", "due"], fixed: { state: "returned" } },
  open: { word: () => t("Open again: it was entered by mistake"), call: "state", parts: ["words"], fixed: { state: "open" } },
  appraise: { word: () => t("An appraisal was given"), call: "appraisals", parts: ["by", "words", "due"] },
  carry: { word: () => t("Carried over to another year"), call: "carry-over", parts: ["year", "words", "due"] },
};

/** What may happen to a task in each state; see LEGAL in server/core/results.py. @type {Record<string, string[]>} */
const OF_A_TASK = {
  open: ["in_work", "done", "appraise", "carry"],
  in_work: ["done", "appraise", "carry", "open"],
  done: ["returned", "appraise", "open"],
  carried_over: ["in_work", "done", "appraise", "carry", "open"],
  returned: ["in_work", "done", "appraise", "carry"],
};

const dialog = /** @type {HTMLDialogElement} */ (one("#update"));
let address = "";
let isStoring = false; // until the page is loaded anew: a second press enters nothing twice

/** @param {HTMLElement} row */
function ask(row) {
  const { briefing = "", number = "", kind, state = "", finished, text = "" } = row.dataset;
  address = `/api/v1/briefings/${briefing}/notes/${number}`;
  const again = state === "done" && finished === "false" ? ["done"] : [];
  const possible = kind === "recommendation" ? ["answer", ...(finished === "true" ? [] : ["carry"])] : [...again, ...(OF_A_TASK[state] ?? [])];
  one("#what").replaceChildren(...possible.map((name) => h("option", { value: name }, CHANGES[name]?.word() ?? name)));
  say(one("#update-text"), text);
  for (const name of ["by", "on", "words", "due"]) field(name).value = "";
  problem("");
  draw(kind ?? "");
  dialog.dataset.kind = kind;
  dialog.showModal();
}

/** @param {string} kind */
function draw(kind) {
  const parts = chosen().parts.filter((part) => part !== "due" || kind !== "recommendation");
  for (const part of all("[data-part]", dialog)) part.hidden = !parts.includes(part.dataset.part ?? "");
  field("words").maxLength = isText(chosen()) ? LONGEST_TEXT : LONGEST_COMMENT;
}

/** Whether what is said of a change is a text of its own, and not a comment. @param {Change} change */
function isText({ call: name }) {
  return name === "answers" || name === "appraisals";
}

/** @returns {Change} */
function chosen() {
  return /** @type {Change} */ (CHANGES[field("what").value]);
}

async function store() {
  const due = dueOf(field("due").value);
  const on = dueOf(field("on").value);
  if (due === null) return problem(t("A day, a month or a quarter: 15/12/2026, 12/2026, Q4/2026."));
  if (on === null) return problem(t("Write the day as 22/11/2026."));
  const change = chosen();
  const words = lines(field("words").value);
  /** @type {Record<string, unknown>} */
  const possible = { by: field("by").value, on, year: Number(field("year").value), due };
  const own = Object.fromEntries(Object.entries(possible).filter(([name]) => change.parts.includes(name) && !field(name).closest("[hidden]")));
  const said = isText(change) ? { text: words } : { comment: words };
  if (isStoring) return;
  isStoring = true;
  try {
    await call("POST", `${address}/${change.call}`, { body: { ...change.fixed, ...own, ...said } });
    location.reload();
  } catch (error) {
    isStoring = false;
    if (!(error instanceof Refusal)) throw error;
    problem([error.message, ...error.errors.map(({ message }) => message)].join(" "));
  }
}

/** @param {string} text */
function problem(text) {
  say(one("#update-problem .banner__text"), text);
  one("#update-problem").hidden = text === "";
}

/** @param {string} id @returns {HTMLInputElement} */
function field(id) {
  return /** @type {HTMLInputElement} */ (one(`#${id}`, dialog));
}

for (const button of all("[data-update]"))
  button.addEventListener("click", () => ask(/** @type {HTMLElement} */ (button.closest("tr"))));
one("#what").addEventListener("change", () => draw(dialog.dataset.kind ?? ""));
one("[data-back]", dialog).addEventListener("click", () => dialog.close());
one("form", dialog).addEventListener("submit", (event) => {
  event.preventDefault();
  void store();
});
one("#print").addEventListener("click", () => print());
for (const choice of all("#filter select"))
  choice.addEventListener("change", () => /** @type {HTMLFormElement} */ (one("#filter")).requestSubmit());
