// The month: briefings that have not begun are dragged to another day, or moved there from the keyboard.

import "./print.js";
import { refused } from "../lib/toast.js";
import { one } from "../lib/dom.js";
import { moveBriefing } from "./move.js";

const DAY = 24 * 3600 * 1000;

/** Days that Alt with a key moves a briefing. @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** What is dragged. @type {HTMLElement | null} */
let dragged = null;

/** @param {EventTarget | null} target @param {string} selector @returns {HTMLElement | null} */
function around(target, selector) {
  return target instanceof Element ? target.closest(selector) : null;
}

/** @param {string} day 2026-11-27 @param {number} days */
function later(day, days) {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

/** @param {HTMLElement} item @param {(day: string) => string} to */
function move(item, to) {
  const day = around(item, "[data-day]")?.dataset.day ?? "";
  moveBriefing(item.dataset.briefing ?? "", to(day)).catch(refused);
}

function mark(/** @type {HTMLElement | null} */ cell) {
  document.querySelector(".month__day--target")?.classList.remove("month__day--target");
  cell?.classList.add("month__day--target");
}

const main = one("#main");
main.addEventListener("dragstart", (event) => {
  dragged = around(event.target, "[data-briefing]");
  if (!dragged || !event.dataTransfer) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.briefing ?? "");
});
main.addEventListener("dragover", (event) => {
  const cell = dragged && around(event.target, "[data-day]");
  if (cell) event.preventDefault(); // it may be dropped here
  mark(cell);
});
main.addEventListener("dragend", () => ((dragged = null), mark(null)));
main.addEventListener("drop", (event) => {
  const cell = around(event.target, "[data-day]");
  if (!dragged || !cell) return;
  event.preventDefault();
  if (!cell.contains(dragged)) move(dragged, () => cell.dataset.day ?? "");
});
main.addEventListener("click", (event) => {
  const item = around(event.target, "[data-move]") && around(event.target, "[data-briefing]");
  if (item) move(item, (day) => day);
});
main.addEventListener("keydown", (event) => {
  const item = around(event.target, "[data-briefing]");
  const days = STEPS[event.key];
  if (!item || !event.altKey || days === undefined) return;
  event.preventDefault();
  move(item, (day) => later(day, days));
});
