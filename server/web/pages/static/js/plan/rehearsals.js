// The overview's rehearsals: planned by one press as offices usually do, or at another time; taken off, begun, ended.

import { Refusal, call } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { all, one, say } from "../lib/dom.js";
import { instant } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";

const card = document.querySelector("#rehearsals-card");
const base = `/api/v1/briefings/${card instanceof HTMLElement ? card.dataset.briefing : ""}/rehearsals`;

/**
 * Make one change, and show the page as it then is.
 *
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
async function change(method, path, body) {
  try {
    await call(method, `${base}${path}`, { body });
    location.reload();
  } catch (error) {
    refused(error);
  }
}

/** @param {HTMLElement} button */
async function begin({ dataset }) {
  const sure = await confirm({
    title: t("Open the room to rehearse now?"),
    text: t("Endpoints can come in, check in and be given the floor. Nothing of it is in the minutes, and older line checks are to be made again."),
    action: t("Begin the rehearsal"),
  });
  if (sure) await change("POST", "/begin", dataset.begin ? { number: Number(dataset.begin) } : {});
}

/** @param {HTMLFormElement} form */
async function planAt(form) {
  const value = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value;
  const moment = instant(value("day"), value("hour"));
  if (moment === null) return say(one("#rehearsal-error"), t("Write a date such as 22/11/2026, and a time such as 14:00."));
  try {
    await call("POST", base, { body: { starts_at: moment.toISOString(), minutes: Math.round(Number(value("minutes"))) } });
    location.reload();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(one("#rehearsal-error"), error.message);
  }
}

if (card !== null) {
  for (const button of all("[data-plan]", card)) {
    const { plan, minutes } = button.dataset;
    button.addEventListener("click", () => void change("POST", "", { starts_at: plan, minutes: Number(minutes) }));
  }
  for (const button of all("[data-drop]", card))
    button.addEventListener("click", () => void change("DELETE", `/${button.dataset.drop}`));
  for (const button of all("[data-begin]", card)) button.addEventListener("click", () => void begin(button));
  card.querySelector("#rehearsal-end")?.addEventListener("click", () => void change("POST", "/end", {}));
  const form = card.querySelector("form");
  form?.addEventListener("submit", (event) => (event.preventDefault(), void planAt(form)));
}
