// A series: cancelling all of its dates that have not begun.

import { call } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";

const box = document.querySelector("#series");
const reason = h("input", { class: "input", id: "reason", maxlength: 300, autocomplete: "off" });

async function cancel() {
  const { series, edition, title = "" } = /** @type {HTMLElement} */ (box).dataset;
  const label = h("label", { class: "field__label", for: "reason" }, t("Reason (optional)"));
  const question = {
    title: t("Cancel all dates of “{title}” that have not begun?", { title }),
    text: t("They will not take place and their join links stop working. This cannot be undone."),
    action: t("Cancel the dates"),
    danger: true,
    content: h("div", { class: "field" }, label, reason),
  };
  if (!(await confirm(question))) return;
  try {
    const body = { reason: reason.value.trim() };
    await call("POST", `/api/v1/series/${series}/cancel`, { body, ifMatch: `"${edition}"` });
    location.reload();
  } catch (error) {
    refused(error);
  }
}

box?.querySelector("[data-cancel]")?.addEventListener("click", () => void cancel());
