// The accounts page: one dialog for making, editing and resetting; disabling asks first.

import { call, Refusal } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { all, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";

/** @typedef {"name" | "about" | "password"} Part */

/**
 * @typedef {object} Sheet
 * @property {string} title
 * @property {Part[]} parts which fields are asked for
 * @property {string} method
 * @property {string} path
 */

const dialog = /** @type {HTMLDialogElement} */ (one("#account"));
const name = field("#name");
const displayName = field("#display-name");
const role = /** @type {HTMLSelectElement} */ (one("#role"));
const email = field("#email");
const password = field("#password");
/** @type {Sheet | null} */
let open = null;

/** @param {string} id @returns {HTMLInputElement} */
function field(id) {
  return /** @type {HTMLInputElement} */ (one(id, dialog));
}

/** @param {Sheet} sheet @param {DOMStringMap} [user] */
function ask(sheet, user = {}) {
  open = sheet;
  one("#account-title").textContent = sheet.title;
  for (const part of all("[data-part]", dialog)) part.hidden = !sheet.parts.includes(/** @type {Part} */ (part.dataset.part));
  name.value = "";
  displayName.value = user.displayName ?? "";
  role.value = user.role ?? "organizer";
  email.value = user.email ?? "";
  password.value = "";
  one("#problem", dialog).hidden = true;
  dialog.showModal();
  all("[data-part]:not([hidden]) input", dialog)[0]?.focus();
}

/** @param {Sheet} sheet @returns {Record<string, string>} */
function bodyOf(sheet) {
  return {
    ...(sheet.parts.includes("name") && { name: name.value.trim() }),
    ...(sheet.parts.includes("about") && {
      display_name: displayName.value.trim(),
      role: role.value,
      email: email.value.trim(),
    }),
    ...(sheet.parts.includes("password") && { password: password.value }),
  };
}

one("form", dialog).addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!open) return;
  try {
    await call(open.method, open.path, { body: bodyOf(open) });
    location.reload();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const fields = error.errors.map((e) => `${e.field}: ${e.message}`).join("; ");
    one(".banner__text", dialog).textContent = fields ? `${error.message} (${fields})` : error.message;
    one("#problem", dialog).hidden = false;
  }
});
one("[data-back]", dialog).addEventListener("click", () => dialog.close());

one("#add").addEventListener("click", () => {
  ask({ title: t("New account"), parts: ["name", "about", "password"], method: "POST", path: "/api/v1/users" });
});

for (const row of all("tr[data-id]")) {
  const path = `/api/v1/users/${row.dataset.id}`;
  const who = { name: row.dataset.displayName ?? "" };
  on(row, "[data-edit]", () => ask({ title: t("Edit {name}", who), parts: ["about"], method: "PATCH", path }, row.dataset));
  on(row, "[data-password]", () => {
    ask({ title: t("New password for {name}", who), parts: ["password"], method: "PATCH", path });
  });
  on(row, "[data-enable]", () => change(path, { disabled: false }));
  on(row, "[data-disable]", async () => {
    const sure = await confirm({
      title: t("Disable {name}?", who),
      text: t("They are signed out at once and cannot sign in until you enable the account again."),
      action: t("Disable"),
      danger: true,
    });
    if (sure) await change(path, { disabled: true });
  });
}

/** @param {HTMLElement} row @param {string} selector @param {() => void} act */
function on(row, selector, act) {
  row.querySelector(selector)?.addEventListener("click", act);
}

/** @param {string} path @param {object} body */
async function change(path, body) {
  try {
    await call("PATCH", path, { body });
    location.reload();
  } catch (error) {
    refused(error);
  }
}
