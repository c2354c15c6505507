// A site that publishes from this page, and the moments at which a watching page sees and hears it. Needs viewer.js.

const SIZE = { width: 320, height: 180 };

// Publish a picture of one colour, in which something moves, and a steady tone, in Hz.
window.publish = async (briefing, token, colour, tone) => {
  const canvas = Object.assign(document.createElement("canvas"), SIZE);
  const brush = canvas.getContext("2d");
  let at = 0;
  setInterval(() => {
    brush.fillStyle = colour;
    brush.fillRect(0, 0, SIZE.width, SIZE.height);
    brush.fillStyle = "white";
    brush.fillRect((at += 7) % SIZE.width, 90, 20, 60);
  }, 66);
  const context = new AudioContext();
  const microphone = context.createMediaStreamDestination();
  const voice = new OscillatorNode(context, { frequency: tone });
  voice.connect(new GainNode(context, { gain: 0.3 })).connect(microphone);
  voice.start();
  const connection = new RTCPeerConnection();
  window.publication = connection;
  connection.addTransceiver(microphone.stream.getAudioTracks()[0], { direction: "sendonly" });
  connection.addTransceiver(canvas.captureStream(15).getVideoTracks()[0], { direction: "sendonly" });
  await connection.setLocalDescription();
  const answer = await post(`/whip/${briefing}`, token, connection.localDescription.sdp);
  await connection.setRemoteDescription({ type: "answer", sdp: await answer.text() });
};

const HEARD = -60; // dB of the tone's own bin

// Listen to the stage that `join` shows.
window.listen = () => {
  const context = new AudioContext({ latencyHint: "interactive" });
  const analyser = new AnalyserNode(context, { fftSize: 512, smoothingTimeConstant: 0 });
  const sound = window.elements.find((element) => element instanceof HTMLAudioElement);
  context.createMediaStreamSource(sound.srcObject).connect(analyser);
  const bins = new Float32Array(analyser.frequencyBinCount);
  window.audible = (tone) =>
    new Promise((resolve) => {
      const look = setInterval(() => {
        analyser.getFloatFrequencyData(bins);
        if (bins[Math.round((tone * analyser.fftSize) / context.sampleRate)] < HEARD) return;
        clearInterval(look);
        resolve(performance.now());
      }, 4);
    });
};

// Which of red, green and blue the stage shows most of.
const hue = (video) => {
  paint.drawImage(video, 0, 0, 1, 1);
  const shares = [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
  return shares.indexOf(Math.max(...shares));
};

// From the grant's POST until its speaker is seen, is heard, and until the server has answered.
window.handOver = async (path, token, code, wanted, tone) => {
  const seen = shown(window.stage, (video) => hue(video) === wanted);
  const heard = window.audible(tone);
  const before = performance.now();
  await post(`${path}/floor/grant`, token, { endpoint: code });
  const answered = performance.now();
  return [(await seen) - before, (await heard) - before, answered - before];
};

// What the browser holds back on average against the jitter of pictures and of sounds, in milliseconds.
window.heldBack = async () => {
  const held = { video: 0, audio: 0 };
  for (const report of (await window.connection.getStats()).values()) {
    if (report.type === "inbound-rtp") held[report.kind] = (1000 * report.jitterBufferDelay) / report.jitterBufferEmittedCount;
  }
  return [held.video, held.audio];
};
