"""Which m-lines of an offer are taken, and for what."""

from collections.abc import Container, Iterable

from server.media.errors import BadOffer
from server.media.sfu.codec import Kind
from server.media.sfu.cohort import Lane, Slot
from server.media.sfu.offer import Media, Offer

_SLOTS = {Kind.AUDIO: (Slot.STAGE, Slot.HUB), Kind.VIDEO: (Slot.STAGE, Slot.HUB, Slot.CONTENT)}


def inlets(offer: Offer, kinds: Container[Kind] = frozenset(Kind)) -> dict[Kind, Media]:
    """Take the m-line of each of these kinds of a WHIP offer, all or none (RFC 9725, sections 4.2, 4.4.2 and 4.4.3).

    Raises BadOffer when there is none, two of a kind, or one that does not send or has no codec that we know.
    """
    offered = [media for media in offer.media if media.kind in kinds]
    if not offered or not all(media.sends and media.formats for media in offered):
        raise BadOffer("an m-line does not send, or has no codec that can be received")
    found = {Kind(media.kind): media for media in offered}
    if len(found) < len(offered):
        raise BadOffer("there are two m-lines of a kind")
    return found


def lanes(offer: Offer) -> dict[Lane, Media]:
    """Give the m-lines of a WHEP offer their slots: the first of each kind is the stage, the second the hub.

    A third video is the content.

    Raises BadOffer when no m-line receives.
    """
    found = {lane: media for kind in Kind for lane, media in _lanes(offer.media, kind)}
    if not found:
        raise BadOffer("no m-line receives audio or video that can be sent")
    return found


def _lanes(media: Iterable[Media], kind: Kind) -> list[tuple[Lane, Media]]:
    receiving = [line for line in media if line.kind == kind and line.receives and line.formats]
    return [(_lane(slot, kind, line), line) for slot, line in zip(_SLOTS[kind], receiving, strict=False)]


def _lane(slot: Slot, kind: Kind, line: Media) -> Lane:
    payload_types = tuple((form.codec, form.payload_type) for form in line.formats)
    send_time = line.extensions.send_time if kind is Kind.VIDEO else None  # no receiver judges its line by sound
    rtx = tuple((form.payload_type, form.rtx) for form in line.formats if form.rtx is not None)
    return Lane(slot, kind, payload_types, line.extensions.level, send_time, rtx)
