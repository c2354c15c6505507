// Short messages at the corner of the page; errors stay until they are closed.

import { Refusal } from "./api.js";
import { h, icon, one } from "./dom.js";
import { t } from "./i18n.js";

const UNAUTHORIZED = 401; // the session has ended; what was typed is still on the page
const SHOWN = 6000; // milliseconds a good message stays
const OFFERED = 20_000; // milliseconds one stays that has something to press

/**
 * Show a message.
 * @param {string} text
 * @param {"info" | "good" | "poor"} [kind]
 * @param {HTMLElement | null} [link] what helps: a link, or a button
 */
export function toast(text, kind = "info", link = null) {
  const shape = { info: "info", good: "check", poor: "stop" }[kind];
  const close = h("button", { class: "button button--quiet button--icon button--small", type: "button" });
  close.setAttribute("aria-label", t("Close"));
  close.append(icon("cross"));
  const role = kind === "poor" ? "alert" : "status";
  const said = h("p", { class: "toast__text" }, text, link && " ", link);
  const box = h("div", { class: `toast toast--${kind}`, role }, icon(shape), said, close);
  close.addEventListener("click", () => box.remove());
  one("#toasts").append(box);
  if (kind !== "poor") setTimeout(() => box.remove(), link ? OFFERED : SHOWN);
}

/**
 * Show why something did not work.
 * @param {unknown} error
 */
export function refused(error) {
  if (!(error instanceof Refusal)) throw error;
  const fields = error.errors.map((e) => `${e.field}: ${e.message}`).join("; ");
  const again = h("a", { href: "/sign-in", target: "_blank" }, t("Sign in again in a new tab"));
  toast(fields ? `${error.message} (${fields})` : error.message, "poor", error.status === UNAUTHORIZED ? again : null);
}
