// The reminders of the house or of one briefing: a row each, changed together and saved together; one may be sent now.

import { call, Refusal } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { all, announce, one, stamp } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refused, toast } from "../lib/toast.js";

/** @typedef {{count: number, unit: string, addressees: string[], on: boolean}} Rule */

const card = one("#reminders");
const body = one("tbody", card);
const path = card.dataset.path ?? "";
const most = Number(card.dataset.most);
const saved = JSON.stringify(rules());

/** @returns {HTMLElement[]} */
function rows() {
  return all("tr[data-rule]", body);
}

/** @returns {Rule[]} what the rows say */
function rules() {
  return rows().map((row) => ({
    count: Number(/** @type {HTMLInputElement} */ (one("[data-count]", row)).value),
    unit: /** @type {HTMLSelectElement} */ (one("[data-unit]", row)).value,
    addressees: all("[data-to]:checked", row).map((box) => box.dataset.to ?? ""),
    on: /** @type {HTMLInputElement} */ (one("[data-on]", row)).checked,
  }));
}

/** Show whether something is to be saved; what is not saved cannot be sent. */
function compare() {
  const changed = JSON.stringify(rules()) !== saved;
  one("#unsaved").hidden = !changed;
  one("#none").hidden = rows().length > 0;
  one("#problem").hidden = true;
  for (const send of /** @type {HTMLButtonElement[]} */ (all("[data-send]", body))) send.disabled = changed;
  const add = /** @type {HTMLButtonElement | null} */ (document.querySelector("#add"));
  if (add) add.disabled = rows().length >= most;
}

/** @param {Rule[] | null} wanted @param {string} [ifMatch] which reminders they are meant for */
async function save(wanted, ifMatch = `"${card.dataset.tag}"`) {
  try {
    await call("PUT", path, { body: { rules: wanted }, ifMatch });
    window.removeEventListener("beforeunload", keep);
    location.reload();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "stale_reminders") return overwrite(wanted);
    one("#problem").textContent = [error.message, ...error.errors.map((each) => each.message)].join(" ");
    one("#problem").hidden = false;
  }
}

/** Somebody else has saved first: theirs are shown, or mine take their place. @param {Rule[] | null} wanted */
async function overwrite(wanted) {
  const sure = await confirm({
    title: t("Somebody else has changed these reminders"),
    text: t("Nothing of yours is saved yet. Save yours in place of theirs, or go back and drop your changes to see theirs."),
    action: t("Save mine"),
    danger: true,
  });
  if (sure) await save(wanted, "*");
}

/** @param {BeforeUnloadEvent} event */
function keep(event) {
  if (!one("#unsaved").hidden) event.preventDefault();
}

/** @param {HTMLElement} row */
async function send(row) {
  const sure = await confirm({
    title: t("Send this reminder now?"),
    text: t("It goes to {count} people, but not to those who have had it. At its own time it then goes to nobody twice.", {
      count: row.dataset.people ?? "",
    }),
    action: t("Send now"),
  });
  if (!sure) return;
  try {
    const { data } = await call("POST", `${path}/${row.dataset.rule}/send`);
    toast(data.count ? t("{count} mails were written.", { count: data.count }) : t("Everybody has had it already."), "good");
  } catch (error) {
    refused(error);
  }
}

document.querySelector("#add")?.addEventListener("click", () => {
  const row = stamp("row");
  body.append(row);
  compare();
  /** @type {HTMLInputElement} */ (one("[data-count]", row)).select();
  announce(t("A reminder was added."));
});
body.addEventListener("input", compare);
body.addEventListener("click", (event) => {
  const pressed = /** @type {HTMLElement} */ (event.target).closest("button");
  const row = pressed?.closest("tr");
  if (!pressed || !row) return;
  if (pressed.matches("[data-send]")) void send(row);
  if (pressed.matches("[data-remove]")) {
    const next = /** @type {HTMLElement | null} */ ((row.nextElementSibling ?? row.previousElementSibling)?.querySelector("[data-remove]") ?? null);
    row.remove();
    compare();
    (next ?? one("#save")).focus();
    announce(t("The reminder was taken away; undo the changes to have it back."));
  }
});
one("#save").addEventListener("click", () => save(rules()));
one("#discard").addEventListener("click", () => {
  window.removeEventListener("beforeunload", keep);
  location.reload();
});
document.querySelector("#as-house")?.addEventListener("click", () => save(null));
window.addEventListener("beforeunload", keep);
