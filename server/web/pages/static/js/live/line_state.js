// The banner that says the line to the server is gone, and that nothing needs to be pressed.

import { one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/**
 * Draw the state of the event stream into `#line`, a banner that is hidden while all is well.
 *
 * @param {import("./stream.js").StreamState} state
 * @param {import("../lib/api.js").Refusal | null} refusal
 */
export function drawLine(state, refusal) {
  const banner = one("#line");
  if (state === "open") banner.hidden = true;
  else if (state === "refused") show(banner, refusal?.message ?? "");
  else if (state === "waiting") show(banner, t("The connection is lost. Reconnecting by itself…"));
}

/**
 * @param {HTMLElement} banner
 * @param {string} text
 */
function show(banner, text) {
  banner.hidden = false;
  say(one("[data-line-text]", banner), text);
}
