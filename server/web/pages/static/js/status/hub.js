// The hub as the board shows it: beside the sites, though it is on no roster and never checks in.

import { t } from "../lib/i18n.js";

/**
 * @typedef {import("../live/types.js").Status} Status
 * @typedef {import("../live/types.js").EndpointStatus} EndpointStatus
 */

/** The hub's code. */
export const HUB = "hub";

/**
 * @param {EndpointStatus} site
 * @returns {boolean}
 */
export function isHub(site) {
  return site.code === HUB;
}

/**
 * Describe the hub as if it were a site.
 *
 * @param {Status["hub"]} hub
 * @returns {EndpointStatus}
 */
export function hubAsSite({ publishing, health = null }) {
  return {
    code: HUB,
    name: t("Hub"),
    region: "",
    presence: "present",
    late: false,
    last_seen: null,
    publishing,
    check_in: null,
    health,
  };
}
