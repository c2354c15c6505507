// What fills the page while there is no room to show: connecting, a link that does not work, and the end.

import { one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @param {string} title @param {string} text */
function showNotice(title, text) {
  one("#notice").hidden = false;
  say(one("#notice-title"), title);
  say(one("#notice-text"), text);
}

/** Make way for the room. */
export function hideNotice() {
  one("#notice").hidden = true;
}

/** The server cannot be reached yet. */
export function showUnreachable() {
  showNotice(t("Connecting…"), t("The server cannot be reached yet. This page keeps trying by itself."));
}

/**
 * The link does not work, or does not work any more.
 *
 * @param {boolean} before it has worked on this page
 */
export function showBadLink(before) {
  if (before) showNotice(t("This link has been withdrawn"), t("Ask the organizer for the new link of your endpoint."));
  else
    showNotice(
      t("This link does not work"),
      t("Check that the whole address was copied, or ask the organizer for a new link."),
    );
}

/**
 * The briefing is over, or will not be.
 *
 * @param {"closed" | "cancelled"} phase
 * @param {string} title the briefing's
 */
export function showEnd(phase, title) {
  if (phase === "closed")
    showNotice(
      t("The briefing has ended"),
      t("{title}. Thank you for taking part. You can close this page.", { title }),
    );
  else
    showNotice(
      t("The briefing is cancelled"),
      t("{title}. The organizer will send a new invitation if it takes place later.", { title }),
    );
}
