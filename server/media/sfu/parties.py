"""Whose a peer is: the source that publishes or the viewer that watches over it."""

from server.core.ids import EndpointCode
from server.media.plane import Resource
from server.media.sfu.peer import Peer
from server.media.sfu.publisher import Publisher
from server.media.sfu.subscriber import Subscriber


def described(peer: Peer) -> Resource:
    """Say what the service may have to know of a peer."""
    handler = peer.handler
    if isinstance(handler, Publisher):
        party, content, arrives = handler.source, handler.content, handler.is_published
        return Resource(peer.media, peer.briefing, party, True, content, ticket=peer.ticket, arrives=arrives)
    viewer = handler.viewer if isinstance(handler, Subscriber) else None
    return Resource(peer.media, peer.briefing, viewer, False, ticket=peer.ticket)


def watches(peer: Peer, site: EndpointCode | None) -> bool:
    """Whether a site watches over a peer."""
    return isinstance(peer.handler, Subscriber) and peer.handler.viewer == site


def belongs(peer: Peer, site: EndpointCode) -> bool:
    """Whether a site publishes or watches over a peer."""
    match peer.handler:
        case Publisher(source=owner) | Subscriber(viewer=owner):
            return owner == site
        case _:
            return False
