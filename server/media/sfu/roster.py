"""Who is on the port: peers found by resource, by username fragment, and by proved address."""

from collections.abc import Iterator

from server.core.ids import MediaId
from server.media.errors import UnknownMedia
from server.media.sfu.ice import Address, Credentials
from server.media.sfu.peer import Peer


class Roster:
    """All peers; an address belongs to one of them, the first that proved it."""

    def __init__(self) -> None:
        self._by_media: dict[MediaId, Peer] = {}
        self._by_ufrag: dict[str, Peer] = {}
        self._by_address: dict[Address, Peer] = {}

    def __len__(self) -> int:
        return len(self._by_media)

    def __iter__(self) -> Iterator[Peer]:
        return iter(tuple(self._by_media.values()))

    def __contains__(self, media: MediaId) -> bool:
        return media in self._by_media

    def add(self, peer: Peer) -> None:
        """Know a new peer, which has no address yet."""
        self._by_media[peer.media] = peer
        self._by_ufrag[peer.credentials.ufrag] = peer

    def remove(self, peer: Peer) -> bool:
        """Forget a peer; return False when it was forgotten before."""
        if self._by_media.pop(peer.media, None) is None:
            return False
        self._forget(peer.credentials)
        self._forget(peer.renewed)
        if peer.address is not None:
            del self._by_address[peer.address]
        return True

    def move(self, peer: Peer, address: Address) -> None:
        """Find the peer at this address from now on."""
        if peer.address is not None:
            del self._by_address[peer.address]
        self._by_address[address] = peer
        peer.move(address)

    def restart(self, peer: Peer, remote: Credentials) -> Credentials:
        """Begin an ICE restart: the peer is found by its new credentials as well; return them."""
        self._forget(peer.renewed)
        renewed = peer.restart(remote)
        self._by_ufrag[renewed.ufrag] = peer
        return renewed

    def renew(self, peer: Peer) -> None:
        """End an ICE restart: the peer is no longer found by its old credentials."""
        if peer.renewed is not None:
            self._forget(peer.credentials)
            peer.credentials, peer.renewed = peer.renewed, None

    def named(self, media: MediaId) -> Peer:
        """Find a peer by its resource. Raises UnknownMedia."""
        try:
            return self._by_media[media]
        except KeyError:
            raise UnknownMedia from None

    def claimed(self, ufrag: str) -> Peer | None:
        """Find the peer that a check claims to come from."""
        return self._by_ufrag.get(ufrag)

    def at(self, address: Address) -> Peer | None:
        """Find the peer at an address."""
        return self._by_address.get(address)

    def _forget(self, credentials: Credentials | None) -> None:
        if credentials is not None:
            del self._by_ufrag[credentials.ufrag]
