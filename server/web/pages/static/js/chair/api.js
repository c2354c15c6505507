// The chair's moves: each is one call, and a refusal becomes a message in the chair's language.

import { call } from "../lib/api.js";
import { refused } from "../lib/toast.js";
import { base } from "./place.js";
import { seat } from "./seat.js";

/**
 * Make a move that anybody at a desk may make.
 *
 * @param {"POST" | "PATCH"} method
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

/**
 * Make a move as the acting chair.
 *
 * @param {string} path below the briefing
 * @param {object} [body]
 * @returns {Promise<boolean>} whether it was done
 */
async function lead(path, body = {}) {
  return (await seat.claim()) && move("POST", path, body);
}

/** @typedef {{endpoint: string, request: number}} Asked a request, by whose it is and its number */

/**
 * @param {Asked} asked
 * @param {string} [reason] for passing over others
 */
export function grant({ endpoint, request }, reason = "") {
  return lead("/floor/grant", { endpoint, request, reason });
}

/**
 * Give the floor to the first who waits and can be seen and heard.
 *
 * @returns {Promise<{endpoint: string}[]>} who was passed over, and keeps its place
 */
export async function grantNext() {
  if (!(await seat.claim())) return [];
  try {
    return (await call("POST", `${base}/floor/next`, { body: {} })).data.skipped;
  } catch (error) {
    refused(error);
    return [];
  }
}

/**
 * Give the floor to somebody who has not asked.
 *
 * @param {{endpoint: string, speaker: string, topic: string}} invitation
 * @param {string} [reason] for passing over others
 */
export function invite(invitation, reason = "") {
  return lead("/floor/invite", { ...invitation, reason });
}

/**
 * Call back who has spoken, on the same subject.
 *
 * @param {{endpoint: string, speaker?: string}} who `speaker` where several may be meant: whoever spoke last there else
 * @param {string} [reason] for passing over others
 */
export function recall(who, reason = "") {
  return lead("/floor/recall", { ...who, reason });
}

/** @param {Asked} asked */
export function putOnDeck({ endpoint, request }) {
  return lead("/floor/on-deck", { endpoint, request });
}

/**
 * @param {Asked} asked
 * @param {string} reason
 */
export function deny({ endpoint, request }, reason) {
  return lead("/floor/deny", { endpoint, request, reason });
}

/** @param {string} endpoint so that a late press does not stop the next */
export function revoke(endpoint) {
  return lead("/floor/revoke", { endpoint });
}

/** Interrupt the speaker, who keeps the turn. */
export function pause() {
  return lead("/floor/pause");
}

/** Let the interrupted speaker go on. */
export function goOn() {
  return lead("/floor/continue");
}

/** @param {number} seconds more, or (negative) less */
export function extend(seconds) {
  return lead("/floor/extend", { seconds });
}

/** @param {boolean} muted whether nobody but the hub may be heard */
export function muteEveryone(muted) {
  return lead(muted ? "/floor/mute" : "/floor/unmute");
}

/** @param {string} at when the move was made that is taken back */
export function undo(at) {
  return lead("/floor/undo", { at });
}

/**
 * @param {number[]} requests exactly those that wait
 * @param {string} reason goes into the record
 */
export function reorder(requests, reason) {
  return lead("/floor/order", { requests, reason });
}

/** @param {import("../live/types.js").Policy} policy */
export function follow(policy) {
  return lead("/floor/policy", { policy });
}

/**
 * Raise a hand for a site, or for somebody in the hub's room.
 *
 * @param {{endpoint: string, speaker: string, topic: string}} request
 */
export function ask(request) {
  return move("POST", "/floor/requests", request);
}

/**
 * @param {Asked} asked
 * @param {{speaker: string, topic: string}} words
 */
export function amend({ endpoint, request }, words) {
  return move("PATCH", `/floor/requests/${endpoint}`, { ...words, request });
}

/** @param {string} presenter an endpoint's code, or "hub" */
export function giveContent(presenter) {
  return lead("/content/give", { presenter });
}

/** @param {string} presenter so that a late press does not take it from the next */
export function takeContent(presenter) {
  return lead("/content/take", { presenter });
}

/** The hub stops presenting. */
export function stopContent() {
  return move("POST", "/content/stop", {});
}

/** @param {boolean} recorded whether the stage is recorded from now on */
export function record(recorded) {
  return lead(recorded ? "/recording/start" : "/recording/stop");
}

/** @param {number} index counted from 0 */
export function goToItem(index) {
  return lead("/agenda", { index });
}

/** @typedef {"open" | "start" | "close" | "rehearsals/begin" | "rehearsals/end"} Step of the briefing's life */

/** @param {Step} step */
export function advance(step) {
  return lead(`/${step}`);
}
