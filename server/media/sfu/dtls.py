"""DTLS-SRTP (RFC 5764) by aiortc; every private name of aiortc that we rely on is in this file."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Literal, cast

from aiortc import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport, RTCIceTransport
from aiortc.rtcdtlstransport import SRTPProtectionProfile
from OpenSSL import SSL

from server.core.errors import ProtocolError
from server.media.sfu.srtp import Context

Role = Literal["client", "server"]
Cipher = Callable[[bytes], bytes]

_RELEASE_BUFFERS = 0x10  # SSL_MODE_RELEASE_BUFFERS, see SSL_CTX_set_mode(3)
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
        self.expect(role, fingerprints)
        self._on_closed = on_closed
        self.context: Context
        self.protect: Cipher
        self.protect_rtcp: Cipher
        self.unprotect: Cipher
        self.unprotect_rtcp: Cipher

    def expect(self, role: Role, fingerprints: Sequence[str]) -> None:
        """Know whom to shake hands with: of a peer that was offered something and has answered."""
        self._transport._set_role(role)  # noqa: SLF001
        self._remote = RTCDtlsParameters([RTCDtlsFingerprint("sha-256", value) for value in fingerprints])

    def receive(self, datagram: bytes) -> None:
        """Take a DTLS record of the peer; what overflows is lost like any datagram."""
        self._path.put(datagram)

    async def handshake(self) -> None:
        """Agree on keys. Raises HandshakeFailed; the caller bounds the time."""
        await self._transport.start(self._remote)
        connection = self._transport._ssl  # noqa: SLF001
        if self._transport.state != "connected" or connection is None:
            raise HandshakeFailed
        outgoing, incoming = self._transport._tx_srtp, self._transport._rx_srtp  # noqa: SLF001
        self.context = Context(outgoing, connection.get_selected_srtp_profile())
        self.protect, self.protect_rtcp = self.context.protect, outgoing.protect_rtcp
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


class _Certificate(RTCCertificate):
    """A certificate whose connections share one OpenSSL context: 30 KiB less for each."""

    _context: SSL.Context | None = None

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        if self._context is None:
            self._context = super()._create_ssl_context(srtp_profiles)
            self._context.set_session_cache_mode(SSL.SESS_CACHE_OFF)  # nobody comes back by a session: don't keep them
            self._context.set_mode(_RELEASE_BUFFERS)
        return self._context


def new_certificate() -> RTCCertificate:
    """Make a self-signed ECDSA P-256 certificate, which every WebRTC peer must accept (RFC 8827, section 6.5)."""
    return _Certificate.generateCertificate()


def fingerprint_of(certificate: RTCCertificate) -> str:
    """Return the certificate's SHA-256 in the form of SDP (RFC 8122, section 5)."""
    return next(found.value for found in certificate.getFingerprints() if found.algorithm == "sha-256")
