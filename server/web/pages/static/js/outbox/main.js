// The outbox: everything that is shown is tried again by one button; an admin sends a trial mail.

import { call, Refusal } from "../lib/api.js";
import { all, one } from "../lib/dom.js";
import { refused } from "../lib/toast.js";

const again = /** @type {HTMLButtonElement | null} */ (document.querySelector("#again"));
again?.addEventListener("click", async () => {
  again.disabled = true;
  const mails = all("tr[data-mail]:not([data-under-way])").map((row) => row.dataset.mail);
  try {
    await call("POST", "/api/v1/outbox/try-again", { body: { mails } });
    location.href = "/outbox?state=waiting";
  } catch (error) {
    again.disabled = false;
    refused(error);
  }
});

document.querySelector("#trial")?.addEventListener("click", () => {
  dialog().showModal();
});

/** @returns {HTMLDialogElement} */
function dialog() {
  return /** @type {HTMLDialogElement} */ (one("#trial-dialog"));
}

document.querySelector("#trial-dialog [data-back]")?.addEventListener("click", () => dialog().close());
document.querySelector("#trial-dialog form")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const submit = /** @type {HTMLButtonElement} */ (one("[type=submit]", dialog()));
  if (submit.disabled) return;
  submit.disabled = true;
  const recipient = /** @type {HTMLInputElement} */ (one("#recipient")).value.trim();
  try {
    await call("POST", "/api/v1/outbox/trial", { body: { recipient } });
    location.href = "/outbox?state=waiting";
  } catch (error) {
    submit.disabled = false;
    if (!(error instanceof Refusal)) throw error;
    one("#trial-problem .banner__text").textContent = [error.message, ...error.errors.map((e) => e.message)].join(" ");
    one("#trial-problem").hidden = false;
  }
});
