// When to try again, and when not: 63 sites must not come back in the same instant.

const FIRST = 0.5;
const LONGEST = 10;

/**
 * Seconds before attempt number `attempt` (0 is the first retry): doubled from 0.5 s to 10 s, half of it by chance.
 *
 * @param {number} attempt
 * @param {number} [chance] 0..1
 * @returns {number}
 */
export function backOff(attempt, chance = Math.random()) {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** attempt);
  return ceiling * (0.5 + chance / 2);
}

/** Trying again cannot help: the caller, the address or the words are wrong. */
const FINAL = new Set([400, 401, 403, 404, 405, 406, 410, 415, 422]);

/**
 * Whether asking again with the same words is pointless.
 *
 * @param {number} status an HTTP status
 * @returns {boolean}
 */
export function isFinal(status) {
  return FINAL.has(status);
}

/**
 * Wait, but no longer than until the signal aborts.
 *
 * @param {number} seconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function pause(seconds, signal) {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
