// Looks ten times a second at what this page hears and sees of the stage, whichever connection brings it.

const viewers = [];
window.samples = [];

window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) {
    super(...given);
    this.addEventListener("track", () => viewers.at(-1) === this || viewers.push(this));
  }
};

const before = { heard: 0, gaps: 0, frames: 0 };
const now = { peer: null, heard: 0, gaps: 0, frames: 0, height: 0 };

const note = async (peer) => {
  if (peer !== now.peer) {
    for (const name of Object.keys(before)) before[name] += now[name];
    Object.assign(now, { peer, heard: 0, gaps: 0, frames: 0 });
  }
  for (const kind of ["audio", "video"]) {
    const { receiver } = peer.getTransceivers().find((one) => one.receiver.track.kind === kind);
    for (const report of (await receiver.getStats()).values()) {
      if (report.type !== "inbound-rtp") continue;
      if (kind === "audio") {
        const all = report.totalSamplesReceived ?? 0;
        now.heard = (all - (report.concealedSamples ?? 0)) / 48_000;
        now.gaps = report.concealmentEvents ?? 0;
      } else {
        now.frames = report.framesDecoded ?? 0;
        now.height = report.frameHeight ?? 0;
      }
    }
  }
};

const look = async () => {
  const peer = viewers.at(-1);
  if (peer && peer.connectionState !== "closed") await note(peer);
  const { heard, gaps, frames } = now;
  const sums = [before.heard + heard, before.gaps + gaps, before.frames + frames];
  window.samples.push([Date.now() / 1000, ...sums, now.height, viewers.length]);
  setTimeout(look, 100);
};
look();
