"""Counter-offers (the WHEP draft, section 4.2.2): what we would send to a player whose own offer can't be answered."""

from collections.abc import Collection, Sequence

from server.media.errors import BadOffer
from server.media.sfu import answer, offer
from server.media.sfu.answer import Line, Local
from server.media.sfu.codec import Codec, Kind
from server.media.sfu.extensions import Extensions
from server.media.sfu.ice import Credentials
from server.media.sfu.offer import Format, Media, Offer

_FEEDBACK = ("ccm fir", "goog-remb", "nack", "nack pli")
_FORMATS = {
    Kind.AUDIO: (Format(Codec.OPUS, 111, "minptime=10;useinbandfec=1", (), None),),
    Kind.VIDEO: (
        Format(Codec.H264, 106, "packetization-mode=1;profile-level-id=42e01f", _FEEDBACK, None),
        Format(Codec.VP8, 96, "", _FEEDBACK, None),
    ),
}
_NOBODY = Credentials("", "")


def proposal(kinds: Collection[str]) -> Offer:
    """Imagine the offer that the player should have made: the stage, as audio, video or both."""
    media = tuple(_media(str(place), kind) for place, kind in enumerate(kind for kind in Kind if kind in kinds))
    return Offer(_NOBODY, (), "server", media)


def write(proposed: Offer, lines: Sequence[Line], local: Local) -> str:
    """Write our offer. What it will carry is not announced: the player may decline a part of it."""
    text = answer.write(proposed, lines, local).replace("a=setup:passive", "a=setup:actpass")
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("a=ssrc"))


def accepted(proposed: Offer, text: str) -> Offer:
    """Read the player's answer: its side, and those of our m-lines and codecs that it takes. Raises BadOffer."""
    answered = offer.parse(text)
    offered = {media.mid: media for media in proposed.media}
    for media in answered.media:
        ours = offered.get(media.mid)
        if ours is None or media.kind != ours.kind or not _numbers(media) <= _numbers(ours):
            raise BadOffer("the answer does not fit the offer")
    return answered


def _media(mid: str, kind: Kind) -> Media:
    formats = _FORMATS[kind]
    return Media(
        kind=kind,
        mid=mid,
        profile="UDP/TLS/RTP/SAVPF",
        format=str(formats[0].payload_type),
        sends=False,
        receives=True,
        formats=formats,
        ssrcs=(),
        rtx_ssrcs=(),
        rids=(),
        extensions=Extensions(),
    )


def _numbers(media: Media) -> set[tuple[Codec, int]]:
    return {(form.codec, form.payload_type) for form in media.formats}
