"""A running publication: a sender's packets on a peer connection, and what the server asks of it."""

import asyncio
import time
from collections.abc import Callable
from contextlib import ExitStack

from endpoints import rtcp, sdp
from endpoints.api import Api, Resource
from endpoints.peer import Ground, Peer
from endpoints.sender import TICK, TICKS_PER_SECOND, Sender


class Publication:
    """One WHIP resource, from `open` to `close`.

    `loses` is asked for each packet whether the line loses it: it is counted as sent, and never leaves.
    """

    def __init__(
        self,
        ground: Ground,
        sender: Sender,
        on_estimate: Callable[[], None],
        *,
        loses: Callable[[], bool] = lambda: False,
    ) -> None:
        self.credentials = sdp.Credentials()
        self.peer = Peer(ground, self.credentials, self)
        self.resource: Resource | None = None
        self.sender = sender
        self.estimate = 0  # bit/s, the rate the server last allowed
        self.octets = 0  # of whole RTP packets
        self.told: dict[int, rtcp.Block] = {}  # what the server last said of each stream
        self._wheel = ground.wheel
        self._fingerprint = ground.certificate.fingerprint
        self._on_estimate = on_estimate
        self._loses = loses
        self._tick = -1
        self._began: float | None = None
        self._wall = 0.0
        self._asked: tuple[rtcp.Asked, float] | None = None
        self._duties = ExitStack()

    async def open(self, api: Api) -> None:
        """Offer, connect, and send from then on. Raises one of `api.Trouble`."""
        offer = sdp.publishing(
            self.credentials,
            self._fingerprint,
            audio=self.sender.audio.ssrc,
            video=self.sender.video.ssrc if self.sender.has_camera else None,
            cname=self.sender.cname,
        )
        self.resource = await api.whip(offer)
        await self.peer.connect(sdp.read_answer(self.resource.answer))
        self._duties.enter_context(self._wheel.every(TICK, self._send))

    def _send(self, due: float) -> None:
        """Send what is due; once a second also a report."""
        if self._began is None:
            self._began, self._wall = due, time.time()
        self._tick = max(self._tick + 1, round((due - self._began) / TICK))
        for packet in self.sender.packets(self._tick):
            self._forward(packet)
        if self._tick % TICKS_PER_SECOND == 0:
            self.peer.send_rtcp(self._report())

    def _forward(self, packet: bytes) -> None:
        self.octets += len(packet)
        if not self._loses():
            self.peer.send_rtp(packet)

    def _report(self) -> bytes:
        report = self.sender.report(self._tick, self._wall + self._tick * TICK)
        if self._asked is None:
            return report
        asked, at = self._asked
        self._asked = None
        delay = asyncio.get_running_loop().time() - at
        return report + rtcp.round_trip_answer(self.sender.audio.ssrc, asked, delay)

    def rtp(self, _packet: bytes, _now: float) -> None:
        """Nothing is sent to a publisher."""

    def rtcp(self, packet: bytes, now: float) -> None:
        """Do what the server asks: a keyframe, packets again, or another bit rate."""
        for feedback in rtcp.read(packet):
            if isinstance(feedback, rtcp.KeyframeWanted):
                self.sender.keyframe(self._tick)
            elif isinstance(feedback, rtcp.Missing):
                for again in self.sender.again(feedback):
                    self._forward(again)
            elif isinstance(feedback, rtcp.Estimate):
                self.estimate = feedback.bitrate
                self._on_estimate()
            elif isinstance(feedback, rtcp.Asked):
                self._asked = feedback, now
            elif isinstance(feedback, rtcp.Block):
                self.told[feedback.ssrc] = feedback

    async def close(self) -> None:
        """Stop sending and leave."""
        self._duties.close()
        await self.peer.close()
