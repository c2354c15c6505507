"""One peer's transport: the ICE address that was proved, the DTLS keys, and what has been heard of it."""

from typing import Protocol

from aiortc import RTCCertificate

from server.core.errors import ProtocolError
from server.core.ids import BriefingId, MediaId
from server.media.sfu import rtcp
from server.media.sfu.dtls import Dtls
from server.media.sfu.fanout import Target
from server.media.sfu.ice import Address, Binding, Credentials, fresh_credentials
from server.media.sfu.offer import Media, Offer
from server.media.sfu.port import Port
from server.media.sfu.srtp import MAX_DATAGRAM, SrtpError

_MAX_SSRCS = 32  # streams of one peer: the SRTP session keeps a context for each, and looks through them all
_EARLY = 64  # packets kept until our side of the handshake is done: among them is the first keyframe
_REPORTS = 10  # RTCP packets in a window: each is many times the work of a packet of media
_CHECKS = 20  # ICE checks in a window
_RECORDS = 8  # DTLS datagrams in a window after the handshake
_FACTOR = 3  # as many times what came may be sent before the handshake has shown who is there (RFC 9000, section 8.1)
_OPENING = 1_024  # bytes besides, where we begin the handshake: FFmpeg listens late, to a repeated ClientHello
_SILENT = 2.0  # seconds after which a check from elsewhere moves a peer even without nomination


class Handler(Protocol):
    """What a peer is for: a publisher's or a subscriber's side of it. Both parsers raise ProtocolError."""

    def on_connected(self, now: float) -> None:
        """The keys are there."""

    def on_moved(self) -> None:
        """The address is another one."""

    def on_rtp(self, data: bytes, now: float) -> None:
        """Take a decrypted packet."""

    def on_rtcp(self, data: bytes, now: float) -> None:
        """Take a decrypted compound packet."""


