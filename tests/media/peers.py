"""Clients for the tests of the media plane: aiortc speaks to the forwarding unit over real UDP."""

import asyncio
import fractions
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import av
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack

from server.core.ids import BriefingId, EndpointCode, MediaId
from server.media.plane import Answer
from server.media.sfu.sfu import Sfu

GIAO_BAN = BriefingId("giao-ban")
HA_NOI, THANH_HOA, CA_MAU = EndpointCode("01"), EndpointCode("38"), EndpointCode("96")


class Picture(VideoStreamTrack):
    """A plain picture of one brightness, by which the receiver knows whose it is."""

    def __init__(self, luma: int) -> None:
        super().__init__()
        self._luma = luma

    async def recv(self) -> av.VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = av.VideoFrame(320, 240, "yuv420p")
        for plane, value in zip(frame.planes, (self._luma, 128, 128), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts, frame.time_base = pts, time_base
        return frame


class Sound(AudioStreamTrack):
    """A square wave of one loudness, 48 kHz mono."""

    def __init__(self, amplitude: int = 8_000) -> None:
        super().__init__()
        half = amplitude.to_bytes(2, "little", signed=True) * 24 + (-amplitude).to_bytes(2, "little", signed=True) * 24
        self._samples = half * 20
        self._sent = 0
        self._began: float | None = None

    async def recv(self) -> av.AudioFrame:
        loop = asyncio.get_running_loop()
        self._began = loop.time() if self._began is None else self._began
        await asyncio.sleep(max(0.0, self._began + self._sent / 48_000 - loop.time()))
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(self._samples)
        frame.sample_rate, frame.pts, frame.time_base = 48_000, self._sent, fractions.Fraction(1, 48_000)
        self._sent += 960
        return frame


async def _connect(pc: RTCPeerConnection, take: Callable[[str], Awaitable[Answer]]) -> MediaId:
    await pc.setLocalDescription(await pc.createOffer())
    answer = await take(pc.localDescription.sdp)
    await pc.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
    return answer.media


@asynccontextmanager
async def publisher(
    sfu: Sfu, source: EndpointCode, *, luma: int = 128, amplitude: int = 8_000
) -> AsyncIterator[tuple[RTCPeerConnection, MediaId]]:
    """Publish a plain picture and a tone as one source."""
    pc = RTCPeerConnection()
    pc.addTrack(Sound(amplitude))
    pc.addTrack(Picture(luma))
    try:
        yield pc, await _connect(pc, lambda offer: sfu.publish(GIAO_BAN, source, offer))
    finally:
        await pc.close()


class Viewer:
    """A subscriber that keeps the tracks it was given, in the order of its m-lines."""

    def __init__(self, pc: RTCPeerConnection, media: MediaId) -> None:
        self.pc = pc
        self.media = media
        self.audio = [line.receiver.track for line in pc.getTransceivers() if line.kind == "audio"]
        self.video = [line.receiver.track for line in pc.getTransceivers() if line.kind == "video"]

    async def luma(self, slot: int = 0) -> int:
        """Decode the next picture of a slot and return its brightness."""
        frame = await self.video[slot].recv()
        assert isinstance(frame, av.VideoFrame)
        return bytes(frame.planes[0])[0]

    async def sees(self, luma: int, slot: int = 0) -> None:
        """Wait until a slot shows this brightness."""
        while abs(await self.luma(slot) - luma) > 8:
            pass


@asynccontextmanager
async def viewer(sfu: Sfu, code: EndpointCode | None, *, pairs: int = 1) -> AsyncIterator[Viewer]:
    """Subscribe to the stage, and with two pairs to the hub as well."""
    pc = RTCPeerConnection(RTCConfiguration(bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
    for _ in range(pairs):
        pc.addTransceiver("audio", direction="recvonly")
        pc.addTransceiver("video", direction="recvonly")
    try:
        media = await _connect(pc, lambda offer: sfu.subscribe(GIAO_BAN, code, offer))
        yield Viewer(pc, media)
    finally:
        await pc.close()
