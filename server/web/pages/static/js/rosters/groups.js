// The groups of a roster: made, changed and removed, each with a way back.

import { call, Refusal } from "../lib/api.js";
import { embedded, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refresh } from "../lib/refresh.js";
import { refused } from "../lib/toast.js";
import { offer } from "../lib/undo.js";
import { SitePicker } from "../plan/sites.js";
import { Order } from "./order.js";

/** @typedef {{id: string | null, name: string, endpoints: string[]}} Group without an id: a region, or a new one */

const list = one("#groups");
const path = `/api/v1/rosters/${list.dataset.roster}/groups`;
const dialog = /** @type {HTMLDialogElement} */ (one("#group"));
const name = /** @type {HTMLInputElement} */ (one("#name", dialog));
/** @type {import("../plan/sites.js").Unit[]} */
const units = embedded("units");
const order = new Order(one("#order"), units);
const sites = new SitePicker(one("#sites"), () => order.follow(sites.codes));
/** Which group the dialog is about; null for a new one. @type {Group | null} */
let open = null;

/** @param {Group | null} group that is changed @param {Group} shown */
function ask(group, shown) {
  open = group;
  one("#group-title").textContent = group ? t("Change {name}", { name: group.name }) : t("New group");
  name.value = shown.name;
  sites.search.value = "";
  sites.show(units, shown.endpoints);
  order.show(shown.endpoints);
  one("#problem", dialog).hidden = true;
  dialog.showModal();
  name.focus();
}

one("form", dialog).addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await save({ name: name.value.trim(), endpoints: order.codes });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    one("#problem .banner__text", dialog).textContent = error.message;
    one("#problem", dialog).hidden = false;
  }
});
one("[data-back]", dialog).addEventListener("click", () => dialog.close());

/** @param {{name: string, endpoints: string[]}} said */
async function save(said) {
  const before = open && { name: open.name, endpoints: open.endpoints };
  const own = `${path}/${open?.id}`;
  const { data } = before ? await call("PATCH", own, { body: said }) : await call("POST", path, { body: said });
  dialog.close();
  await refresh("#groups");
  if (before) offer(t("Changed: {name}", { name: said.name }), () => back("PATCH", own, before));
  else offer(t("Added: {name}", { name: said.name }), () => back("DELETE", `${path}/${data.id}`));
}

/** Make a call that takes something back. @param {string} method @param {string} to @param {object} [body] */
async function back(method, to, body) {
  await call(method, to, { body });
  await refresh("#groups");
}

/** @param {Group} group */
async function remove({ id, ...old }) {
  try {
    await call("DELETE", `${path}/${id}`);
    await refresh("#groups");
    one("[data-add]").focus();
    offer(t("Removed: {name}", { name: old.name }), () => back("POST", path, old));
  } catch (error) {
    refused(error);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button?.matches("[data-add]")) ask(null, { id: null, name: "", endpoints: [] });
  /** @type {HTMLElement | null | undefined} */
  const row = button?.closest("[data-group]");
  if (!button || !row) return;
  /** @type {Group} */
  const group = JSON.parse(row.dataset.group ?? "null");
  if (button.matches("[data-edit]")) ask(group, group);
  else if (button.matches("[data-copy]")) ask(null, { ...group, id: null, name: t("{name} (copy)", { name: group.name }) });
  else if (button.matches("[data-remove]")) void remove(group);
});
