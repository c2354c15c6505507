// Amending the record: what is written here stands beside it, and changes nothing of it.

import { Refusal, call } from "../lib/api.js";
import { one, say } from "../lib/dom.js";
import { lines } from "../lib/text.js";

let isStoring = false; // until the page is loaded anew: a second press makes no second amendment, which nobody could remove

/** Let whoever may amend the record do so; for others the button is not there. */
export function offerAmendments() {
  const open = document.querySelector("#amend");
  if (!open) return;
  const dialog = /** @type {HTMLDialogElement} */ (one("#amendment"));
  open.addEventListener("click", () => {
    problem("");
    dialog.showModal();
  });
  one("[data-back]", dialog).addEventListener("click", () => dialog.close());
  one("form", dialog).addEventListener("submit", (event) => {
    event.preventDefault();
    void store(dialog.dataset.briefing ?? "");
  });
}

/** @param {string} briefing */
async function store(briefing) {
  if (isStoring) return;
  isStoring = true;
  const [subject = "other", about = ""] = value("about").split("/");
  const names = { turn: { turn: Number(about) }, attendance: { endpoint: about } }[subject];
  const body = { subject, ...names, text: lines(value("text")), reason: value("reason") };
  try {
    await call("POST", `/api/v1/briefings/${briefing}/amendments`, { body });
    location.hash = "amendments";
    location.reload();
  } catch (error) {
    isStoring = false;
    if (!(error instanceof Refusal)) throw error;
    problem([error.message, ...error.errors.map(({ message }) => message)].join(" "));
  }
}

/** @param {string} text */
function problem(text) {
  say(one("#amendment-problem .banner__text"), text);
  one("#amendment-problem").hidden = text === "";
}

/** @param {string} name */
function value(name) {
  return /** @type {HTMLInputElement} */ (one(`#amendment-${name}`)).value;
}
