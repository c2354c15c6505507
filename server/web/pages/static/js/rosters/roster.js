// A roster: one of the house's made, changed and removed by a file, each looked at first or with a way back.

import { call } from "../lib/api.js";
import { one } from "../lib/dom.js";
import { date, instant } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { plain } from "../lib/text.js";
import { refused } from "../lib/toast.js";
import { offer } from "../lib/undo.js";
import { FileImport } from "./import.js";

/** @typedef {{name: string, title: string, from: string, to: string, follows: string, basis: string}} About days as dd/MM/yyyy */

const tools = one("#tools");
const dialog = one("#import");
const NEW = { name: "", title: "", from: "", to: "", follows: "", basis: "" };
const FIELDS = /** @type {const} */ (["title", "from", "to", "follows", "basis"]);
const LONGEST_NAME = 16;

/** The roster of this page. @type {About} */
const here = {
  name: tools.dataset.roster ?? "",
  title: tools.dataset.title ?? "",
  from: tools.dataset.from ?? "",
  to: tools.dataset.to ?? "",
  follows: tools.dataset.follows ?? "",
  basis: tools.dataset.basis ?? "",
};

/** @param {typeof FIELDS[number] | "short" | "file"} id @returns {HTMLInputElement} */
function field(id) {
  return one(`#${id}`, dialog);
}

/** @param {string} text dd/MM/yyyy @returns {string} yyyy-MM-dd, or what was typed: the server says what is wrong with it */
function yearFirst(text) {
  const noon = instant(text, "12:00");
  return noon ? date(noon).split("/").reverse().join("-") : text.trim();
}

/** @param {About} about @param {string} what @returns {string} */
function address({ name, title, from, to, follows, basis }, what) {
  const said = { title, valid_from: yearFirst(from), valid_to: yearFirst(to), follows, basis };
  return `/api/v1/rosters/${encodeURIComponent(name || "-")}/${what}?${new URLSearchParams(said)}`;
}

/** What the dialog says of the roster. @returns {About} */
function typed() {
  const [title, from, to, follows, basis] = FIELDS.map((id) => field(id).value.trim());
  return { name: field("short").value.trim(), title: title ?? "", from: from ?? "", to: to ?? "", follows: follows ?? "", basis: basis ?? "" };
}

const file = new FileImport(
  (what) => address(typed(), what),
  ({ endpoint }) => [endpoint.name, [endpoint.code, endpoint.parent ?? endpoint.region].join(" · ")],
  () => location.assign(`/rosters/${typed().name}/endpoints`),
  () => true,
);

/** @param {About} about @param {string} heading */
function ask(about, heading) {
  one("#import-title").textContent = heading;
  for (const id of FIELDS) field(id).value = about[id];
  field("short").value = about.name;
  field("short").readOnly = about.name !== "";
  file.open();
  field(about.name ? "file" : "title").focus();
}

/** Another title has another short name, until somebody writes one. */
let named = false;
field("title").addEventListener("input", () => {
  if (named || field("short").readOnly) return;
  const words = plain(field("title").value).replace(/[^a-z0-9]+/g, "-");
  field("short").value = words.slice(0, LONGEST_NAME).replace(/^-+|-+$/g, "");
});
field("short").addEventListener("input", () => (named = true));
for (const id of [...FIELDS, /** @type {const} */ ("short")]) field(id).addEventListener("change", () => void file.look());

async function remove() {
  try {
    const kept = await (await fetch(`/api/v1/rosters/${here.name}.csv`)).blob();
    await call("DELETE", `/api/v1/rosters/${here.name}`);
    tools.hidden = true;
    offer(t("Removed: {name}", { name: here.title }), async () => {
      await call("POST", address(here, "import"), { file: new Blob([kept], { type: "text/csv" }) });
      location.reload();
    });
  } catch (error) {
    refused(error);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button?.matches("[data-new]")) ask(NEW, t("New roster from CSV"));
  else if (button?.matches("[data-replace]")) ask(here, t("Change {name}", { name: here.title }));
  else if (button?.matches("#tools [data-remove]")) void remove();
});
const below = document.querySelector("#below");
below?.addEventListener("change", () => /** @type {HTMLSelectElement} */ (below).form?.requestSubmit());
