"""What a datagram is and whose (RFC 7983): STUN finds the peer by its username fragment, all else by its address.

Datagrams of strangers cost one look-up, or one integrity check; they are dropped without a word, and counted.
"""

import time
from collections.abc import Callable

from server.core.errors import ProtocolError
from server.media.sfu import ice
from server.media.sfu.ice import Address
from server.media.sfu.peer import Peer
from server.media.sfu.port import Port
from server.media.sfu.roster import Roster


class Demux:
    """The packet loop's entrance."""

    def __init__(self, roster: Roster, port: Port, on_arrived: Callable[[Peer], None]) -> None:
        """`on_arrived` is told once of each peer that proved its first address."""
        self._roster = roster
        self._port = port
        self._on_arrived = on_arrived
        self.strangers = 0  # datagrams of nobody we know
        self.forged = 0  # STUN that is malformed, or whose integrity check fails

    def receive(self, datagram: bytes, address: Address) -> None:
        """Take one datagram; never raises."""
        if not datagram:
            return
        first, now = datagram[0], time.monotonic()
        if first < 4:  # noqa: PLR2004 - the ranges of RFC 7983, section 7
            self._check(datagram, address, now)
            return
        peer = self._roster.at(address)
        if peer is None:
            self.strangers += 1
        elif 128 <= first <= 191:  # noqa: PLR2004
            peer.receive(datagram, now)
        elif 20 <= first <= 63:  # noqa: PLR2004
            peer.dtls.receive(datagram)

    def _check(self, datagram: bytes, address: Address, now: float) -> None:
        """Answer an ICE check of somebody who knows the password; it may bring or move a peer."""
        try:
            binding = ice.parse(datagram)
        except ProtocolError:
            self.forged += 1
            return
        peer, owner = self._roster.claimed(binding.ufrag), self._roster.at(address)
        if peer is None or owner not in (None, peer):
            self.forged += 1
            return
        credentials = peer.credentials_of(binding.ufrag)
        if not binding.is_authentic(credentials):
            self.forged += 1
            return
        is_new = peer.address is None
        if peer.check(binding, address, now):
            self._roster.move(peer, address)
        if peer.is_proved(binding, address):
            self._roster.renew(peer)
        self._port.send(ice.response(binding, credentials, address), address)
        if is_new:
            self._on_arrived(peer)
