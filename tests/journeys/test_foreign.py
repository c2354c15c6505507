"""FFmpeg publishes over WHIP, Chromium plays it through plain WHEP: nobody here wrote either."""

from pathlib import Path
from typing import Any

import pytest

from tests.chromium import CAMERA, SOUND, chromium
from tests.journeys.pages import person
from tests.journeys.processes import until
from tests.media.ffmpeg import certificate, publishing
from tests.service import secret_of, service, site

PLAY = """
    async ([briefing, token]) => {
      const connection = new RTCPeerConnection();
      window.player = connection;
      connection.addTransceiver("audio", {direction: "recvonly"});
      connection.addTransceiver("video", {direction: "recvonly"});
      connection.addEventListener("track", ({track}) => {
        const element = document.createElement(track.kind);
        element.srcObject = new MediaStream([track]);
        element.muted = true;
        element.play();
      });
      await connection.setLocalDescription();
      const response = await fetch(`/whep/${briefing}`, {
        method: "POST",
        headers: {"Content-Type": "application/sdp", Authorization: `Bearer ${token}`},
        body: connection.localDescription.sdp,
      });
      await connection.setRemoteDescription({type: "answer", sdp: await response.text()});
      return response.status;
    }
"""

PLAYED = """
    async () => {
      const played = {frames: 0, audio: 0};
      for (const stats of (await window.player.getStats()).values()) {
        if (stats.type !== "inbound-rtp") continue;
        if (stats.kind === "video") played.frames += stats.framesDecoded;
        else played.audio += stats.bytesReceived;
      }
      return played;
    }
"""


@pytest.mark.timeout(120)
async def test_ffmpeg_with_the_floor_is_seen_through_plain_whep(tmp_path: Path) -> None:
    cert_file, key_file = certificate(tmp_path)
    async with service(tmp_path / "data", log_level="error") as served, chromium(*CAMERA, *SOUND) as browser:
        path = await served.briefing()
        briefing = path.rsplit("/", 1)[1]
        options = {
            "authorization": secret_of(site(path, "38")),
            "cert_file": str(cert_file),
            "key_file": str(key_file),
        }
        watching = (await person(browser)).page
        await watching.goto(f"{served.url}/sign-in")
        answered = await watching.evaluate(PLAY, [briefing, secret_of("operator")])

        async with publishing(f"{served.url}/whip/{briefing}", options):

            async def published() -> bool:
                status = (await served.call("GET", f"{path}/status", "operator")).body
                return bool(status["counts"]["publishing"] == 1)

            async def played() -> Any:
                seen = await watching.evaluate(PLAYED)
                return seen["frames"] > 10 and seen["audio"] > 1000

            await until(published, within=20, what="FFmpeg publishes")
            before = await watching.evaluate(PLAYED)
            await served.call("POST", f"{path}/floor/requests", "chair", {"endpoint": "38"})
            await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
            await until(played, within=15, what="FFmpeg's picture and sound play in Chromium")

    assert answered == 201
    assert before == {"frames": 0, "audio": 0}
