"""What a datagram is and whose (RFC 7983): STUN finds the peer by its username fragment, all else by its address.

Datagrams of strangers cost a look-up, and where they claim to be somebody's an integrity check; they are dropped
without a word, and counted.
"""

import time
from collections.abc import Callable

from server.core.errors import ProtocolError
from server.media.sfu import ice
from server.media.sfu.ice import Address, Binding
from server.media.sfu.moves import Moves
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
        self._moves = Moves()
        self.strangers = 0  # datagrams of nobody we know
        self.forged = 0  # STUN that is malformed, or whose integrity check fails

    def forget(self, peer: Peer) -> None:
        """Take note that a peer has ended."""
        self._moves.forget(peer)

    def receive(self, datagram: bytes, address: Address) -> None:
        """Take one datagram; never raises."""
        if not datagram:
            return
        first, now = datagram[0], time.monotonic()
        if first < 4:  # noqa: PLR2004 - the ranges of RFC 7983, section 7
            self._bind(datagram, address, now)
            return
        peer = self._roster.at(address)
        if peer is None:
            self.strangers += 1
        elif 128 <= first <= 191:  # noqa: PLR2004
            peer.receive(datagram, now)
        elif 20 <= first <= 63:  # noqa: PLR2004
            peer.receive_dtls(datagram)

    def _bind(self, datagram: bytes, address: Address, now: float) -> None:
        """Take a STUN message. Of nobody's that we know nothing is computed."""
        try:
            binding = ice.parse(datagram)
        except ProtocolError:
            self.forged += 1
            return
        if binding.kind is ice.Class.REQUEST:
            self._check(binding, address, now)
        elif binding.kind is ice.Class.SUCCESS:
            self._confirm(binding, address, now)
        elif self._roster.at(address) is None:
            self.strangers += 1

    def _check(self, binding: Binding, address: Address, now: float) -> None:
        """Answer an ICE check of somebody who knows the password; it may bring or move a peer."""
        peer, owner = self._roster.claimed(binding.ufrag), self._roster.at(address)
        if peer is None or owner not in (None, peer):
            self.forged += 1
            return
        credentials = peer.credentials_of(binding.ufrag)
        if not binding.is_authentic(credentials):
            self.forged += 1
            return
        if not peer.may_check():
            return
        is_new = peer.address is None
        if peer.check(binding, len(binding.data), address, now):
            if is_new:
                self._roster.move(peer, address)
            elif (check := self._moves.propose(peer, address, credentials, now)) is not None:
                self._port.send(check, address)
        if peer.is_proved(credentials, address):
            self._roster.renew(peer)
        self._port.send(ice.response(binding, credentials, address), address)
        if is_new:
            self._on_arrived(peer)

    def _confirm(self, answer: Binding, address: Address, now: float) -> None:
        """Move a peer to where it has answered our check from."""
        confirmed = self._moves.confirm(answer, address)
        if confirmed is None or self._roster.at(address) is not None or confirmed[0].media not in self._roster:
            self.forged += 1
            return
        peer, credentials = confirmed
        peer.consent(now)
        self._roster.move(peer, address)
        if peer.is_proved(credentials, address):
            self._roster.renew(peer)
