// Parts of a page as the server has them now, without leaving the page: what was typed, found and scrolled to stays.

import { one } from "./dom.js";

/**
 * Exchange what is in one element for what the server now has there; listeners on the element itself stay.
 * @param {string} selector
 * @returns {Promise<void>}
 */
export async function refresh(selector) {
  const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(selector);
  if (answer.ok && fresh) one(selector).replaceChildren(...fresh.childNodes);
  else location.reload(); // the session has ended, or the page is no longer there: its own words say so
}
