// A site's answer to its invitation: whether it takes part, why not, and who comes, in their order; changed at will until the lobby opens.

import { call, Refusal } from "../lib/api.js";
import { all, announce, h, one, say, stamp } from "../lib/dom.js";
import { dateTime, time, weekday } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { lines } from "../lib/text.js";
import { positionsOf } from "../site/draft.js";
import { identify, token } from "../site/identity.js";

/**
 * @typedef {import("../site/draft.js").DelegateEntry} Delegate
 * @typedef {object} Invitation
 * @property {string} endpoint
 * @property {string} name
 * @property {string} title
 * @property {string} number
 * @property {string} starts_at
 * @property {string} ends_at
 * @property {string} place
 * @property {string} dress
 * @property {string} notes
 * @property {string} chaired_by
 * @property {string} state
 * @property {boolean} open
 * @property {number} sequence
 * @property {string} standing
 * @property {{answer: string, reason: string, delegates: Delegate[], at: string} | null} given
 * @property {OtherDate[]} dates
 *
 * @typedef {object} OtherDate another date of the same invitation that still takes answers
 * @property {string} briefing
 * @property {string} starts_at
 * @property {number} sequence
 * @property {string} standing
 * @property {boolean} own it was answered by itself
 */

const form = /** @type {HTMLFormElement} */ (one("#form"));
const list = one("#delegates");
const reason = /** @type {HTMLTextAreaElement} */ (one("[name=reason]", form));
let address = "";
/** @type {string} */
let draft = "";
let sequence = 0;
/** @type {Record<string, number>} the other dates that one answer is meant for too */
let others = {};

/** @param {Invitation} invitation */
function show(invitation) {
  sequence = invitation.sequence;
  say(one("#place"), invitation.name);
  say(one("#title"), invitation.title);
  one("#facts").replaceChildren(...facts(invitation));
  one("#invitation").hidden = false;
  /** @type {HTMLAnchorElement} */ (one("#join")).href = `/join/${encodeURIComponent(token)}`;
  const [text, kind] = notice(invitation);
  say(one("#notice-text"), text);
  one("#notice").className = `banner banner--${kind}`;
  one("#notice").hidden = text === "";
  say(one("#answered"), invitation.given ? t("Answered on {time}", { time: dateTime(invitation.given.at) }) : "");
  showDates(invitation.dates);
  form.inert = !invitation.open;
  for (const part of ["#send", "#add"]) one(part).toggleAttribute("disabled", !invitation.open);
}

/** @param {OtherDate[]} dates */
function showDates(dates) {
  const meant = dates.filter((date) => !date.own);
  others = Object.fromEntries(meant.map((date) => [date.briefing, date.sequence]));
  one("#scope").hidden = meant.length === 0;
  say(one("#scope-all"), t("This date and {count} others that are ahead", { count: meant.length }));
  one("#dates").replaceChildren(
    ...dates.map(({ starts_at, standing, own }) => h("li", {}, `${weekday(starts_at)}, ${dateTime(starts_at)} – `, own ? t("{answer}: keeps its own answer", { answer: standingOf(standing) }) : standingOf(standing))),
  );
}

/** @param {string} standing */
function standingOf(standing) {
  if (standing === "accepted") return t("Takes part");
  if (standing === "declined") return t("Does not take part");
  if (standing === "tentative") return t("Takes part perhaps");
  return standing === "moved" ? t("Answered before the time was changed") : t("No answer yet");
}

/** @returns {boolean} whether the answer is meant for the other dates too */
function forAll() {
  return !one("#scope").hidden && /** @type {HTMLInputElement} */ (one("[name=scope][value=all]", form)).checked;
}

/** @param {Invitation} invitation @returns {[string, string]} what is to be known first, and its colour */
function notice({ state, open, standing }) {
  if (state === "cancelled") return [t("This briefing has been cancelled."), "poor"];
  if (!open) return [t("Answers are no longer taken. Go to the endpoint's page to check in and take part."), "info"];
  if (standing === "moved") return [t("The time has changed since you answered. Please answer again."), "fair"];
  if (standing === "waiting" || standing === "not_sent") return ["", "info"];
  return [t("Your answer has arrived. You can change it until the lobby opens."), "good"];
}

/** @param {Invitation} invitation @returns {HTMLElement[]} */
function facts({ starts_at, ends_at, number, place, dress, notes, chaired_by }) {
  const until = starts_at.slice(0, 10) === ends_at.slice(0, 10) ? time(ends_at) : dateTime(ends_at);
  const known = [
    [t("Time"), `${weekday(starts_at)}, ${dateTime(starts_at)} – ${until}`],
    [t("Number"), number],
    [t("Chaired by"), chaired_by],
    [t("Hub"), place],
    [t("Dress"), dress],
    [t("Remarks"), notes],
  ];
  return known.filter(([, said]) => said).map(([what, said]) => h("div", {}, h("dt", {}, what), h("dd", {}, said)));
}

/** @returns {string} */
function chosen() {
  return /** @type {HTMLInputElement | null} */ (form.querySelector("[name=answer]:checked"))?.value ?? "";
}

