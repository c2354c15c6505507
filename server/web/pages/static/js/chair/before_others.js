// Giving the floor before others who wait: with a reason in the same step, if there is one to give.

import { t } from "../lib/i18n.js";
import { placeName } from "../live/words.js";
import { grant } from "./api.js";
import { nextOf } from "./readiness.js";
import { askReason } from "./reason.js";

/**
 * @typedef {import("../live/types.js").Floor} Floor
 * @typedef {import("../live/types.js").FloorRequest} FloorRequest
 */

/**
 * Give the floor to one who waits: at once to whoever is to be called first, or would be.
 *
 * @param {Floor} floor
 * @param {FloorRequest} asked
 */
export async function give(floor, asked) {
  if ([floor.called[0], nextOf(floor)?.request].includes(asked.request)) return void (await grant(asked));
  await beforeOthers(floor, placeName(asked), (reason) => grant(asked, reason));
}

/**
 * Do what gives somebody the floor before those who wait, if somebody does; first ask why.
 *
 * @param {Floor} floor
 * @param {string} name of whom it is given to
 * @param {(reason: string) => Promise<boolean>} move
 * @returns {Promise<boolean>} whether it was done
 */
export async function beforeOthers({ queue }, name, move) {
  const reason = queue.length === 0 ? "" : await askWhy(name);
  return reason !== null && move(reason);
}

/** @param {string} name */
function askWhy(name) {
  return askReason({
    title: t("Give the floor to {name} before others?", { name }),
    ready: [t("Continues the subject"), t("Asked by the chair"), t("Urgent"), t("Has to leave early")],
    action: t("Give the floor now"),
  });
}
