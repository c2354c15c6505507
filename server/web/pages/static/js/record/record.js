// The record page: asks the server to check its journal, prints, and opens every list of delegates for the printer.

import { call, Refusal } from "../lib/api.js";
import { all, icon, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { offerAmendments } from "./amend.js";

const verdict = one("#verdict");

/** Check the journal's hash chain and say the result. */
async function verify() {
  try {
    const { data } = await call("GET", `/api/v1/briefings/${verdict.dataset.briefing}/verify`);
    if (data.sound) show("good", t("Unaltered: all {count} entries of the journal fit.", { count: data.entries }));
    else show("poor", t("Altered: entry {seq} is the first that does not fit.", { seq: data.flaw.seq }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    show("fair", error.message);
  }
}

/**
 * @param {"good" | "fair" | "poor"} kind
 * @param {string} text
 */
function show(kind, text) {
  const shape = { good: "shield", fair: "warning", poor: "stop" }[kind];
  verdict.classList.add(`record__verdict--${kind}`);
  verdict.replaceChildren(icon(shape), " ", text);
  verdict.setAttribute("aria-busy", "false");
}

one("#print").addEventListener("click", () => window.print());
window.addEventListener("beforeprint", () => {
  for (const list of all("details.record__delegates, details.came")) list.setAttribute("open", "");
});
offerAmendments();
verify();
