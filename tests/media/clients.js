// Publishes and watches with plain browser APIs, for tests of the media plane.

async function exchange(pc, path, code) {
  const { describe } = await import("/js/live/sound_repair.js");
  await describe(pc);
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${code}` },
    body: pc.localDescription.sdp,
  });
  await pc.setRemoteDescription({ type: "answer", sdp: await response.text() });
}

window.publish = async (code) => {
  const pc = new RTCPeerConnection();
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 180 } });
  for (const track of stream.getTracks()) pc.addTransceiver(track, { direction: "sendonly", streams: [stream] });
  window.publisher = pc;
  await exchange(pc, "/whip", code);
};

// Publishes layers as a site's page does; `window.layers` is the module that chooses between them.
window.publishLayers = async (code, codec) => {
  window.layers = await import("/js/live/layers.js");
  const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } });
  pc.addTransceiver(stream.getAudioTracks()[0], { direction: "sendonly" });
  const video = pc.addTransceiver(stream.getVideoTracks()[0], {
    direction: "sendonly",
    sendEncodings: window.layers.LAYERS,
  });
  const { codecs } = RTCRtpSender.getCapabilities("video");
  video.setCodecPreferences(codecs.filter(({ mimeType }) => [`video/${codec}`, "video/rtx"].includes(mimeType)));
  window.publisher = pc;
  window.sendLayers = (sending) => window.layers.sendLayers(video.sender, sending);
  window.effort = () => window.layers.effortOf(video.sender);
  window.goOnAir = async () => {
    const balance = new window.layers.Balance();
    await window.sendLayers(balance.sending);
    setInterval(async () => balance.look(await window.effort()) && window.sendLayers(balance.sending), 1000);
  };
  await exchange(pc, "/whip", code);
  await window.sendLayers("small");
};

window.watch = async (code, pairs) => {
  const pc = new RTCPeerConnection();
  for (let pair = 0; pair < pairs; pair += 1) {
    pc.addTransceiver("audio", { direction: "recvonly" });
    pc.addTransceiver("video", { direction: "recvonly" });
  }
  window.viewer = pc;
  window.elements = pc.getTransceivers().map(({ receiver }) => {
    const element = document.createElement(receiver.track.kind);
    element.srcObject = new MediaStream([receiver.track]);
    element.autoplay = true;
    element.muted = true;
    document.body.append(element);
    return element;
  });
  await exchange(pc, "/whep", code);
};

// What each m-line has received so far, in order; Chromium reports nothing of one before its first packet.
window.received = () => Promise.all(window.viewer.getTransceivers().map(receivedBy));

async function receivedBy({ receiver }) {
  const reports = [...(await receiver.getStats()).values()];
  const report = reports.find(({ type }) => type === "inbound-rtp");
  return {
    kind: receiver.track.kind,
    bytes: report?.bytesReceived ?? 0,
    frames: report?.framesDecoded ?? 0,
    lost: report?.packetsLost ?? 0,
    energy: report?.totalAudioEnergy ?? 0,
    freezes: report?.freezeCount ?? 0,
  };
}

// What the publisher may send at present, in bit/s.
window.sending = async () => {
  for (const report of (await window.publisher.getStats()).values()) {
    if (report.type === "candidate-pair" && report.nominated) {
      return { rate: report.availableOutgoingBitrate ?? 0, sent: report.bytesSent };
    }
  }
  return { rate: 0, sent: 0 };
};

// How often sound was asked for again, by the viewer; and how many packets of it the publisher has sent again.
window.soundAskedFor = () => soundCount(window.viewer, "inbound-rtp", "nackCount");
window.soundSentAgain = () => soundCount(window.publisher, "outbound-rtp", "retransmittedPacketsSent");

async function soundCount(pc, type, name) {
  const reports = [...(await pc.getStats()).values()];
  return reports.find((report) => report.type === type && report.kind === "audio")?.[name] ?? 0;
}
