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
 * @property {(slots: Slots | null) => void} received called once for each session, when it has connected, and with null when
 *   it has ended: what has ended plays as black
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
  /** @type {Slots | null} */
  let fresh = null;
  return new MediaLink({
    url,
    token,
    shaken,
    prepare: (peer) => (fresh = addSlots(peer)),
    changed: (state, refusal) => {
      if (state === "connected" && fresh !== null) received(fresh);
      if (state === "connected") fresh = null;
      else if (state !== "connecting") received(null);
      changed(state, refusal);
    },
  });
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
