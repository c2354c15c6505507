"""SDP answers (RFC 8829; RFC 9725 for WHIP; the WHEP draft): written in full from an offer and our choices."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from server.media.sfu import extensions, simulcast
from server.media.sfu.codec import Codec
from server.media.sfu.ice import ICE_OPTIONS, Credentials
from server.media.sfu.offer import Format, Media, Offer

CNAME = "giaoban"
"""All our streams come from one clock (RFC 3550, section 6.5.1)."""

_ENCODING = {Codec.OPUS: "opus/48000/2", Codec.H264: "H264/90000", Codec.VP8: "VP8/90000"}
_HOST_PRIORITY = 126 << 24 | 65535 << 8 | 255  # RFC 8445, section 5.1.2.1


@dataclass(frozen=True, slots=True)
class Local:
    """Our side of a transport."""

    credentials: Credentials
    fingerprint: str  # SHA-256
    addresses: tuple[str, ...]  # where peers reach the port
    port: int


@dataclass(frozen=True, slots=True)
class Sent:
    """What an m-line will carry to a subscriber."""

    ssrc: int
    stream: str  # the msid's stream: "stage" or "hub"
    rtx: int | None = None  # the SSRC of its retransmissions; None: they come on the stream itself


@dataclass(frozen=True, slots=True)
class Line:
    """Our decision on one m-line: accepted, and what is sent on it; None of `sent` means that we receive."""

    media: Media
    sent: Sent | None


def write(offer: Offer, lines: Sequence[Line], local: Local) -> str:
    """Answer an offer: m-lines without a decision in `lines` are refused."""
    accepted = {line.media.mid: line for line in lines}
    bundle = " ".join(media.mid for media in offer.media if media.mid in accepted)
    head = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", "a=ice-lite", ICE_OPTIONS, f"a=group:BUNDLE {bundle}"]
    text = [*head, "a=msid-semantic:WMS *"]
    for media in offer.media:
        line = accepted.get(media.mid)
        text.extend(_refused(media) if line is None else _accepted(offer, line, local))
    return "\r\n".join(text) + "\r\n"


def _refused(media: Media) -> Iterator[str]:
    """Write an m-line with port 0 (RFC 3264, section 6)."""
    yield f"m={media.kind} 0 {media.profile} {media.format}"
    yield "c=IN IP4 0.0.0.0"
    yield f"a=mid:{media.mid}"
    yield "a=inactive"


def _accepted(offer: Offer, line: Line, local: Local) -> Iterator[str]:
    media, sent = line.media, line.sent
    with_rtx = sent is None or sent.rtx is not None
    numbers = [number for form in media.formats for number in _numbers(form, with_rtx=with_rtx)]
    yield f"m={media.kind} {local.port} {media.profile} {' '.join(map(str, numbers))}"
    yield f"c=IN IP{ip_address(local.addresses[0]).version} {local.addresses[0]}"
    yield f"a=mid:{media.mid}"
    yield "a=sendonly" if sent else "a=recvonly"
    yield "a=rtcp-mux"
    yield "a=rtcp-mux-only"  # RFC 9725, section 4.4.1
    yield f"a=fingerprint:sha-256 {local.fingerprint}"
    yield "a=setup:passive" if offer.role == "server" else "a=setup:active"
    yield from candidates(local)
    yield from extensions.write(media.extensions, _extensions(line), we_send=sent is not None)
    for form in media.formats:
        yield from _format(form, with_rtx=with_rtx)
    yield from simulcast.answer(media.rids) if sent is None else _stream(media, sent)


def _numbers(form: Format, *, with_rtx: bool) -> Iterator[int]:
    yield form.payload_type
    if with_rtx and form.rtx is not None:
        yield form.rtx


def _extensions(line: Line) -> tuple[str, ...]:
    """Name the header extensions we use: what we send is announced by its SSRC and needs no MID."""
    if line.sent:
        return ("level", "send_time")
    return ("level", "send_time", "mid", "rid", "repaired_rid") if line.media.rids else ("level", "send_time", "mid")


def _stream(media: Media, sent: Sent) -> Iterator[str]:
    """Announce what we send, and its retransmissions (RFC 4588, section 8.3; RFC 5576)."""
    track = f"{sent.stream}-{media.kind}"
    yield f"a=msid:{sent.stream} {track}"
    if sent.rtx is not None:
        yield f"a=ssrc-group:FID {sent.ssrc} {sent.rtx}"
    for ssrc in (sent.ssrc, sent.rtx):
        if ssrc is not None:
            yield f"a=ssrc:{ssrc} cname:{CNAME}"
            yield f"a=ssrc:{ssrc} msid:{sent.stream} {track}"


def candidates(local: Local) -> Iterator[str]:
    """Write where we are, and the credentials that go with it; there will be no more (RFC 9725, section 4.3.2)."""
    yield f"a=ice-ufrag:{local.credentials.ufrag}"
    yield f"a=ice-pwd:{local.credentials.pwd}"
    for index, address in enumerate(local.addresses):
        yield f"a=candidate:{index + 1} 1 udp {_HOST_PRIORITY - (index << 8)} {address} {local.port} typ host"
    yield "a=end-of-candidates"


def _format(form: Format, *, with_rtx: bool) -> Iterator[str]:
    yield f"a=rtpmap:{form.payload_type} {_ENCODING[form.codec]}"
    if form.parameters:
        yield f"a=fmtp:{form.payload_type} {form.parameters}"
    for feedback in form.feedback:
        yield f"a=rtcp-fb:{form.payload_type} {feedback}"
    if with_rtx and form.rtx is not None:
        yield f"a=rtpmap:{form.rtx} rtx/90000"
        yield f"a=fmtp:{form.rtx} apt={form.payload_type}"
