// Which way sound and pictures take, in plain words; and whom to call when they find none.

import { all, one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @typedef {import("../live/path.js").Path} Path */

/** Say no way any more while the session is being mended: the last one may not be the next. What blocks it stays said. */
export function forgetPath() {
  for (const place of all("[data-link-path]")) say(place, "");
}

/**
 * Say the way. While there is one nothing alarms: a relay works too.
 *
 * @param {Path | "none" | null} path null: nothing is sent, so there is nothing to say
 * @param {string} [port] where the server waits for sound and pictures
 */
export function drawPath(path, port = "") {
  const words = {
    direct: t("Sound and pictures go straight to the server."),
    relay_udp: t("Sound and pictures go through the relay."),
    relay_tcp: t("Sound and pictures go through the relay, by TCP."),
    relay_tls: t("Sound and pictures go through the relay, like a web page."),
    none: "",
  };
  const way = path === null ? "" : words[path];
  const isStream = path === "relay_tcp" || path === "relay_tls";
  const hint = isStream ? t("Should they stutter, UDP to {port} needs to be open.", { port }) : "";
  for (const place of all("[data-link-path]")) {
    say(place, place.dataset.linkPath === "whole" ? `${way} ${hint}`.trim() : way);
  }
  one("#no-path").hidden = path !== "none";
  say(one("#no-path-port"), port);
}
