// The TURN relays the server tells of in Link headers (RFC 9725, section 4.6), and how long their credentials work.

/** Seconds before the end at which credentials count as worn out: a session made with them should last. */
const RESERVE = 300;

/**
 * Read Link headers, as fetch joins them.
 *
 * @param {string | null} header
 * @returns {RTCIceServer[]}
 */
export function relaysIn(header) {
  const links = (header ?? "").match(/<[^>]*>[^<]*/g) ?? [];
  return links.filter((link) => attribute(link, "rel") === "ice-server").map((link) => ({
    urls: link.slice(1, link.indexOf(">")),
    username: attribute(link, "username"),
    credential: attribute(link, "credential"),
  }));
}

/**
 * Whether credentials still work for a while: a username begins with the time at which it ends.
 *
 * @param {RTCIceServer[]} relays
 * @param {number} [now] seconds since 1970
 * @returns {boolean}
 */
export function areFresh(relays, now = Date.now() / 1000) {
  return relays.every((relay) => Number.parseInt(relay.username ?? "") - now > RESERVE);
}

/**
 * @param {string} link
 * @param {string} name
 * @returns {string}
 */
function attribute(link, name) {
  return link.match(new RegExp(`;\\s*${name}="([^"]*)"`))?.[1] ?? "";
}
