// The chair's moves: each is one call, and a refusal becomes a message in the chair's language.

import { call } from "../lib/api.js";
import { one } from "../lib/dom.js";
import { refused } from "../lib/toast.js";

export const briefing = one("#desk").dataset.briefing ?? "";
export const base = `/api/v1/briefings/${briefing}`;

/**
 * Make a move.
 *
 * @param {"POST" | "DELETE"} method
 * @param {string} path below the briefing
 * @param {object} [body]
 * @returns {Promise<boolean>} whether it was done
 */
export async function move(method, path, body) {
  try {
    await call(method, base + path, { body });
    return true;
  } catch (error) {
    refused(error);
    return false;
  }
}

/** @param {string} endpoint */
export function grant(endpoint) {
  return move("POST", "/floor/grant", { endpoint });
}

/**
 * Give the floor to the first who waits and can be seen and heard.
 *
 * @returns {Promise<{endpoint: string}[]>} who was passed over, and keeps its place
 */
export async function grantNext() {
  try {
    return (await call("POST", `${base}/floor/next`, { body: {} })).data.skipped;
  } catch (error) {
    refused(error);
    return [];
  }
}

/**
 * Give the floor to a site that has not asked: its hand is raised on its behalf first, so the record says who asked.
 *
 * @param {string} endpoint
 */
export async function invite(endpoint) {
  return (await move("POST", "/floor/requests", { endpoint, speaker: "", topic: "" })) && grant(endpoint);
}

/** @param {string} endpoint */
export function putOnDeck(endpoint) {
  return move("POST", "/floor/on-deck", { endpoint });
}

/** @param {string} endpoint */
export function deny(endpoint) {
  return move("DELETE", `/floor/requests/${endpoint}`);
}

/** @param {string} endpoint */
export function revoke(endpoint) {
  return move("POST", "/floor/revoke", { endpoint });
}

/**
 * @param {string[]} endpoints exactly those that wait
 * @param {string} reason goes into the record
 */
export function reorder(endpoints, reason) {
  return move("POST", "/floor/order", { endpoints, reason });
}

/** @param {string} presenter an endpoint's code, or "hub" */
export function giveContent(presenter) {
  return move("POST", "/content/give", { presenter });
}

/** @param {string} presenter so that a late press does not take it from the next */
export function takeContent(presenter) {
  return move("POST", "/content/take", { presenter });
}

/** The hub stops presenting. */
export function stopContent() {
  return move("POST", "/content/stop", {});
}

/** @param {number} index counted from 0 */
export function goToItem(index) {
  return move("POST", "/agenda", { index });
}
