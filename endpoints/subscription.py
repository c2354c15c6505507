"""A running subscription: what the server sends is counted by slot and reported back to it, not decoded."""

import secrets
from contextlib import ExitStack

from endpoints import rtcp, sdp
from endpoints.api import Api, Resource
from endpoints.peer import Ground, Peer
from endpoints.reception import Reception

REPORT_EVERY = 1.0  # seconds


class Subscription:
    """One WHEP resource, from `open` to `close`."""

    def __init__(self, ground: Ground) -> None:
        self.credentials = sdp.Credentials()
        self.peer = Peer(ground, self.credentials, self)
        self.reception = Reception(())
        self.resource: Resource | None = None
        self._wheel = ground.wheel
        self._fingerprint = ground.certificate.fingerprint
        self._ssrc = secrets.randbits(32)
        self._cname = secrets.token_urlsafe(12)
        self._duties = ExitStack()

    async def open(self, api: Api) -> None:
        """Offer two pairs of m-lines, connect, and count from then on. Raises one of `api.Trouble`."""
        self.resource = await api.whep(sdp.subscribing(self.credentials, self._fingerprint))
        answer = sdp.read_answer(self.resource.answer)
        self.reception = Reception(answer.sections)
        await self.peer.connect(answer)
        self._duties.enter_context(self._wheel.every(REPORT_EVERY, self._report))

    def _report(self, due: float) -> None:
        blocks = self.reception.blocks(due)
        self.peer.send_rtcp(rtcp.receiver_report(self._ssrc, blocks) + rtcp.description(self._ssrc, self._cname))

    def rtp(self, packet: bytes, now: float) -> None:
        """Count a packet."""
        self.reception.take(packet, now)

    def rtcp(self, packet: bytes, now: float) -> None:
        """Note the server's clock."""
        for feedback in rtcp.read(packet):
            if isinstance(feedback, rtcp.Sent):
                self.reception.heard_report(feedback, now)

    async def close(self) -> None:
        """Stop reporting and leave."""
        self._duties.close()
        await self.peer.close()
