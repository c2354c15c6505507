// The way that sound and pictures take, by what the browser measures: directly, or through which kind of relay.

/**
 * @typedef {"direct" | "relay_udp" | "relay_tcp" | "relay_tls"} Path
 *
 * @typedef {object} Flow
 * @property {Path | null} path null before there is one
 * @property {number} received octets of media that have come so far
 */

/**
 * Look at a connection.
 *
 * @param {RTCPeerConnection} peer
 * @returns {Promise<Flow>}
 */
export async function flowOf(peer) {
  const stats = /** @type {Map<string, any>} */ (/** @type {unknown} */ (await peer.getStats()));
  const transport = [...stats.values()].find((one) => one.type === "transport");
  const pair = stats.get(transport?.selectedCandidatePairId);
  return { path: pathOf(stats.get(pair?.localCandidateId)), received: transport?.bytesReceived ?? 0 };
}

/**
 * @param {{candidateType: string, relayProtocol?: string} | undefined} candidate ours, of the pair in use
 * @returns {Path | null}
 */
function pathOf(candidate) {
  if (candidate === undefined) return null;
  if (candidate.candidateType !== "relay") return "direct";
  return /** @type {Path} */ (`relay_${candidate.relayProtocol ?? "udp"}`);
}
