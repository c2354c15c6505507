// Watching a briefing by WHEP: the first audio and video pair is the stage, the second the hub, a third video the content.

import { MediaLink } from "./media_link.js";

/**
 * @typedef {object} Slots
 * @property {MediaStream} stage whoever is on air, else the hub
 * @property {MediaStream} hub
 * @property {MediaStream} content what is presented; it has no sound
 *
 * @typedef {object} WatchOptions
 * @property {string} url
 * @property {string} [token]
 * @property {(slots: Slots) => void} received called for each new session, with tracks that may still be silent
 * @property {import("./media_link.js").LinkOptions["changed"]} changed
 * @property {import("./media_link.js").LinkOptions["shaken"]} [shaken]
 */

/**
 * Return a link that receives all slots; `start` it.
 *
 * @param {WatchOptions} options
 * @returns {MediaLink}
 */
export function watch({ url, token, received, changed, shaken }) {
  return new MediaLink({ url, token, changed, shaken, prepare: (peer) => received(addSlots(peer)) });
}

/**
 * @param {RTCPeerConnection} peer
 * @returns {Slots}
 */
function addSlots(peer) {
  const pair = () => new MediaStream([receive(peer, "audio"), receive(peer, "video")]);
  return { stage: pair(), hub: pair(), content: new MediaStream([receive(peer, "video")]) };
}

/**
 * @param {RTCPeerConnection} peer
 * @param {"audio" | "video"} kind
 */
function receive(peer, kind) {
  return peer.addTransceiver(kind, { direction: "recvonly" }).receiver.track;
}
