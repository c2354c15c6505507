// The line, by what the browser counts of the media that is sent and received, and by one transfer over HTTP.

import { flowOf } from "../live/path.js";

/** Milliseconds the transfer may take: what has come by then says enough. */
const PATIENCE = 4000;

/**
 * @typedef {object} Counted
 * @property {number} at milliseconds
 * @property {number} octets sent, or received
 * @property {number} packets
 * @property {number} lost packets
 *
 * @typedef {object} Carried
 * @property {number} rate bit/s
 * @property {number | null} loss per mille; null: nothing was sent that could be lost
 */

/**
 * Which way media takes, in the server's word.
 *
 * @param {RTCPeerConnection | null} peer
 * @returns {Promise<"direct" | "relay_udp" | "relay_tcp" | "relay_tls" | "none">}
 */
export async function wayOf(peer) {
  if (peer?.connectionState !== "connected") return "none";
  return (await flowOf(peer)).path ?? "none";
}

/**
 * Count what a connection has sent so far, and how much of it the server missed.
 *
 * @param {RTCPeerConnection | null} peer
 * @returns {Promise<Counted>}
 */
export async function sentBy(peer) {
  const stats = await statsOf(peer);
  const [out, told] = [of(stats, "outbound-rtp"), of(stats, "remote-inbound-rtp")];
  return counted(sum(out, "bytesSent") + sum(out, "headerBytesSent"), sum(out, "packetsSent"), sum(told, "packetsLost"));
}

/**
 * Count what a connection has received so far, and how much of it was missing.
 *
 * @param {RTCPeerConnection | null} peer
 * @returns {Promise<Counted>}
 */
export async function receivedBy(peer) {
  const stats = of(await statsOf(peer), "inbound-rtp");
  const lost = sum(stats, "packetsLost");
  return counted(sum(stats, "bytesReceived") + sum(stats, "headerBytesReceived"), sum(stats, "packetsReceived") + lost, lost);
}

/**
 * @param {Counted} before
 * @param {Counted} after
 * @returns {Carried}
 */
export function carried(before, after) {
  const packets = after.packets - before.packets;
  const lost = Math.max(0, after.lost - before.lost);
  return {
    rate: Math.max(0, Math.round(((after.octets - before.octets) * 8000) / Math.max(1, after.at - before.at))),
    loss: packets > 0 ? Math.min(1000, Math.round((lost / packets) * 1000)) : null,
  };
}

/**
 * Read the round trip and the jitter off the connections, in milliseconds; the worse of them.
 *
 * @param {(RTCPeerConnection | null)[]} peers
 * @returns {Promise<{round_trip: number | null, jitter: number | null}>}
 */
export async function delaysOf(peers) {
  const stats = (await Promise.all(peers.map(statsOf))).flat();
  const pairs = of(stats, "candidate-pair").filter((one) => one.nominated && one.state === "succeeded");
  const told = [...of(stats, "remote-inbound-rtp"), ...of(stats, "inbound-rtp")];
  const trips = [...pairs.map((one) => one.currentRoundTripTime), ...told.map((one) => one.roundTripTime)];
  return { round_trip: worst(trips), jitter: worst(told.map((one) => one.jitter)) };
}

/**
 * Transfer some noise from the server, and say how fast it came.
 *
 * @param {string} url
 * @param {string} token
 * @returns {Promise<number>} bit/s; 0 when nothing came
 */
export async function downloadRate(url, token) {
  const patience = AbortSignal.timeout(PATIENCE);
  const began = performance.now(); // with the way there and back: rather too little than too much
  let [octets, last] = [0, began];
  try {
    const response = await fetch(url, { headers: { Authorization: `Bearer ${token}` }, cache: "no-store", signal: patience });
    if (!response.ok || response.body === null) return 0;
    for (let reader = response.body.getReader(), part = await reader.read(); !part.done; part = await reader.read()) {
      octets += part.value.length;
      last = performance.now();
    }
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    last = performance.now(); // the line is too slow for all of it, or broke: what came, came in that time
  }
  return octets === 0 ? 0 : Math.min(10_000_000_000, Math.round((octets * 8000) / Math.max(1, last - began)));
}

/**
 * @param {RTCPeerConnection | null} peer
 * @returns {Promise<any[]>}
 */
async function statsOf(peer) {
  if (peer === null) return [];
  return [.../** @type {Map<string, any>} */ (/** @type {unknown} */ (await peer.getStats())).values()];
}

/**
 * @param {any[]} stats
 * @param {string} type
 */
function of(stats, type) {
  return stats.filter((one) => one.type === type);
}

/**
 * @param {any[]} stats
 * @param {string} name
 * @returns {number}
 */
function sum(stats, name) {
  return stats.reduce((total, one) => total + (one[name] ?? 0), 0);
}

/**
 * @param {number} octets
 * @param {number} packets
 * @param {number} lost
 * @returns {Counted}
 */
function counted(octets, packets, lost) {
  return { at: performance.now(), octets, packets, lost };
}

/**
 * @param {(number | undefined)[]} seconds
 * @returns {number | null} milliseconds
 */
function worst(seconds) {
  const known = seconds.filter((one) => one !== undefined);
  return known.length === 0 ? null : Math.min(60_000, Math.round(Math.max(...known) * 1000));
}