function adapt() {
  const declined = chosen() === "declined";
  one("#delegates-field").hidden = declined;
  say(one("#reason-label"), declined ? t("Reason") : t("Remark (optional)"));
}

/** @param {Delegate} [delegate] */
function addRow(delegate = { name: "", positions: [], attendance: "present", reason: "" }) {
  const row = stamp("delegate-row");
  input(row, "name").value = delegate.name;
  input(row, "positions").value = delegate.positions.join(", ");
  input(row, "reason").value = delegate.reason;
  input(row, "attendance").value = delegate.attendance;
  one("[data-reason]", row).hidden = delegate.attendance !== "substitute";
  one("[data-remove]", row).addEventListener("click", () => removeRow(row));
  one("[data-up]", row).addEventListener("click", () => moveRow(row, -1));
  one("[data-down]", row).addEventListener("click", () => moveRow(row, 1));
  list.append(row);
  return row;
}

/** @param {HTMLElement} row @param {string} name @returns {HTMLInputElement} */
function input(row, name) {
  return one(`[name=${name}]`, row);
}

/** @param {HTMLElement} row */
function removeRow(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  (next?.querySelector("input") ?? one("#add")).focus();
  keep();
}

/** @param {HTMLElement} row @param {-1 | 1} by */
function moveRow(row, by) {
  const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  one(by < 0 ? "[data-up]" : "[data-down]", row).focus();
  announce(t("{name} is now at place {place}.", { name: input(row, "name").value, place: all("#delegates > *").indexOf(row) + 1 }));
  keep();
}

/** @returns {Delegate[]} */
function delegates() {
  return all(".reply__delegate", list)
    .map((row) => ({
      name: input(row, "name").value.trim(),
      positions: positionsOf(input(row, "positions").value),
      attendance: /** @type {Delegate["attendance"]} */ (input(row, "attendance").value),
      reason: input(row, "attendance").value === "substitute" ? input(row, "reason").value.trim() : "",
    }))
    .filter((one) => one.name !== "" || one.positions.length > 0);
}

/** @param {{answer: string, reason: string, delegates: Delegate[]}} said */
function fill(said) {
  for (const option of /** @type {HTMLInputElement[]} */ (all("[name=answer]", form))) option.checked = option.value === said.answer;
  reason.value = said.reason;
  list.replaceChildren();
  for (const delegate of said.delegates) addRow(delegate);
  if (said.delegates.length === 0) addRow();
  adapt();
}

/** Keep what is typed for as long as this tab lives: a reload loses nothing. */
function keep() {
  sessionStorage.setItem(draft, JSON.stringify({ answer: chosen(), reason: reason.value, delegates: delegates() }));
}

/** @param {string} text */
function complain(text) {
  one("#error").hidden = text === "";
  say(one("#error"), text);
}

/** @returns {string} what is missing; the cursor is put there */
function missing() {
  const nameless = all(".reply__delegate", list).find((row) => input(row, "name").value.trim() === "" && input(row, "positions").value.trim() !== "");
  if (chosen() === "") return (one("[name=answer]", form).focus(), t("Choose an answer."));
  if (chosen() === "declined" && reason.value.trim() === "") return (reason.focus(), t("Write why you cannot take part."));
  if (nameless) return (input(nameless, "name").focus(), t("Write the name of every delegate."));
  return "";
}

async function send() {
  const what = missing();
  complain(what);
  if (what) return;
  const going = chosen() !== "declined";
  const also = forAll() ? others : {};
  const body = { answer: chosen(), reason: lines(reason.value), delegates: going ? delegates() : [], sequence, also };
  try {
    const { data } = await call("PUT", address, { body, token });
    sessionStorage.removeItem(draft);
    show(data);
    one("#notice").scrollIntoView({ block: "center" });
    announce(one("#notice-text").textContent ?? "");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    complain([error.message, ...error.errors.map((one) => one.message)].join(" "));
    if (error.status === 409) show((await call("GET", address, { token })).data);
  }
}

form.addEventListener("submit", (event) => (event.preventDefault(), void send()));
form.addEventListener("input", keep);
form.addEventListener("change", (event) => {
  adapt();
  const field = event.target;
  const row = field instanceof HTMLSelectElement ? field.closest(".reply__delegate") : null;
  if (row) one("[data-reason]", row).hidden = /** @type {HTMLSelectElement} */ (field).value !== "substitute";
  keep();
});
one("#add").addEventListener("click", () => input(addRow(), "name").focus());

try {
  const identity = await identify(() => say(one("#notice-text"), t("The server cannot be reached. Check the connection and try again.")));
  address = `/api/v1/briefings/${identity.briefing}/endpoints/${identity.endpoint}/invitation`;
  draft = `giaoban.reply.${identity.briefing}.${identity.endpoint}`;
  const { data } = await call("GET", address, { token });
  show(data);
  fill(JSON.parse(sessionStorage.getItem(draft) ?? "null") ?? data.given ?? { answer: "", reason: "", delegates: [] });
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  one("#notice").className = "banner banner--poor";
  say(one("#notice-text"), error.message);
}
