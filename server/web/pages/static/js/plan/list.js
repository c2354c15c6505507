// The list of briefings: found as one types or chooses; the address says what is shown, and Back goes back.

import { all, announce, one } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";

const REST = 300; // milliseconds without a key
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("#filter"));
let timer = 0;
/** Which request the page waits for. */
let asked = 0;
/** What the address says of what is shown. */
let shown = location.pathname + location.search;

/** Where what is chosen is shown: nothing in it that was left open. @param {HTMLFormElement} chosen */
function addressOf(chosen) {
  const values = [...new FormData(chosen)].flatMap(([name, value]) => (typeof value === "string" && value.trim() ? [[name, value.trim()]] : []));
  return values.length > 0 ? `/?${new URLSearchParams(values)}` : "/";
}

/**
 * Show what is chosen: every choice is a step that Back takes back, but not every letter.
 *
 * @param {HTMLFormElement} chosen
 * @param {"pushState" | "replaceState"} step
 */
async function show(chosen, step) {
  clearTimeout(timer);
  const address = addressOf(chosen);
  const request = ++asked;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const text = await answer.text();
    if (request !== asked) return;
    const found = new DOMParser().parseFromString(text, "text/html").querySelector("#shelves");
    if (!answer.ok || !found) return location.assign(address); // signed out, or refused: the page says so
    one("#shelves").replaceWith(document.adoptNode(found));
    if (address !== shown) history[step](null, "", address);
    shown = address;
    announce(t("{count} briefings shown", { count: found.getAttribute("data-count") ?? "" }));
  } catch {
    if (request === asked) toast(t("The server cannot be reached. Check the connection and try again."), "poor");
  }
}

if (form) {
  const typed = /** @type {HTMLInputElement} */ (one("#search"));
  let from = typed.value;
  form.addEventListener("submit", (event) => (event.preventDefault(), void show(form, "pushState")));
  for (const choice of all("select", form)) choice.addEventListener("change", () => void show(form, "pushState"));
  typed.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void show(form, typed.value && from ? "replaceState" : "pushState").then(() => (from = typed.value)), REST);
  });
  window.addEventListener("popstate", () => location.pathname + location.search !== shown && location.reload());
}
