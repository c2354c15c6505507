// The board of invitations: sent, previewed, reminded of, answered by hand; shown by answer, and followed as answers come.

import { call, Refusal } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { all, h, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { lines, matches } from "../lib/text.js";
import { refused, toast } from "../lib/toast.js";
import { EventStream } from "../live/stream.js";
import { positionsOf } from "../site/draft.js";
import { saveLetters } from "./letters.js";
import "./replies.js";

const board = one("#board");
const briefing = `/api/v1/briefings/${board.dataset.briefing}`;
const path = `${briefing}/invitations`;
const rows = all("#rows tbody tr[data-code]");
const search = /** @type {HTMLInputElement} */ (one("#search"));
const byHand = /** @type {HTMLDialogElement} */ (one("#by-hand"));
const preview = /** @type {HTMLDialogElement} */ (one("#preview"));
let shown = "all";

/** Show the rows that are asked for, and say how many they are. */
function filter() {
  for (const row of rows) {
    const { standing = "", code = "", name = "" } = row.dataset;
    const chosen = shown === "all" || shown === standing || (shown === "unreached" && "unreached" in row.dataset);
    row.hidden = !(chosen && matches(`${code} ${name}`, search.value));
    one(`[data-tile="${code}"]`).hidden = row.hidden;
  }
  const count = rows.filter((row) => !row.hidden).length;
  say(one("#shown"), count === rows.length ? "" : t("{count} of {all} endpoints are shown.", { count, all: rows.length }));
  for (const button of all("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === shown));
}

for (const button of all("[data-show]")) {
  button.addEventListener("click", () => {
    shown = button.dataset.show === shown ? "all" : (button.dataset.show ?? "all");
    filter();
  });
}
search.addEventListener("input", filter);
one("#print").addEventListener("click", () => {
  for (const list of all("details", one("#rows"))) list.setAttribute("open", "");
  print();
});

/**
 * Make a change and show the board anew.
 * @param {string} method
 * @param {string} to
 * @param {object} body
 */
async function change(method, to, body) {
  try {
    await call(method, to, { body });
    location.reload();
  } catch (error) {
    refused(error);
  }
}

document.querySelector("#send")?.addEventListener("click", async () => {
  const count = one("#send").dataset.count ?? "";
  const sure = await confirm({
    title: t("Send the invitation to {count} endpoints?", { count }),
    text: t("Each liaison gets a mail with the endpoint's own links and an entry for the calendar. Changes of the time, the title or the place are then sent by themselves."),
    action: t("Send the invitations"),
  });
  if (sure) await change("POST", path, { endpoints: "missing" });
});

document.querySelector("#nudge")?.addEventListener("click", async () => {
  const { count = "", lately } = one("#nudge").dataset;
  const sure =
    !lately ||
    (await confirm({
      title: t("Remind them again?"),
      text: t("{count} endpoints have not answered. They were last reminded at {time}, less than an hour ago.", { count, time: lately }),
      action: t("Remind them again"),
    }));
  if (sure) await change("POST", `${path}/nudge`, { again: Boolean(lately) });
});

/** @param {HTMLElement} row */
async function sendAgain(row) {
  const sure = await confirm({
    title: t("Send the invitation to {name} again?", { name: row.dataset.name ?? "" }),
    action: t("Send it again"),
  });
  if (sure) await change("POST", path, { endpoints: [row.dataset.code] });
}

/** @param {HTMLElement} row */
async function showPreview(row) {
  try {
    const { data } = await call("GET", `${path}/${row.dataset.code}/preview`);
    say(one("#preview-to"), data.to.map((/** @type {{name: string, email: string}} */ who) => `${who.name} <${who.email}>`).join(", "));
    say(one("#preview-subject"), data.subject);
    say(one("#preview-text"), data.text);
    say(one("#preview-calendar"), data.calendar);
    preview.showModal();
  } catch (error) {
    refused(error);
  }
}

/**
 * @typedef {{name: string, positions: string[], attendance: string, reason: string}} Delegate
 * @param {HTMLElement} row
 */
async function openByHand(row) {
  try {
    const { data } = await call("GET", `${briefing}/endpoints/${row.dataset.code}/invitation`);
    const lines = (data.given?.delegates ?? []).map((/** @type {Delegate} */ one) => [one.name, ...one.positions].join(", "));
    byHand.dataset.code = row.dataset.code;
    byHand.dataset.sequence = data.sequence;
    byHand.dataset.kept = JSON.stringify(data.given?.delegates ?? []);
    say(one("#by-hand-title"), t("The answer of {name}", { name: data.name }));
    field("reason").value = data.given?.reason ?? "";
    field("delegates").value = lines.join("\n");
    for (const option of choices()) option.checked = option.value === (data.given?.answer ?? "accepted");
    one("#by-hand-problem").hidden = true;
    byHand.showModal();
  } catch (error) {
    refused(error);
  }
}

/** @param {string} name @returns {HTMLTextAreaElement} */
function field(name) {
  return /** @type {HTMLTextAreaElement} */ (one(`[name=${name}]`, byHand));
}

/** @returns {HTMLInputElement[]} */
function choices() {
  return all("[name=answer]", byHand);
}

/**
 * Read delegates line by line; whoever stood there before keeps what a line does not say.
 * @param {string} text
 * @param {Delegate[]} kept
 * @returns {Delegate[]}
 */
function delegatesIn(text, kept) {
  return text
    .split("\n")
    .map(positionsOf)
    .filter((parts) => parts.length > 0)
    .map(([name = "", ...positions]) => {
      const before = kept.find((one) => one.name === name);
      return { name, positions, attendance: before?.attendance ?? "present", reason: before?.reason ?? "" };
    });
}

one("[data-back]", byHand).addEventListener("click", () => byHand.close());
one("form", byHand).addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = {
    answer: choices().find((option) => option.checked)?.value,
    reason: lines(field("reason").value),
    delegates: delegatesIn(field("delegates").value, JSON.parse(byHand.dataset.kept ?? "[]")),
    sequence: Number(byHand.dataset.sequence),
  };
  try {
    await call("PUT", `${briefing}/endpoints/${byHand.dataset.code}/invitation`, { body });
    location.reload();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(one("#by-hand-problem .banner__text"), [error.message, ...error.errors.map((one) => one.message)].join(" "));
    one("#by-hand-problem").hidden = false;
  }
});

for (const row of rows) {
  row.querySelector("[data-by-hand]")?.addEventListener("click", () => openByHand(row));
  row.querySelector("[data-preview]")?.addEventListener("click", () => showPreview(row));
  row.querySelector("[data-again]")?.addEventListener("click", () => sendAgain(row));
}

const profile = /** @type {HTMLSelectElement} */ (one("#profile"));

/** Have the formal letters written in the chosen layout. */
function layOut() {
  for (const row of rows) {
    const link = /** @type {HTMLAnchorElement} */ (one("[data-letter]", row));
    link.href = `${path}/${row.dataset.code}/letter?profile=${encodeURIComponent(profile.value)}`;
  }
}
profile.addEventListener("change", layOut);
document.querySelector("#letters")?.addEventListener("click", async (event) => {
  const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
  button.disabled = true;
  try {
    const told = (/** @type {number} */ count) => say(one("#shown"), t("Letter {count} of {all} is written.", { count, all: rows.length }));
    await saveLetters(`${path}/letters?profile=${encodeURIComponent(profile.value)}`, told);
    say(one("#shown"), t("All {count} letters are in the file.", { count: rows.length }));
  } catch (error) {
    say(one("#shown"), "");
    refused(error);
  }
  button.disabled = false;
});
layOut();

const file = /** @type {HTMLInputElement | null} */ (document.querySelector("#file"));
document.querySelector("#upload")?.addEventListener("click", () => file?.click());
file?.addEventListener("change", async () => {
  const chosen = file.files?.[0];
  file.value = "";
  if (!chosen) return;
  try {
    const { data } = await call("POST", "/api/v1/replies", { file: chosen });
    const row = rows.find((one) => one.dataset.code === data.endpoint);
    if (row) sessionStorage.setItem("giaoban.reply", t("Taken: the answer of {name}.", { name: row.dataset.name ?? "" }));
    location.reload();
  } catch (error) {
    refused(error);
  }
});
const taken = sessionStorage.getItem("giaoban.reply");
sessionStorage.removeItem("giaoban.reply");
if (taken) toast(taken, "good");

/** Offer the new answers; nothing moves under the hand of whoever reads. */
function news() {
  if (document.querySelector("#news")) return;
  const again = h("button", { class: "button button--small", type: "button", onclick: () => location.reload() }, t("Show them"));
  const text = h("p", { class: "banner__text" }, t("New answers have come."));
  board.prepend(h("div", { class: "banner no-print", id: "news", role: "status" }, text, again));
}

new EventStream(
  { url: `${briefing}/events` },
  { status: () => {}, journal: (entry) => void (entry.kind === "InvitationAnswered" && news()) },
).start();
filter();
