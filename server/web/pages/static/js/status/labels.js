// What a tile says of its site, on the map and on the wall of pictures.

import { t } from "../lib/i18n.js";
import { onAir } from "../live/standing.js";
import { conditionOf, signalWord, wordOf } from "../live/words.js";
import { isHub } from "./hub.js";

/**
 * @typedef {import("../live/types.js").EndpointStatus} EndpointStatus
 * @typedef {import("../live/types.js").Floor} Floor
 */

/**
 * What stands in a tile's corner: its place in the queue, else whether a site that is here has yet to check in.
 *
 * @param {EndpointStatus} site
 * @param {Floor} floor
 * @returns {string}
 */
export function markOf(site, floor) {
  const place = placeOf(site, floor);
  if (place > 0) return String(place);
  return site.presence === "present" && !site.check_in && !isHub(site) ? "?" : "";
}

/**
 * Everything a tile shows, in words.
 *
 * @param {EndpointStatus} site
 * @param {Floor} floor
 * @returns {string}
 */
export function labelOf(site, floor) {
  const holder = onAir(floor)?.endpoint;
  const signals = (site.health?.signals ?? []).map(signalWord);
  const parts = [site.name, conditionOf(site, holder) === "faulty" ? "" : wordOf(site, holder), ...signals];
  if (!isHub(site)) parts.push(site.check_in ? t("checked in") : t("not checked in"));
  if (site.late) parts.push(t("late"));
  const place = placeOf(site, floor);
  if (place > 0) parts.push(t("number {place} in the queue", { place }));
  return parts.filter(Boolean).join(", ");
}

/**
 * @param {EndpointStatus} site
 * @param {Floor} floor
 * @returns {number} from 1; 0 outside the queue
 */
function placeOf(site, floor) {
  return floor.queue.findIndex((request) => request.endpoint === site.code) + 1;
}
