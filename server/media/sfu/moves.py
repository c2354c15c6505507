"""Where peers want to move to: nothing goes to a new address before whoever is there has answered a check of ours.

A check with the right password says who sent it, not from where: its source address can be forged, and so the media of
an accomplice be turned on somebody else. Only an answer to what was sent there shows the way back (ADR 0022).
"""

from dataclasses import dataclass

from server.media.sfu import ice
from server.media.sfu.ice import Address, Binding, Credentials
from server.media.sfu.peer import Peer

_AGAIN = 0.1  # seconds between two checks to one address


@dataclass(slots=True)
class _Move:
    """An address that a peer wants to be at."""

    peer: Peer
    address: Address
    local: Credentials  # those its check has proved
    transaction: bytes
    asked: float


class Moves:
    """The moves that have not been confirmed: one of each peer, the latest."""

    def __init__(self) -> None:
        self._by_peer: dict[Peer, _Move] = {}
        self._by_transaction: dict[bytes, _Move] = {}

    def __len__(self) -> int:
        return len(self._by_peer)

    def propose(self, peer: Peer, address: Address, local: Credentials, now: float) -> bytes | None:
        """Return the check that has to be answered from there; None when one is on its way."""
        move = self._by_peer.get(peer)
        if move is not None and now - move.asked < _AGAIN:
            return None
        self.forget(peer)
        move = _Move(peer, address, local, ice.fresh_transaction(), now)
        self._by_peer[peer] = self._by_transaction[move.transaction] = move
        return ice.request(move.transaction, local, peer.remote)

    def confirm(self, answer: Binding, address: Address) -> tuple[Peer, Credentials] | None:
        """Return who has moved to this address, and the credentials it had proved; None for what answers nothing."""
        move = self._by_transaction.get(answer.transaction)
        if move is None or move.address != address or not answer.is_authentic(move.peer.remote):
            return None
        self.forget(move.peer)
        return move.peer, move.local

    def forget(self, peer: Peer) -> None:
        """Drop a peer's move, if it wants to."""
        move = self._by_peer.pop(peer, None)
        if move is not None:
            del self._by_transaction[move.transaction]
