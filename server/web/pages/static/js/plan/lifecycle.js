// The overview's buttons: publish, open, start, close, cancel; each asks first where it matters. The page follows when
// somebody else, or the clock, moves the briefing on, and says while it is recorded.

import { call } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { all, h, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";
import { showRecording } from "../live/recording.js";
import { EventStream } from "../live/stream.js";
import { askScope } from "../series/scope.js";
import "./copy.js";

const box = one("#lifecycle");
const { briefing = "", state = "", title = "", sites = "0", series = "", original = "" } = box.dataset;
const OVER = ["closed", "cancelled"];
const reason = h("input", { class: "input", id: "reason", maxlength: 300, autocomplete: "off" });

/** @type {Record<string, () => import("../lib/dialog.js").Question>} */
const QUESTIONS = {
  schedule: () => ({
    title: t("Publish “{title}”?", { title }),
    text: t("It is then announced for {count} endpoints, and the lobby opens by itself before the start.", {
      count: sites,
    }),
    action: t("Publish"),
  }),
  open: () => ({
    title: t("Open the lobby now?"),
    text: t("Sites can join and check in from now on."),
    action: t("Open the lobby"),
  }),
  start: () => ({
    title: t("Begin the meeting now?"),
    text: t("The record begins, and sites that have not checked in count as late."),
    action: t("Begin the meeting"),
  }),
  close: () => ({
    title: t("End the meeting?"),
    text: t("Every site is disconnected, a running turn ends, and the record is closed. This cannot be undone."),
    action: t("End the meeting"),
    danger: true,
  }),
  cancel: () => ({
    title: t("Cancel “{title}”?", { title }),
    text: t("It will not take place and its join links stop working. This cannot be undone."),
    action: t("Cancel the briefing"),
    danger: true,
    content: h(
      "div",
      { class: "field" },
      h("label", { class: "field__label", for: "reason" }, t("Reason (optional)")),
      reason,
    ),
  }),
};

for (const button of all("[data-move]", box)) {
  button.addEventListener("click", () => move(button.dataset.move || ""));
}

/** @param {string} name */
async function move(name) {
  if (name === "cancel" && series) return cancelDates();
  const question = QUESTIONS[name];
  if (!question || !(await confirm(question()))) return;
  try {
    const body = name === "cancel" ? { reason: reason.value.trim() } : undefined;
    await call("POST", `/api/v1/briefings/${briefing}/${name}`, { body });
    location.reload();
  } catch (error) {
    refused(error);
  }
}

/** Cancel this date of a series, or others with it. */
async function cancelDates() {
  const question = QUESTIONS.cancel?.();
  const scope = question && (await askScope(question));
  if (!scope) return;
  const words = reason.value.trim();
  const following = scope === "following" ? { following: original } : {};
  try {
    if (scope === "this") await call("POST", `/api/v1/briefings/${briefing}/cancel`, { body: { reason: words } });
    else await call("POST", `/api/v1/series/${series}/cancel`, { body: { ...following, reason: words } });
    location.reload();
  } catch (error) {
    refused(error);
  }
}

if (!OVER.includes(state)) {
  /** @param {import("../live/types.js").Status} now */
  const status = (now) => {
    if (now.state === state) showRecording(one("#recording"), now.recording);
    else location.reload();
  };
  new EventStream({ url: `/api/v1/briefings/${briefing}/events` }, { status }).start();
}