class Peer:
    """One WHIP or WHEP resource on the port."""

    def __init__(
        self,
        briefing: BriefingId,
        media: MediaId,
        offer: Offer,
        *,
        ticket: str = "",
        certificate: RTCCertificate,
        port: Port,
        now: float,
    ) -> None:
        """A peer that nothing has been heard of; its handler is set before it is found by anybody."""
        self.briefing = briefing
        self.media = media
        self.offer = offer
        self.ticket = ticket  # what let its maker in; not ours to read
        self.credentials: Credentials = fresh_credentials()
        self.renewed: Credentials | None = None  # of an ICE restart that no check has proved yet
        self.remote = offer.credentials
        self.is_asked = False  # it was sent a counter-offer, and has not answered
        self.accepted: tuple[Media, ...] = ()  # the m-lines that carry media
        self.handler: Handler
        self.address: Address | None = None
        self.created = now
        self.heard = now  # the latest authentic packet from where it is: that is its consent to be sent to
        self.is_connected = False
        self.is_closed = False  # said goodbye, or was told to go
        self.allowance = _EARLY  # authentic packets it may still send in this window
        self.reports = 5 * _REPORTS  # of them RTCP
        self.checks = _CHECKS  # of ICE that are still answered in it
        self.records = _RECORDS  # of DTLS that are still read in it
        self.floods = 0  # windows in which it sent more than twice what it may, less those in which it did not
        self.refused = 0  # packets that were dropped
        self.dtls = Dtls(
            certificate,
            role=offer.role,
            fingerprints=offer.fingerprints,
            transmit=self._transmit,
            on_closed=self._left,
        )
        self._port = port
        self._early: list[bytes] = []
        self._ssrcs: set[bytes] = set()  # of authentic packets
        self._restarts = 0
        self._credit = _OPENING if offer.role == "client" else 0  # bytes it may be sent before the handshake is done

    @property
    def etag(self) -> str:
        """Name the present ICE session (RFC 9725, section 4.3.1)."""
        return f'"{self.media[:8]}-{self._restarts}"'

    @property
    def target(self) -> Target | None:
        """How and where RTP goes; None before the handshake is done and after the end."""
        if self.address is None or not self.is_connected or self.is_closed:
            return None
        return self.dtls.context, self.address

    def hear_answer(self, answered: Offer) -> None:
        """Take the answer to a counter-offer."""
        self.is_asked = False
        self.offer, self.remote = answered, answered.credentials
        self.accepted = tuple(media for media in answered.media if media.formats)
        self.dtls.expect(answered.role, answered.fingerprints)

    def restart(self, remote: Credentials) -> Credentials:
        """Begin an ICE restart; return our new credentials. The old ones work until the new ones are proved."""
        self.remote, self.renewed = remote, fresh_credentials()
        self._restarts += 1
        return self.renewed

    def credentials_of(self, ufrag: str) -> Credentials:
        """Return the credentials that a check with this username fragment must know."""
        return self.renewed if self.renewed is not None and self.renewed.ufrag == ufrag else self.credentials

    def is_proved(self, credentials: Credentials, address: Address) -> bool:
        """Whether what was proved ends an ICE restart: they are the new credentials, from where we send."""
        return self.renewed == credentials and address == self.address

    def may_check(self) -> bool:
        """Count a check, and say whether it is to be answered: checks can be recorded and sent again by anybody."""
        self.checks -= 1
        self.refused += self.checks < 0
        return self.checks >= 0

    def check(self, binding: Binding, size: int, address: Address, now: float) -> bool:
        """Take an authentic ICE check of `size` bytes; return whether the peer wants to be found at this address.

        The first address counts. Later a nominated one does, or any when the present one is silent.
        """
        self._credit += _FACTOR * size
        silent = now - self.heard > _SILENT
        moves = address != self.address and (self.address is None or binding.nominates or silent)
        if self.address in (None, address):
            self.heard = now
        return moves

    def consent(self, now: float) -> None:
        """Take note that the peer still wants to be sent to where it is (RFC 7675, section 5.1)."""
        self.heard = now

    def move(self, address: Address) -> None:
        """Send to this address from now on."""
        self.address = address
        if self.is_connected:
            self.handler.on_moved()

    def connect(self, now: float) -> None:
        """Begin to carry media: the handshake is done."""
        self.is_connected = True
        self.heard = now
        self.handler.on_connected(now)
        early, self._early = self._early, []
        for datagram in early:
            self.receive(datagram, now)

    def refill(self, share: int) -> None:
        """Allow another `share` of packets, in bursts of up to five, and other things in proportion."""
        is_flood = self.allowance < -share
        self.floods = self.floods + 1 if is_flood else max(0, self.floods - 1)
        self.allowance = min(max(self.allowance, 0) + share, 5 * share)
        self.reports = min(max(self.reports, 0) + _REPORTS, 5 * _REPORTS)
        self.checks, self.records = _CHECKS, _RECORDS

    def receive_dtls(self, datagram: bytes) -> None:
        """Take a DTLS record; after the handshake there is little to say in it."""
        self.records -= self.is_connected
        if self.records < 0:
            self.refused += 1
            return
        self._credit += _FACTOR * len(datagram)
        self.dtls.receive(datagram)

    def receive(self, datagram: bytes, now: float) -> None:
        """Decrypt one RTP or RTCP packet and hand it on; what is forged, replayed, malformed or too much is dropped.

        Only authentic packets use up the allowance: others may have forged the peer's address.
        """
        if self.is_closed or len(datagram) > MAX_DATAGRAM:
            self.refused += 1
        elif self.is_connected:
            self._decrypt(datagram, now)
        elif len(self._early) < _EARLY:
            self._early.append(datagram)

    def send_rtcp(self, packet: bytes) -> None:
        """Protect and send one compound packet."""
        if self.is_connected and not self.is_closed:
            self._transmit(self.dtls.protect_rtcp(packet))

    def send_rtp(self, packet: bytes) -> None:
        """Protect and send one packet."""
        if self.is_connected and not self.is_closed:
            self._transmit(self.dtls.protect(packet))

    def _decrypt(self, datagram: bytes, now: float) -> None:
        is_rtcp = rtcp.is_rtcp(datagram)
        ssrc = datagram[4:8] if is_rtcp else datagram[8:12]
        if ssrc not in self._ssrcs and len(self._ssrcs) >= _MAX_SSRCS:
            self.refused += 1
            return
        try:
            data = self.dtls.unprotect_rtcp(datagram) if is_rtcp else self.dtls.unprotect(datagram)
            self._ssrcs.add(ssrc)
            self.heard = now
            self.allowance -= 1
            self.reports -= is_rtcp
            if self.allowance < 0 or self.reports < 0:
                self.refused += 1
            elif is_rtcp:
                self.handler.on_rtcp(data, now)
            else:
                self.handler.on_rtp(data, now)
        except (SrtpError, ProtocolError):
            self.refused += 1

    def _transmit(self, datagram: bytes) -> None:
        if self.address is None:
            return
        if not self.is_connected:  # it may have forged its address
            if len(datagram) > self._credit:
                return
            self._credit -= len(datagram)
        self._port.send(datagram, self.address)

    def _left(self) -> None:
        self.is_closed = True
