"""One peer connection of a site: a UDP socket, ICE towards an ICE-lite server, DTLS and SRTP. No media of its own."""

import asyncio
import secrets
import socket
from collections import deque
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol

from endpoints import ice
from endpoints.sdp import Answer, Credentials
from endpoints.secure import Certificate, Forged, Secure
from endpoints.wheel import Wheel
from endpoints.wire import Address, Path, Wire

CHECK_EVERY = 0.05  # seconds between connectivity checks while connecting
CONSENT_EVERY = 2.0  # seconds (RFC 7675 asks for at most 5)
PROBE_EVERY = 0.25  # seconds, while in doubt
DOUBT = 1.5  # seconds without an answer that end a connection in doubt
SILENCE = 6.0  # seconds without an answer that end any connection
HANDSHAKE = 8.0  # seconds for ICE and DTLS together
KEEP_EVERY = 0.25  # seconds
EARLY = 300  # packets of the server's that may wait for our keys: its latest keyframe and what follows


class Media(Protocol):
    """What a peer connection carries."""

    def rtp(self, packet: bytes, now: float) -> None:
        """Take an RTP packet that has arrived."""

    def rtcp(self, packet: bytes, now: float) -> None:
        """Take a compound RTCP packet that has arrived."""


@dataclass(frozen=True)
class Ground:
    """What all peer connections of a process share."""

    wire: Wire
    wheel: Wheel
    certificate: Certificate


class Peer:
    """A connection to the server, from `connect` until `ended` is set or `close` is called."""

    def __init__(self, ground: Ground, credentials: Credentials, media: Media) -> None:
        self.ended = asyncio.Event()
        self.dismissed = False  # the server said goodbye first
        self._ground = ground
        self._credentials = credentials
        self._media = media
        self._clock = asyncio.get_running_loop().time
        self._tie_breaker = secrets.randbits(64)
        self._checks: dict[bytes, tuple[Address, float]] = {}
        self._chosen: asyncio.Future[Address] = asyncio.get_running_loop().create_future()
        self._heard_at = self._clock()
        self._asked_at = 0.0
        self._doubted_at: float | None = None
        self._round_trip: float | None = None
        self._early: deque[bytes] | None = deque(maxlen=EARLY)  # what the server sent while our keys were being made
        self._answer: Answer
        self._path: Path
        self._secure: Secure
        self._duties = AsyncExitStack()

    @property
    def round_trip(self) -> float | None:
        """The last measured round trip of a STUN check, in seconds."""
        return self._round_trip

    async def connect(self, answer: Answer) -> None:
        """Find the path, shake hands, and keep the connection alive from then on.

        Raises TimeoutError when the server does not answer, and HandshakeFailed.
        """
        self._answer = answer
        family = socket.AF_INET6 if ":" in answer.candidates[0][0] else socket.AF_INET
        self._path = self._ground.wire.open(family, self._datagram, self.doubt)
        self._duties.callback(self._ground.wire.close, self._path)
        self._secure = Secure(self._ground.certificate, self._path.send, self._dismiss)
        self._duties.push_async_callback(self._secure.stop)
        try:
            async with asyncio.timeout(HANDSHAKE):
                address = await self._find(family)
                self._path.connect(address)
                self._check(address, nominate=True)
                await self._secure.handshake(client=answer.setup == "passive", fingerprints=answer.fingerprints)
        except BaseException:
            await self.close()
            raise
        early, self._early = self._early or (), None
        for datagram in early:
            self._srtp(datagram)
        self._heard_at = self._clock()
        self._duties.enter_context(self._ground.wheel.every(KEEP_EVERY, self._keep))

    async def _find(self, family: int) -> Address:
        """Check all candidates until one of them answers (RFC 8445, section 7.2)."""
        wanted = [address for address in self._answer.candidates if (":" in address[0]) == (family == socket.AF_INET6)]
        while not self._chosen.done():
            for address in wanted:
                self._check(address, nominate=False)
            await asyncio.wait((self._chosen,), timeout=CHECK_EVERY)
        return self._chosen.result()

    def _check(self, address: Address, *, nominate: bool) -> None:
        transaction = secrets.token_bytes(12)
        self._asked_at = self._clock()
        self._checks[transaction] = (address, self._asked_at)
        request = ice.request(
            transaction, self._answer, self._credentials, tie_breaker=self._tie_breaker, nominate=nominate
        )
        if self._chosen.done():
            self._path.send(request)
        else:
            self._path.send_to(request, address)

    def _datagram(self, datagram: bytes) -> None:
        """Tell STUN, DTLS and SRTP apart by the first byte (RFC 7983)."""
        first = datagram[0] if datagram else 255
        if 127 < first < 192:  # noqa: PLR2004
            (self._srtp if self._early is None else self._early.append)(datagram)
        elif 19 < first < 64:  # noqa: PLR2004
            self._secure.feed(datagram)
        elif first < 4:  # noqa: PLR2004
            self._stun(datagram)

    def _stun(self, datagram: bytes) -> None:
        transaction = ice.answered(datagram, self._answer.password)
        check = self._checks.pop(transaction, None) if transaction else None
        if check is None:
            self._answer_check(datagram)
            return
        self._heard_at = self._clock()
        self._doubted_at = None
        address, asked_at = check
        self._round_trip = self._heard_at - asked_at
        if not self._chosen.done():
            self._chosen.set_result(address)

    def _answer_check(self, datagram: bytes) -> None:
        """Show the server that we are here: it asks when we have come to another address."""
        if not self._chosen.done():
            return
        server = self._chosen.result()
        reply = ice.answer(datagram, self._credentials.password, (server[0], server[1]))
        if reply is not None:
            self._path.send(reply)

    def _srtp(self, datagram: bytes) -> None:
        """Take a protected packet; RTCP is told from RTP by its type (RFC 5761). Forgeries are dropped."""
        try:
            if 192 <= datagram[1] <= 223:  # noqa: PLR2004
                self._media.rtcp(self._secure.unprotect_rtcp(datagram), self._clock())
            else:
                self._media.rtp(self._secure.unprotect(datagram), self._clock())
        except (Forged, ValueError, IndexError):
            return

    def send_rtp(self, packet: bytes) -> None:
        """Protect and send an RTP packet."""
        self._path.send(self._secure.protect(packet))

    def send_rtcp(self, packet: bytes) -> None:
        """Protect and send a compound RTCP packet."""
        self._path.send(self._secure.protect_rtcp(packet))

    def doubt(self) -> None:
        """Something suggests that the server is gone: ask it, and end soon when it does not answer."""
        if self._doubted_at is None:
            self._doubted_at = self._clock()

    def _keep(self, now: float) -> None:
        """Ask for consent to send (RFC 7675) and notice its end."""
        since = max(self._heard_at, self._doubted_at or 0.0)
        if now - since > (SILENCE if self._doubted_at is None else DOUBT):
            self.ended.set()
        elif now - self._asked_at >= (CONSENT_EVERY if self._doubted_at is None else PROBE_EVERY) - KEEP_EVERY / 2:
            self._checks = {key: check for key, check in self._checks.items() if now - check[1] < SILENCE}
            self._check(self._chosen.result(), nominate=True)

    def _dismiss(self) -> None:
        self.dismissed = not self.ended.is_set()
        self.ended.set()

    async def close(self) -> None:
        """Say goodbye and give the socket back; before `connect` there is nothing to do."""
        self.ended.set()
        await self._duties.aclose()
