// A way back from what was just done, offered beside the words that say so.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { refused, toast } from "./toast.js";

/** What is offered now: only the last thing that was done can be taken back. @type {HTMLElement | null} */
let offered = null;

/**
 * Say what was done, and offer to take it back.
 * @param {string} text
 * @param {() => Promise<unknown>} takeBack
 */
export function offer(text, takeBack) {
  const button = h("button", { class: "button button--small", type: "button" }, t("Undo"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await takeBack();
    } catch (error) {
      refused(error);
    }
    button.closest(".toast")?.remove();
  });
  offered?.closest(".toast")?.remove();
  offered = button;
  toast(text, "good", button);
}
