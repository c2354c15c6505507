// Copying a briefing: another day, the same hour, and the open tasks of the old one on the new agenda if that is wished.

import { call } from "../lib/api.js";
import { confirm } from "../lib/dialog.js";
import { h, one } from "../lib/dom.js";
import { date, instant, time } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { refused, toast } from "../lib/toast.js";

const WEEK = 7 * 24 * 3600 * 1000;
const button = document.querySelector("[data-copy]");

/** @param {string} id @param {string} label @param {HTMLInputElement} field */
function labelled(id, label, field) {
  field.id = id;
  return h("div", { class: "field" }, h("label", { class: "field__label", for: id }, label), field);
}

async function copy() {
  const { briefing = "", startsAt = "" } = one("#lifecycle").dataset;
  const wanted = new Date(Math.max(Date.now(), Date.parse(startsAt)) + WEEK);
  const day = h("input", { class: "input numbers", inputmode: "numeric", maxlength: 10, autocomplete: "off", value: date(wanted) });
  const from = h("input", { class: "input numbers", inputmode: "numeric", maxlength: 5, autocomplete: "off", value: time(startsAt) });
  const tasks = h("input", { type: "checkbox", checked: true });
  const content = h(
    "div",
    { class: "stack stack--tight" },
    labelled("copy-day", t("Day"), day),
    labelled("copy-from", t("Start"), from),
    h("label", { class: "check" }, tasks, h("span", {}, t("Put its open tasks on the agenda"))),
  );
  const text = t("The copy is a draft of its own: without number, reporting period and series.");
  if (!(await confirm({ title: t("Copy this briefing"), text, action: t("Copy"), content }))) return;
  const starts = instant(day.value, from.value);
  if (!starts) return toast(t("Write the day as 22/11/2026 and the time as 08:00."), "poor");
  try {
    const body = { starts_at: starts.toISOString(), open_tasks: tasks.checked };
    const { data } = await call("POST", `/api/v1/briefings/${briefing}/copy`, { body });
    location.assign(`/briefings/${data.id}/edit`);
  } catch (error) {
    refused(error);
  }
}

button?.addEventListener("click", () => void copy());
