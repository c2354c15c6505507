// Whether those who come next could be seen and heard: at each row of the queue, and in one line when the next could not.

import { one, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { mark } from "../live/keyed.js";
import { faultWord, placeName } from "../live/words.js";

/**
 * @typedef {import("../live/types.js").Floor} Floor
 * @typedef {import("../live/types.js").FloorRequest} FloorRequest
 * @typedef {import("../live/types.js").Readiness} Readiness
 */

/**
 * Find how a site does that gets ready.
 *
 * @param {Floor} floor
 * @param {string} endpoint
 * @returns {Readiness | undefined}
 */
export function readinessOf({ deck }, endpoint) {
  return deck.find((one) => one.endpoint === endpoint);
}

/**
 * Say whom the floor goes to next: the first on deck who does not fail, else the first of the others; nobody, when
 * everybody who waits would be passed over.
 *
 * @param {Floor} floor
 * @returns {FloorRequest | undefined}
 */
export function nextOf(floor) {
  const order = [...calledOf(floor), ...floor.queue];
  return order.find(({ endpoint }) => readinessOf(floor, endpoint)?.state !== "failing");
}

/**
 * Say in one line that who comes next could not speak, or that nobody who waits could.
 *
 * @param {Floor} floor
 */
export function drawNext(floor) {
  const first = calledOf(floor)[0];
  const readiness = first && readinessOf(floor, first.endpoint);
  const fails = readiness?.state === "failing";
  one("#next-fails").hidden = !fails;
  if (!first || !fails) return;
  const passed = { name: placeName(first), reason: faultWord(readiness.reason ?? "") };
  say(
    one("#next-fails-text"),
    nextOf(floor)
      ? t("{name} would be passed over: {reason}", passed)
      : t("Nobody who waits is ready. {name}: {reason}. The floor can still be given in the queue.", passed),
  );
}

/**
 * Draw how one site does.
 *
 * @param {HTMLElement} badge
 * @param {Readiness | undefined} readiness
 */
export function drawReadiness(badge, readiness) {
  badge.hidden = readiness === undefined;
  if (readiness === undefined) return;
  const { state, reason } = readiness;
  mark(badge, "data-ready", state);
  mark(badge, "class", `badge badge--${{ ready: "good", checking: "draft", failing: "poor" }[state]}`);
  say(badge, { ready: t("ready"), checking: t("being checked"), failing: faultWord(reason ?? "") }[state]);
}

/** @param {Floor} floor */
function calledOf({ queue, called }) {
  return called.flatMap((number) => queue.find(({ request }) => request === number) ?? []);
}
