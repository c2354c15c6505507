// Sound that is lost is sent again, as pictures are: browsers can do it, but do not offer it by themselves.

/**
 * Make the local description of a peer connection, and offer to repair sound in it (NACK, RFC 4585, section 4.2).
 *
 * A browser that takes no changed description gets its own.
 *
 * @param {RTCPeerConnection} peer
 */
export async function describe(peer) {
  const { type, sdp } = await peer.createOffer();
  await peer.setLocalDescription({ type, sdp: repaired(sdp ?? "") }).catch(() => peer.setLocalDescription());
}

/**
 * @param {string} sdp
 * @returns {string} the same, with NACK for every Opus
 */
export function repaired(sdp) {
  return sdp.replace(/^a=rtpmap:(\d+) opus\/48000\/2\r\n/gm, "$&a=rtcp-fb:$1 nack\r\n");
}
