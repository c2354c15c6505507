// A series: publishing all of its drafts with one press, after it was said what that means and what stands against it.

import { call } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { announce, h, icon } from "../lib/dom.js";
import { dateTime, weekday } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";

/**
 * @typedef {object} Draft
 * @property {string} briefing
 * @property {string} starts_at
 * @property {string} number
 * @property {boolean} conflict
 * @property {string | null} refused
 * @property {string | null} why
 *
 * @typedef {{dates: Draft[], mails: number, unreached: string[], writes: boolean}} Prospect
 */

const box = /** @type {HTMLElement | null} */ (document.querySelector("#series"));
const button = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-publish]"));
const invite = h("input", { type: "checkbox", id: "invite" });

async function publish() {
  const { series = "", edition, title = "" } = /** @type {HTMLElement} */ (box).dataset;
  const address = `/api/v1/series/${series}/publication`;
  try {
    const found = /** @type {Prospect} */ ((await call("GET", address)).data);
    const count = found.dates.filter((one) => !one.refused).length;
    if (count === 0) return void (await tell(t("No date can be published"), found.dates));
    const question = {
      title: t("Publish {count} dates of “{title}”?", { count, title }),
      text: t("They are announced to their endpoints, and each lobby opens by itself before the start. This cannot be undone: what is published can be changed or cancelled, and whoever was invited is told so."),
      action: t("Publish {count} dates", { count }),
      content: about(found),
    };
    if (!(await confirm(question))) return;
    wait(true);
    const { data } = await call("POST", address, { body: { invite: invite.checked }, ifMatch: `"${edition}"` });
    const done = { count: data.published.length, mails: data.mails };
    await tell(t("Published: {count} dates. Mails that are being written: {mails}", done), data.left);
    location.reload();
  } catch (error) {
    refused(error);
  } finally {
    wait(false);
  }
}

/** @param {boolean} waits */
function wait(waits) {
  button?.toggleAttribute("disabled", waits);
  if (waits) announce(t("The dates are being published…"));
}

/** @param {Prospect} found @returns {HTMLElement} what is to be known of the dates, and whether they are invited to */
function about({ dates, mails, unreached, writes }) {
  invite.checked = writes && mails > 0;
  const label = h("label", { class: "check" }, invite, h("span", {}, t("Invite the endpoints at once: {mails} mails, each to all of these dates", { mails })));
  const silent = unreached.length > 0 && t("No mail reaches {count} endpoints: they have no liaison with a mail address.", { count: unreached.length });
  const none = t("No invitations can be sent: there is no mail address of this service, or nobody to write to.");
  const asks = writes && mails > 0 ? [label, silent && h("p", { class: "small muted" }, silent)] : [h("p", { class: "small muted" }, none)];
  return h("div", { class: "stack stack--tight" }, list(dates), ...asks);
}

/** @param {Draft[]} dates */
function list(dates) {
  return h("ul", { class: "series__drafts", tabindex: 0, "aria-label": t("Dates") }, ...dates.map(line));
}

/** @param {Draft} draft */
function line({ briefing, starts_at, number, conflict, refused: code, why }) {
  const notes = [!number && t("without a number"), conflict && t("runs into another briefing")].filter(Boolean).join(", ");
  const said = code ? [t("stays a draft"), why].join(": ") : notes;
  const mark = icon(code ? "stop" : notes ? "warning" : "check", "icon");
  const link = h("a", { href: `/briefings/${briefing}`, target: "_blank" }, `${weekday(starts_at)}, ${dateTime(starts_at)}`);
  return h("li", {}, mark, h("span", {}, link, said && h("span", { class: "small muted" }, ` – ${said}`)));
}

/** @param {string} title @param {Draft[]} left what stays a draft, and why */
async function tell(title, left) {
  await confirm({ title, action: t("Close"), content: left.length > 0 ? list(left) : undefined });
}

button?.addEventListener("click", () => void publish());
