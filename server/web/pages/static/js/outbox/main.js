// The outbox: everything that is shown is tried again by one button, or let go; an admin sends a trial mail.

import { call, Refusal } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { all, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";

const again = /** @type {HTMLButtonElement | null} */ (document.querySelector("#again"));
again?.addEventListener("click", async () => {
  again.disabled = true;
  try {
    const { data } = await call("POST", "/api/v1/outbox/try-again", { body: { mails: shown() } });
    if (data.renewed + data.left > 0) await tell(data);
    location.href = "/outbox?state=waiting";
  } catch (error) {
    again.disabled = false;
    refused(error);
  }
});

/**
 * Say what was not sent as it was: its briefing has changed since.
 *
 * @param {{renewed: number, left: number}} tried
 */
function tell({ renewed, left }) {
  const anew = t("{count} endpoints are invited anew: the briefing has changed since these mails were written.", { count: renewed });
  const no = t("{count} mails are left as they are: their briefing is called off or over, or nobody there gets mails. Let them go.", { count: left });
  const text = [renewed && anew, left && no].filter(Boolean).join(" ");
  return confirm({ title: t("Not all of them are sent as they were"), text, action: t("Understood") });
}

/** @returns {(string | undefined)[]} the ids of the mails that nobody is sending */
function shown() {
  return all("tr[data-mail]:not([data-under-way])").map((row) => row.dataset.mail);
}

document.querySelector("#let-go")?.addEventListener("click", () => letGo(shown()));
for (const row of all("tr[data-mail]")) {
  row.querySelector("[data-let-go]")?.addEventListener("click", () => letGo([row.dataset.mail]));
}

/** @param {(string | undefined)[]} mails */
async function letGo(mails) {
  const sure = await confirm({
    title: t("Let {count} mails go?", { count: mails.length }),
    text: t("They are deleted and never sent. Do this when the recipients know by other means, or need not know."),
    action: t("Let go"),
    danger: true,
  });
  if (!sure) return;
  try {
    await call("POST", "/api/v1/outbox/let-go", { body: { mails } });
    location.reload();
  } catch (error) {
    refused(error);
  }
}

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
