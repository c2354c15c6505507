// The contacts of a roster: searched, added, changed and removed, each with a way back; and taken over from a file.

import { call, Refusal } from "../lib/api.js";
import { all, announce, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refresh } from "../lib/refresh.js";
import { refused, toast } from "../lib/toast.js";
import { offer } from "../lib/undo.js";
import { FileImport } from "./import.js";

/** @typedef {{id: string, endpoint: string, name: string, position: string, email: string, phone: string, roles: string[], language: string}} Contact */
/** @typedef {Omit<Contact, "id">} Said */

const REST = 300; // milliseconds without a key
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
  if (!list.querySelector(`[data-id="${data.id}"]`)) {
    history.replaceState(null, "", `?${new URLSearchParams({ begin: contact.endpoint })}`); // it is on another page
    await show(data.id);
  }
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

/** Show the list as it is now, found as it was, and bring the cursor back to a contact. @param {string} id */
async function show(id) {
  await refresh("#contacts");
  focus(`[data-id="${id}"] [data-edit]`);
}

/** @param {string} selector */
function focus(selector) {
  /** @type {HTMLElement | null} */ (list.querySelector(selector))?.focus();
}

async function found() {
  await refresh("#found");
  announce(t("{count} endpoints shown", { count: all("tbody[data-code]", list).length }));
}

let timer = 0;
/** The search under way: the next begins when it has ended, so that what was asked last is shown last. */
let searching = Promise.resolve();

/** Show what is asked for; the address says so too. @param {number} after milliseconds without another key */
function search(after) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const form = /** @type {HTMLFormElement} */ (one("#filter"));
    const asked = [...new FormData(form)].filter(([, value]) => String(value).trim());
    history.replaceState(null, "", `?${new URLSearchParams(/** @type {[string, string][]} */ (asked))}`);
    searching = searching.then(found).catch(refused);
  }, after);
}

/** @param {HTMLElement} row @returns {Contact} */
function contactOf(row) {
  return JSON.parse(row.dataset.contact ?? "null");
}

const file = new FileImport(
  (what) => `${path}/${what}`,
  ({ contact }) => [contact.name, [placeName(contact.endpoint), contact.email || contact.phone].join(" · ")],
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
list.addEventListener("input", (event) => search(event.target === one("#search") ? REST : 0));
list.addEventListener("submit", (event) => (event.preventDefault(), search(0)));

function showMissing() {
  /** @type {HTMLSelectElement} */ (one("#show")).value = "uninvited";
  search(0);
}
