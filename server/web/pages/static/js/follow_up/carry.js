// Carrying over: the chosen items of the work programme go on in a briefing to come, all in one call.

import { call } from "../lib/api.js";
import { all, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { refused } from "../lib/toast.js";

const form = /** @type {HTMLFormElement} */ (one("#carry"));
const button = one("[type=submit]", form);
const whole = /** @type {HTMLInputElement} */ (one("#carry-all"));
const boxes = /** @type {HTMLInputElement[]} */ (all("[data-carry]"));

/** @returns {HTMLInputElement[]} */
function chosen() {
  return boxes.filter((box) => box.checked);
}

function draw() {
  const count = chosen().length;
  whole.checked = count === boxes.length;
  whole.indeterminate = count > 0 && count < boxes.length;
  button.toggleAttribute("disabled", count === 0);
  say(one("#carry-count"), count ? t("{count} chosen", { count }) : t("Choose the items that go on in the next briefing."));
}

async function carry() {
  const items = chosen().map((box) => {
    const { briefing, number } = /** @type {HTMLElement} */ (box.closest("tr")).dataset;
    return { briefing, number: Number(number) };
  });
  const briefing = /** @type {HTMLSelectElement} */ (one("#carry-to")).value;
  button.setAttribute("disabled", "");
  try {
    await call("POST", "/api/v1/follow-up/carry-over", { body: { briefing, items } });
    location.reload();
  } catch (error) {
    refused(error);
    draw();
  }
}

whole.addEventListener("change", () => {
  for (const box of boxes) box.checked = whole.checked;
  draw();
});
for (const box of boxes) box.addEventListener("change", draw);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void carry();
});
draw();
