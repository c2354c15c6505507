"""DTLS-SRTP (RFC 5764) by aiortc; every private name of aiortc and pylibsrtp that we rely on is in this file."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Literal, cast

import pylibsrtp
from aiortc import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport, RTCIceTransport
from pylibsrtp._binding import ffi, lib

from server.core.errors import ProtocolError

SrtpError = pylibsrtp.Error
"""What protecting and unprotecting raise: wrong key, replayed, malformed."""

MAX_DATAGRAM = 1500
"""What the SRTP sessions take in, in bytes."""

MAX_PACKET = 1456
"""What they send, in bytes before protection: with IPv4, UDP and the tag of AES-GCM it still fits an Ethernet frame."""

_TRAILER = 144  # bytes that protection may add at most: SRTP_MAX_TRAILER_LEN

Role = Literal["client", "server"]
Cipher = Callable[[bytes], bytes]

_INBOX = 32  # datagrams; a flight of the handshake is a handful


class HandshakeFailed(ProtocolError):
    """The peer and we did not agree on keys."""


class _Path:
    """What RTCDtlsTransport needs of an ICE transport."""

    role = "controlled"
    state = "completed"

    def __init__(self, transmit: Callable[[bytes], None]) -> None:
        self._transmit = transmit
        self._inbox: asyncio.Queue[bytes] = asyncio.Queue(_INBOX)

    def put(self, datagram: bytes) -> None:
        if not self._inbox.full():
            self._inbox.put_nowait(datagram)

    def close(self) -> None:
        """Wake whoever waits for a datagram: none will come."""
        while not self._inbox.empty():
            self._inbox.get_nowait()
        self._inbox.put_nowait(b"")

    async def _recv(self) -> bytes:
        datagram = await self._inbox.get()
        if not datagram:
            raise ConnectionError
        return datagram

    async def _send(self, data: bytes) -> None:
        self._transmit(data)


class Dtls:
    """One peer's keys: shake hands once, then protect and unprotect packets without awaiting anything."""

    def __init__(
        self,
        certificate: RTCCertificate,
        *,
        role: Role,
        fingerprints: Sequence[str],
        transmit: Callable[[bytes], None],
        on_closed: Callable[[], None],
    ) -> None:
        """Prepare a handshake.

        `fingerprints` are the peer's, SHA-256; `transmit` sends a datagram; `on_closed` is called when the peer
        says goodbye after the handshake.
        """
        self._path = _Path(transmit)
        self._transport = RTCDtlsTransport(cast("RTCIceTransport", self._path), [certificate])
        self._transport._set_role(role)  # noqa: SLF001
        self._remote = RTCDtlsParameters([RTCDtlsFingerprint("sha-256", value) for value in fingerprints])
        self._on_closed = on_closed
        self.protect: Cipher
        self.protect_rtcp: Cipher
        self.unprotect: Cipher
        self.unprotect_rtcp: Cipher

    def receive(self, datagram: bytes) -> None:
        """Take a DTLS record of the peer; what overflows is lost like any datagram."""
        self._path.put(datagram)

    async def handshake(self) -> None:
        """Agree on keys. Raises HandshakeFailed; the caller bounds the time."""
        await self._transport.start(self._remote)
        if self._transport.state != "connected":
            raise HandshakeFailed
        outgoing, incoming = self._transport._tx_srtp, self._transport._rx_srtp  # noqa: SLF001
        self.protect, self.protect_rtcp = _protector(outgoing), outgoing.protect_rtcp
        self.unprotect, self.unprotect_rtcp = incoming.unprotect, incoming.unprotect_rtcp
        self._transport.on("statechange", self._state_changed)

    async def close(self) -> None:
        """Say goodbye and forget the keys; a handshake under way fails."""
        self._transport.remove_all_listeners()
        pump = self._transport._task  # noqa: SLF001
        await self._transport.stop()
        self._path.close()
        if pump is not None:
            await asyncio.wait([pump])

    def _state_changed(self) -> None:
        if self._transport.state == "closed":
            self._on_closed()


def _protector(session: pylibsrtp.Session) -> Cipher:
    """Return the session's `protect` without its overhead: a third of the cost of the house's hottest call.

    The buffers are made once, so the function must not be called from two threads at a time.
    """
    memory, srtp = ffi.new("char[]", MAX_PACKET + _TRAILER), session._srtp  # noqa: SLF001
    buffer, encrypt, length = ffi.buffer(memory), lib.srtp_protect, ffi.new("int *")

    def protect(packet: bytes) -> bytes:
        size = len(packet)
        if size > MAX_PACKET:  # beyond it the library would write past the buffer's end
            raise SrtpError("packet is too long")
        buffer[0:size] = packet
        length[0] = size
        if encrypt(srtp[0], memory, length):
            raise SrtpError("packet can't be protected")
        protected: bytes = buffer[0 : length[0]]
        return protected

    return protect


def new_certificate() -> RTCCertificate:
    """Make a self-signed ECDSA P-256 certificate, which every WebRTC peer must accept (RFC 8827, section 6.5)."""
    return RTCCertificate.generateCertificate()


def fingerprint_of(certificate: RTCCertificate) -> str:
    """Return the certificate's SHA-256 in the form of SDP (RFC 8122, section 5)."""
    return next(found.value for found in certificate.getFingerprints() if found.algorithm == "sha-256")
