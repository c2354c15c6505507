// What days are called where rules are made: the days of the week from Monday, and which of a month's.

import { t } from "../lib/i18n.js";

/** @returns {string[]} */
export function weekdays() {
  return [t("Monday"), t("Tuesday"), t("Wednesday"), t("Thursday"), t("Friday"), t("Saturday"), t("Sunday")];
}

/** @returns {string[]} */
export function ordinals() {
  return [t("first"), t("second"), t("third"), t("fourth")];
}
