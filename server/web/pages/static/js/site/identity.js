// Who this page is: the link's token says it, to the server and by the server.

import { Refusal, call } from "../lib/api.js";
import { backOff, isFinal, pause } from "../live/retry.js";

/**
 * @typedef {object} Identity
 * @property {string} briefing
 * @property {string} endpoint
 * @property {string} endpoint_name
 */

/** The secret in this page's address; it is sent in the Authorization header and kept nowhere else. */
export const token = decodeURIComponent(location.pathname.split("/").pop() ?? "");

/**
 * Ask the server whom the link belongs to, for as long as it takes.
 *
 * @param {() => void} waiting called when the server could not be reached and will be asked again
 * @returns {Promise<Identity>}
 * @throws {Refusal} when the link is wrong, revoked or used up
 */
export async function identify(waiting) {
  for (let failures = 0; ; failures += 1) {
    try {
      return (await call("GET", "/api/v1/me", { token })).data;
    } catch (error) {
      if (!(error instanceof Refusal) || isFinal(error.status)) throw error;
      waiting();
      await pause(Math.max(backOff(failures), error.retryAfter), new AbortController().signal);
    }
  }
}
