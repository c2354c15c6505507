// The dialog that asks which endpoints something is for; for a paper that is due, also what and until when.

import { Refusal } from "../lib/api.js";
import { one, say } from "../lib/dom.js";
import { date, instant, time } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { SitePicker } from "../plan/sites.js";

/**
 * @typedef {import("../plan/sites.js").Unit} Unit
 * @typedef {"all" | string[]} Endpoints
 * @typedef {{title: string, due: string, endpoints: string}} Paper `endpoints`: "all", or codes with spaces between
 */

/** @type {SitePicker | null} */
let picker = null;

/** @param {string} id @returns {HTMLInputElement} */
const field = (id) => one(`#${id}`);

/**
 * Ask whom something is for.
 *
 * @param {string} title
 * @param {Unit[]} units
 * @param {string} before whom it is for now
 * @param {(endpoints: Endpoints) => Promise<unknown>} save
 * @returns {Promise<boolean>} whether it was saved
 */
export function askForEndpoints(title, units, before, save) {
  one("#paper-fields").hidden = true;
  return ask(title, units, before, () => save(endpoints()));
}

/**
 * Ask for a paper: what, until when, and of whom.
 *
 * @param {Unit[]} units
 * @param {Paper | null} before
 * @param {(body: {title: string, due: string, endpoints: Endpoints}) => Promise<unknown>} save
 * @returns {Promise<boolean>} whether it was saved
 */
export function askForPaper(units, before, save) {
  one("#paper-fields").hidden = false;
  field("paper-title").value = before?.title ?? "";
  field("due-day").value = before ? date(before.due) : "";
  field("due-time").value = before ? time(before.due) : "17:00";
  return ask(before ? t("Change what is asked for") : t("Ask for a paper"), units, before?.endpoints ?? "all", () => {
    const due = instant(field("due-day").value, field("due-time").value);
    const title = field("paper-title").value.trim();
    if (!title) throw new Refusal(0, "title", t("Say what is to be handed in."));
    if (!due) throw new Refusal(0, "due", t("Write the date as 25/12/2026 and the time as 17:00."));
    return save({ title, due: due.toISOString(), endpoints: endpoints() });
  });
}

/** @returns {Endpoints} */
function endpoints() {
  if (field("all-endpoints").checked) return "all";
  const codes = picker?.codes ?? [];
  if (!codes.length && !one("#paper-fields").hidden) throw new Refusal(0, "nobody", t("Choose at least one endpoint."));
  return codes;
}

/**
 * @param {string} title
 * @param {Unit[]} units
 * @param {string} before
 * @param {() => Promise<unknown>} save
 * @returns {Promise<boolean>}
 */
function ask(title, units, before, save) {
  picker ??= new SitePicker(one("#sites"), () => {});
  picker.search.value = "";
  picker.show(units, before === "all" ? units.map((unit) => unit.code) : before.split(" "));
  const everybody = field("all-endpoints");
  everybody.checked = before === "all";
  const follow = () => (one("#picker").hidden = everybody.checked);
  everybody.onchange = follow;
  follow();
  say(one("#choose-title"), title);
  one("#choose-problem").hidden = true;
  return opened(save);
}

/** @param {() => Promise<unknown>} save @returns {Promise<boolean>} */
function opened(save) {
  /** @type {HTMLDialogElement} */
  const dialog = one("#choose");
  /** @type {HTMLFormElement} */
  const form = one("form", dialog);
  /** @type {HTMLButtonElement} */
  const button = one("#choose-save");
  one("#choose-back").onclick = () => dialog.close("");
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    try {
      await save();
      dialog.close("saved");
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say(one("#choose-problem"), [error.message, ...error.errors.map((e) => e.message)].join(" "));
      one("#choose-problem").hidden = false;
    } finally {
      button.disabled = false;
    }
  };
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "saved"), { once: true });
  });
}
