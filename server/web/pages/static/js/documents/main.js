// The documents of a briefing: attached by button or drag, given to sites, withdrawn and restored; papers that are due.
// What is on the board comes from the server, anew after each change by anybody.

import { call, Refusal } from "../lib/api.js";
import { Arrivals, takeFiles } from "../lib/arrivals.js";
import { all, embedded, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refresh as exchange } from "../lib/refresh.js";
import { refused, toast } from "../lib/toast.js";
import { offer } from "../lib/undo.js";
import { EventStream } from "../live/stream.js";
import { askForEndpoints, askForPaper } from "./choose.js";
import { markNew } from "./seen.js";

/** @type {{briefing: string, largest: number, units: import("../plan/sites.js").Unit[], seq: number}} */
const start = embedded("start");
const api = `/api/v1/briefings/${start.briefing}`;
const CALM = 800; // milliseconds: what several sites do at once is shown once

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/** Put the board in place as the server has it now; what the reader had opened stays open. */
async function refresh() {
  const open = new Set(all("#board details[open]").map((details) => details.id));
  const focused = document.activeElement instanceof HTMLElement ? placeOf(document.activeElement) : "";
  await exchange("#board");
  for (const details of all("#board details")) /** @type {HTMLDetailsElement} */ (details).open ||= open.has(details.id);
  if (focused) /** @type {HTMLElement | null} */ (document.querySelector(focused))?.focus();
  markNew(start.briefing);
}

/** @param {HTMLElement} element @returns {string} how to find it again on a new board; nothing elsewhere */
function placeOf(element) {
  const row = element.closest("#board [data-document], #board [data-paper]");
  if (!(row instanceof HTMLElement) || !element.dataset.do) return "";
  const { document: id, paper } = row.dataset;
  return `#board [${id ? `data-document="${id}"` : `data-paper="${paper}"`}] [data-do="${element.dataset.do}"]`;
}

function refreshSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => void refresh(), CALM);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>} the answer; null when it was refused
 */
async function change(method, path, body) {
  try {
    const { data } = await call(method, api + path, { body });
    await refresh();
    return data ?? {};
  } catch (error) {
    refused(error);
    return null;
  }
}

/** @type {Record<string, (button: HTMLElement, row: HTMLElement) => Promise<unknown>>} */
const MOVES = {
  withdraw: async ({ dataset }, row) => {
    if (await change("DELETE", `/documents/${row.dataset.document}`))
      offer(t("“{name}” is withdrawn.", { name: dataset.name ?? "" }), () =>
        change("POST", `/documents/${row.dataset.document}/restore`),
      );
  },
  restore: (_button, row) => change("POST", `/documents/${row.dataset.document}/restore`),
  address: async ({ dataset }, row) => {
    const title = t("Who is “{name}” for?", { name: dataset.name ?? "" });
    await askForEndpoints(title, start.units, dataset.endpoints ?? "", (endpoints) =>
      call("PATCH", `${api}/documents/${row.dataset.document}`, { body: { endpoints } }),
    );
    await refresh();
  },
  ask: async () => {
    await askForPaper(start.units, null, (body) => call("POST", `${api}/papers`, { body }));
    await refresh();
  },
  amend: async ({ dataset }, row) => {
    const { title = "", due = "", endpoints = "" } = dataset;
    await askForPaper(start.units, { title, due, endpoints }, (body) =>
      call("PATCH", `${api}/papers/${row.dataset.paper}`, { body }),
    );
    await refresh();
  },
  drop: async ({ dataset }, row) => {
    if (await change("DELETE", `/papers/${row.dataset.paper}`))
      offer(t("“{name}” is asked for no more.", { name: dataset.name ?? "" }), () =>
        change("POST", `/papers/${row.dataset.paper}/restore`),
      );
  },
  "take-up": (_button, row) => change("POST", `/papers/${row.dataset.paper}/restore`),
  chase: async (_button, row) => {
    const answer = await change("POST", `/papers/${row.dataset.paper}/chase`);
    if (!answer) return;
    const values = { count: answer.chased.length, mailed: answer.mailed.length };
    const unreached = values.count - values.mailed;
    toast(t("{count} endpoints are reminded on their page, {mailed} of them by mail too.", values), "good");
    if (unreached) toast(t("No mail goes to {count} endpoints: they have no contact for it, or mails are off.", { count: unreached }));
  },
};

one("#board").addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-do]") : null;
  if (!(button instanceof HTMLButtonElement)) return;
  const row = button.closest("[data-document], [data-paper]");
  button.disabled = true;
  try {
    await MOVES[button.dataset.do ?? ""]?.(button, /** @type {HTMLElement} */ (row ?? button));
  } finally {
    button.disabled = false;
  }
});

/** @returns {string} everybody, some or hub */
function chosenFor() {
  return /** @type {HTMLInputElement} */ (one("[name=for]:checked")).value;
}

/** Send files one after another: a narrow line carries one well, and none of several. */
async function attach(/** @type {File[]} */ files) {
  if (!files.length) return;
  const whom = chosenFor();
  /** @type {"all" | string[]} */
  let endpoints = "all";
  if (whom === "some") {
    const title = t("Who are these documents for?");
    const chosen = await askForEndpoints(title, start.units, "", async (codes) => void (endpoints = codes));
    if (!chosen) return;
  }
  const item = /** @type {HTMLSelectElement | null} */ (document.querySelector("#item"))?.value ?? "";
  for (const file of files) {
    const query = new URLSearchParams({ name: file.name, item, addressees: whom === "everybody" ? "everybody" : "hub" });
    const made = await arrivals.send(file, `${api}/documents?${query}`);
    if (made && whom === "some") await change("PATCH", `/documents/${made.id}`, { endpoints });
    else if (made) refreshSoon();
  }
}

const arrivals = new Arrivals(document.querySelector("#arrivals") ?? document.createElement("ul"), start.largest);
const drop = /** @type {HTMLElement | null} */ (document.querySelector("#drop"));
if (drop) takeFiles(drop, one("#files"), (files) => void attach(files));
addEventListener("beforeunload", (event) => {
  if (arrivals.busy) event.preventDefault();
});

markNew(start.briefing);
let seen = start.seq;
new EventStream(
  { url: `${api}/events?after=${start.seq}` },
  {
    status: () => {},
    journal: ({ seq, kind }) => {
      if (seq > seen && /^(Document|Paper|Briefing)/.test(kind)) refreshSoon();
      seen = Math.max(seen, seq);
    },
    state: (_state, refusal) => {
      if (refusal instanceof Refusal && refusal.status === 401) refused(refusal);
    },
  },
).start();
