// The addresses of the sites' calendars: copied, made, made anew and revoked.

import { call } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { all, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refused, toast } from "../lib/toast.js";

const path = `/api/v1/calendar-feeds/${one("#feeds").dataset.roster}`;

/** @param {string} method @param {string} to @param {object} [body] */
async function change(method, to, body) {
  try {
    await call(method, to, { body });
    location.reload();
  } catch (error) {
    refused(error);
  }
}

/** @param {DOMStringMap} feed */
async function copy(feed) {
  try {
    await navigator.clipboard.writeText(feed.url ?? "");
    toast(t("Copied: {name}", { name: feed.name ?? "" }), "good");
  } catch {
    toast(t("The browser does not allow copying here; select the address and press Ctrl+C."), "poor");
  }
}

/** @param {DOMStringMap} feed */
async function renew(feed) {
  const sure =
    !feed.url ||
    (await confirm({
      title: t("Make a new address for {name}?", { name: feed.name ?? "" }),
      text: t("Programs that subscribe to the present address get nothing more; the endpoint must be given the new one."),
      action: t("Make a new address"),
      danger: true,
    }));
  if (sure) await change("POST", path, { endpoints: [feed.code] });
}

/** @param {DOMStringMap} feed */
async function revoke(feed) {
  const sure = await confirm({
    title: t("Revoke the address of {name}?", { name: feed.name ?? "" }),
    text: t("Programs that subscribe to it get nothing more."),
    action: t("Revoke the address"),
    danger: true,
  });
  if (sure) await change("DELETE", `${path}/${feed.code}`);
}

for (const row of all("tr[data-code]")) {
  row.querySelector("[data-copy]")?.addEventListener("click", () => copy(row.dataset));
  row.querySelector("[data-renew]")?.addEventListener("click", () => renew(row.dataset));
  row.querySelector("[data-revoke]")?.addEventListener("click", () => revoke(row.dataset));
}
document.querySelector("#make")?.addEventListener("click", () => change("POST", path, { endpoints: "missing" }));
