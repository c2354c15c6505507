"""DTLS and SRTP of one peer, by aiortc. The only module that touches aiortc's private names; a test watches them.

aiortc's transport asks four names of the ICE transport below it: `_recv`, `_send`, `role`, `state`. After its
handshake the two SRTP sessions are used directly: RTP never enters aiortc.
"""

import asyncio
from collections.abc import Callable
from typing import cast

import pylibsrtp
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceTransport

Send = Callable[[bytes], None]


class HandshakeFailed(ConnectionError):
    """DTLS did not complete: a wrong fingerprint, no common cipher, or the peer went away."""


class Forged(ValueError):
    """A packet that is not authentic, or comes a second time."""


class Certificate:
    """The certificate of this process; one serves every peer, which keeps starting many of them cheap."""

    def __init__(self) -> None:
        self._certificate = RTCCertificate.generateCertificate()

    @property
    def fingerprint(self) -> str:
        """Its SHA-256 as SDP writes it."""
        return next(mark.value for mark in self._certificate.getFingerprints() if mark.algorithm == "sha-256")

    def transport(self, below: "_Below") -> RTCDtlsTransport:
        """Return a new DTLS transport of this certificate."""
        return RTCDtlsTransport(cast("RTCIceTransport", below), [self._certificate])


class _Below:
    """What aiortc's DTLS transport sees of the ICE transport."""

    role = "controlling"
    state = "completed"

    def __init__(self, send: Send) -> None:
        self._send_datagram = send
        self.inbox: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def _recv(self) -> bytes:
        datagram = await self.inbox.get()
        if datagram is None:
            raise ConnectionError("the peer is gone")
        return datagram

    async def _send(self, data: bytes) -> None:
        self._send_datagram(data)


class Secure:
    """DTLS-SRTP over a datagram path (RFC 5764). `on_closed` is called when the other side says goodbye."""

    def __init__(self, certificate: Certificate, send: Send, on_closed: Callable[[], None]) -> None:
        self._below = _Below(send)
        self._transport = certificate.transport(self._below)
        self._on_closed = on_closed
        self._ready = False

    async def handshake(self, *, client: bool, fingerprints: tuple[tuple[str, str], ...]) -> None:
        """Shake hands; `client` speaks first. Raises HandshakeFailed."""
        self._transport._set_role("client" if client else "server")  # noqa: SLF001
        marks = [RTCDtlsFingerprint(algorithm=algorithm, value=value) for algorithm, value in fingerprints]
        await self._transport.start(RTCDtlsParameters(fingerprints=marks))
        if self._transport.state != "connected":
            raise HandshakeFailed(self._transport.state)
        self._transport.on("statechange", self._changed)
        self._ready = True

    def _changed(self) -> None:
        if self._transport.state == "closed":
            self._on_closed()

    def feed(self, datagram: bytes) -> None:
        """Take a DTLS datagram from the wire."""
        self._below.inbox.put_nowait(datagram)

    def protect(self, packet: bytes) -> bytes:
        """Encrypt an RTP packet; the handshake is done."""
        return self._transport._tx_srtp.protect(packet)  # noqa: SLF001

    def protect_rtcp(self, packet: bytes) -> bytes:
        """Encrypt a compound RTCP packet; the handshake is done."""
        return self._transport._tx_srtp.protect_rtcp(packet)  # noqa: SLF001

    def unprotect(self, packet: bytes) -> bytes:
        """Decrypt an RTP packet. Raises Forged."""
        if not self._ready:
            raise Forged("no keys yet")
        try:
            return self._transport._rx_srtp.unprotect(packet)  # noqa: SLF001
        except pylibsrtp.Error as error:
            raise Forged(str(error)) from error

    def unprotect_rtcp(self, packet: bytes) -> bytes:
        """Decrypt a compound RTCP packet. Raises Forged."""
        if not self._ready:
            raise Forged("no keys yet")
        try:
            return self._transport._rx_srtp.unprotect_rtcp(packet)  # noqa: SLF001
        except pylibsrtp.Error as error:
            raise Forged(str(error)) from error

    async def stop(self) -> None:
        """Say goodbye to the other side, and wait for aiortc's own task to end."""
        reading = self._transport._task  # noqa: SLF001
        await self._transport.stop()
        self._below.inbox.put_nowait(None)
        if reading is not None:
            await asyncio.wait((reading,))
