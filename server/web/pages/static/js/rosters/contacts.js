// The contacts of a roster: searched, added, changed and removed, each with a way back; and taken over from a file.

import { call, Refusal } from "../lib/api.js";
import { all, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refresh } from "../lib/refresh.js";
import { matches } from "../lib/text.js";
import { refused, toast } from "../lib/toast.js";
import { offer } from "../lib/undo.js";
import { FileImport } from "./import.js";

/** @typedef {{id: string, endpoint: string, name: string, position: string, email: string, phone: string, roles: string[], language: string}} Contact */
/** @typedef {Omit<Contact, "id">} Said */

const list = one("#contacts");
const path = `/api/v1/rosters/${list.dataset.roster}/contacts`;
const dialog = /** @type {HTMLDialogElement} */ (one("#contact"));
const FIELDS = /** @type {const} */ (["endpoint", "name", "position", "email", "phone", "language"]);
/** Which contact the dialog is about; null for a new one. @type {Contact | null} */
let open = null;

/** @param {typeof FIELDS[number]} id @returns {HTMLInputElement} */
function field(id) {
  return one(`#${id}`, dialog);
}

/** @returns {HTMLInputElement[]} */
function roles() {
  return all("[name=role]", dialog);
}

/** @param {Contact | null} contact @param {string} [endpoint] where a new one is */
function ask(contact, endpoint = "") {
  open = contact;
  const shown = contact ?? { ...blank, endpoint: endpoint || field("endpoint").value };
  one("#contact-title").textContent = contact ? t("Change {name}", { name: contact.name }) : t("New contact");
  for (const id of FIELDS) field(id).value = shown[id];
  for (const box of roles()) box.checked = shown.roles.includes(box.value);
  one("#problem", dialog).hidden = true;
  dialog.showModal();
  field(endpoint || contact ? "name" : "endpoint").focus();
}

/** @type {Said} */
const blank = { endpoint: "", name: "", position: "", email: "", phone: "", roles: ["liaison"], language: "vi" };

/** @returns {Said} what the dialog holds */
function said() {
  const texts = Object.fromEntries(FIELDS.map((id) => [id, field(id).value.trim()]));
  const chosen = roles().filter(({ checked }) => checked);
  return /** @type {Said} */ ({ ...texts, roles: chosen.map(({ value }) => value) });
}

one("form", dialog).addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    if (open) await change(open, said());
    else await add(said());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const fields = error.errors.map((e) => `${e.field}: ${e.message}`).join("; ");
    one("#problem .banner__text", dialog).textContent = fields ? `${error.message} (${fields})` : error.message;
    one("#problem", dialog).hidden = false;
  }
});
one("[data-back]", dialog).addEventListener("click", () => dialog.close());

/** @param {Said} contact */
async function add(contact) {
  const { data } = await call("POST", path, { body: contact });
  dialog.close();
  await show(data.id);
  offer(t("Added: {name}", { name: contact.name }), () => back("DELETE", `${path}/${data.id}`));
}

/** Only what was changed here is sent: somebody else may have changed the rest. @param {Contact} before @param {Said} after */
async function change(before, after) {
  const keys = /** @type {(keyof Said)[]} */ (Object.keys(after)).filter((key) => String(after[key]) !== String(before[key]));
  const only = (/** @type {Said} */ one) => Object.fromEntries(keys.map((key) => [key, one[key]]));
  const own = `${path}/${before.id}`;
  await call("PATCH", own, { body: only(after) });
  dialog.close();
  await show(before.id);
  if (keys.length) offer(t("Changed: {name}", { name: after.name }), () => back("PATCH", own, only(before)));
}

/** @param {Contact} contact */
async function remove({ id, ...old }) {
  try {
    await call("DELETE", `${path}/${id}`);
    await show("");
    focus(`[data-code="${old.endpoint}"] [data-add]`);
    offer(t("Removed: {name}", { name: old.name }), () => back("POST", path, old));
  } catch (error) {
    refused(error);
  }
}

/** Make a call that takes something back, and show the list. @param {string} method @param {string} to @param {object} [body] */
async function back(method, to, body) {
  await call(method, to, { body });
  await show("");
}

/** Show the list as it is now, searched as it was, and bring the cursor back to a contact. @param {string} id */
async function show(id) {
  const typed = ["search", "show"].map((name) => [name, control(name)?.value ?? ""]);
  await refresh("#contacts");
  for (const [name, value] of typed) {
    const again = control(name ?? "");
    if (again) again.value = value ?? "";
  }
  filter();
  focus(`[data-id="${id}"] [data-edit]`);
}

/** @param {string} id @returns {HTMLInputElement | HTMLSelectElement | null} nothing while the list is empty */
function control(id) {
  return list.querySelector(`#${id}`);
}

/** @param {string} selector */
function focus(selector) {
  /** @type {HTMLElement | null} */ (list.querySelector(selector))?.focus();
}

/** Show what matches the search. */
function filter() {
  const search = control("search")?.value ?? "";
  const wanted = control("show")?.value ?? "";
  let shown = 0;
  for (const place of all("tbody", list)) {
    const here = place.dataset.search ?? "";
    const rows = all("[data-contact]", place);
    for (const row of rows) {
      const meant = wanted === "" || wanted === "uninvited" || contactOf(row).roles.includes(wanted);
      row.hidden = !meant || !matches(`${here} ${row.dataset.search}`, search);
    }
    const bare = rows.length === 0 && (wanted === "" || wanted === "uninvited");
    const none = bare ? !matches(here, search) : rows.every((row) => row.hidden);
    place.hidden = none || (wanted === "uninvited" && place.dataset.uninvited === undefined);
    shown += Number(!place.hidden);
  }
  const nothing = document.querySelector("#nothing");
  nothing?.toggleAttribute("hidden", shown > 0);
}

/** @param {HTMLElement} row @returns {Contact} */
function contactOf(row) {
  return JSON.parse(row.dataset.contact ?? "null");
}

const file = new FileImport(
  (what) => `${path}/${what}`,
  ({ contact }) => [contact.name, [placeName(contact.endpoint), contact.email].join(" · ")],
  async ({ added, changed, unchanged }) => {
    await show("");
    toast(t("Taken over: {added} added, {changed} changed, {unchanged} as they were.", { added, changed, unchanged }), "good");
  },
);

/** @param {string} code @returns {string} */
function placeName(code) {
  return one(`#endpoint option[value="${code}"]`, dialog).textContent ?? code;
}

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (!button) return;
  const row = /** @type {HTMLElement | null} */ (button.closest("[data-contact]"));
  if (button.matches("[data-import]")) file.open();
  else if (button.matches("[data-missing]")) showMissing();
  else if (button.matches("[data-add]")) ask(null, button.closest("tbody")?.dataset.code);
  else if (row && button.matches("[data-edit]")) ask(contactOf(row));
  else if (row && button.matches("[data-remove]")) void remove(contactOf(row));
});
list.addEventListener("input", filter);
list.addEventListener("submit", (event) => event.preventDefault());

function showMissing() {
  /** @type {HTMLSelectElement} */ (one("#show")).value = "uninvited";
  filter();
}
