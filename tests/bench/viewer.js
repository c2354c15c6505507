// What people see in their browser, timed by its own clock: every function returns milliseconds.

const post = (path, token, body) =>
  fetch(path, {
    method: "POST",
    headers: {
      "Content-Type": typeof body === "string" ? "application/sdp" : "application/json",
      Authorization: `Bearer ${token}`,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  }).then((answer) => {
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer;
  });

// The time at which a video shows a frame that is wanted.
const shown = (video, isWanted = () => true) =>
  new Promise((resolve) => {
    const look = () => (isWanted(video) ? resolve(performance.now()) : video.requestVideoFrameCallback(look));
    video.requestVideoFrameCallback(look);
  });

const canvas = new OffscreenCanvas(1, 1);
const paint = canvas.getContext("2d", { willReadFrequently: true });
const isBlue = (video) => {
  paint.drawImage(video, 0, 0, 1, 1);
  const [red, , blue] = paint.getImageData(0, 0, 1, 1).data;
  return blue > red;
};

window.join = async (briefing, token, pairs) => {
  const connection = new RTCPeerConnection();
  window.connection = connection;
  for (let pair = 0; pair < pairs; pair += 1) {
    connection.addTransceiver("audio", { direction: "recvonly" });
    connection.addTransceiver("video", { direction: "recvonly" });
  }
  const elements = connection.getTransceivers().map(({ receiver }) => {
    const element = document.createElement(receiver.track.kind);
    element.srcObject = new MediaStream([receiver.track]);
    element.muted = true;
    element.autoplay = true;
    document.body.append(element);
    return element;
  });
  window.elements = elements;
  const videos = elements.filter((element) => element instanceof HTMLVideoElement);
  window.stage = videos[0];
  const all = Promise.all(videos.map((video) => shown(video)));
  await connection.setLocalDescription();
  const before = performance.now();
  const answer = await post(`/whep/${briefing}`, token, connection.localDescription.sdp);
  window.leave = async () => {
    connection.close();
    for (const element of elements) element.remove();
    const headers = { Authorization: `Bearer ${token}` };
    await fetch(answer.headers.get("Location"), { method: "DELETE", headers });
  };
  await connection.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  return Math.max(...(await all)) - before;
};

window.grant = async (path, token, code) => {
  const speaker = shown(window.stage, isBlue);
  const before = performance.now();
  await post(`${path}/floor/grant`, token, { endpoint: code });
  return (await speaker) - before;
};

window.hubIsBack = async () => {
  await shown(window.stage, (video) => !isBlue(video));
};

// On the status page: from the raised hand's POST to its number on the site's tile.
window.raise = async (path, token, code, name) => {
  const mark = document.querySelector(`.tile[title=${JSON.stringify(name)}] .tile__mark`);
  if (/\d/.test(mark.textContent)) return null;
  const seen = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!/\d/.test(mark.textContent)) return;
      observer.disconnect();
      resolve(performance.now());
    });
    observer.observe(mark, { subtree: true, childList: true, characterData: true });
  });
  const before = performance.now();
  await post(`${path}/floor/requests`, token, { endpoint: code, speaker: "Nguyễn Văn Hòa", topic: "" });
  return (await seen) - before;
};
