// What a line check found, as a list: what is wrong first, then what is worth mending, each with what to do about it.

import { h, icon } from "../lib/dom.js";
import { adviceOf, faultName } from "./faults.js";

/**
 * Make the rows.
 *
 * @param {import("./types.js").SiteCheck} check
 * @returns {HTMLLIElement[]}
 */
export function findingsOf({ faults, remarks, found }) {
  return [...faults.map((fault) => finding(fault, found, true)), ...remarks.map((remark) => finding(remark, found, false))];
}

/**
 * @param {import("./faults.js").Fault} fault
 * @param {import("./types.js").Found | null} found
 * @param {boolean} isFault
 */
function finding(fault, found, isFault) {
  const sign = h("span", { class: "finding__sign" }, icon(isFault ? "warning" : "info"));
  const attributes = { class: "finding", "data-fault": String(isFault) };
  return h("li", attributes, sign, h("strong", {}, faultName(fault)), h("span", {}, adviceOf(fault, found)));
}
