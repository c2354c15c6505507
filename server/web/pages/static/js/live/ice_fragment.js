// SDP fragments of an ICE restart (RFC 8840, section 9; RFC 9725, section 4.3.3): what changes, and nothing else.

export const FRAGMENT = "application/trickle-ice-sdpfrag";

/** What an answer has of its own side's ICE. */
const OURS = /^a=(ice-ufrag|ice-pwd|candidate|end-of-candidates)/;

/**
 * Write what the server needs to know of a new offer: its first m-line's credentials.
 *
 * @param {string} offer SDP
 * @returns {string}
 */
export function restartFragment(offer) {
  const line = (/** @type {RegExp} */ pattern) => offer.match(pattern)?.[0].trim() ?? "";
  const wanted = [/^a=ice-options:.*$/m, /^a=group:BUNDLE.*$/m, /^m=.*$/m, /^a=mid:.*$/m, /^a=ice-ufrag:.*$/m];
  return [...wanted, /^a=ice-pwd:.*$/m].map(line).filter(Boolean).concat("").join("\r\n");
}

/**
 * Return the first answer with the credentials and candidates of the server's fragment in place of its own.
 *
 * @param {string} answer SDP
 * @param {string} fragment
 * @returns {string}
 */
export function renewedAnswer(answer, fragment) {
  const renewed = fragment.split(/\r?\n/).filter((line) => OURS.test(line));
  const kept = answer.split(/\r?\n/).filter((line) => line !== "" && !OURS.test(line));
  const lines = kept.flatMap((line) => (line.startsWith("a=setup:") ? [line, ...renewed] : [line]));
  return [...lines, ""].join("\r\n");
}
