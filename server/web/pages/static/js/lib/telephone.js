// Telephone numbers in what people write of how somebody is reached: each a link that a telephone dials.

import { h } from "./dom.js";

const NUMBER = /(?<![\p{L}\d@._])\+?\(?\d(?:[ .-]?\d|\)[ .-]?\d|[ .-]?\(\d)*(?![\p{L}\d@_])/gu;
const SHORTEST = 6; // digits; what is shorter is an extension or a room, unless nothing else is written
const LONGEST = 15; // ITU-T E.164, section 6

/**
 * Return a contact as it was written, with its numbers as links.
 *
 * @param {string} contact
 * @returns {(Node | string)[]}
 */
export function dialled(contact) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let end = 0;
  for (const { 0: written, index } of contact.matchAll(NUMBER)) {
    const digits = written.replace(/\D/g, "");
    const shortest = written === contact.trim() ? 3 : SHORTEST;
    if (digits.length < shortest || digits.length > LONGEST) continue;
    const address = `tel:${written.startsWith("+") ? "+" : ""}${digits}`;
    parts.push(contact.slice(end, index), h("a", { href: address, class: "numbers nowrap" }, written));
    end = index + written.length;
  }
  return [...parts, contact.slice(end)].filter((part) => part !== "");
}
