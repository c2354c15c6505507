"""SDP offers (RFC 8866, JSEP RFC 8829): read, bounded and checked, before anything is built for them."""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from aiortc import sdp
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

from server.media.errors import BadOffer
from server.media.sfu import extensions, simulcast
from server.media.sfu.codec import Codec, Kind
from server.media.sfu.dtls import Role
from server.media.sfu.extensions import Extensions
from server.media.sfu.ice import PASSWORD, USERNAME, Credentials

MAX_OFFER = 64 * 1024
"""The longest offer taken, in characters; Chromium's with two pairs of m-lines has about 20,000."""

_MAX_LINES = 1_200
_MAX_LINE = 2_048  # characters; the longest of real ones are below 400
_MAX_MEDIA = 8
_COSTLY = {"a=ssrc": 256, "a=rtcp-fb:*": 64, "m=": _MAX_MEDIA}
"""Lines of the whole offer by their beginnings, and how many: each makes the parser look through many others."""

_MAX_CODECS = 64  # in one m-line
_MAX_SSRCS = 8  # of one m-line
_PROFILES = ("UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP")
_FINGERPRINT = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){31}")
_MID = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,32}")
_FORMAT = re.compile(r"[A-Za-z0-9-]{1,32}")
_OUR_ROLE: dict[str, Role] = {"auto": "server", "client": "server", "server": "client"}
_FEEDBACK = frozenset({("nack", None), ("nack", "pli"), ("ccm", "fir"), ("goog-remb", None)})
_PAIR = 2
_PROFILE_LEVEL = "42e01f"  # of H.264 that does not say: what every browser has
_BASELINE = (sdp.H264Profile.PROFILE_CONSTRAINED_BASELINE, sdp.H264Profile.PROFILE_BASELINE)
_PARSER_ERRORS = (ValueError, AssertionError, LookupError, AttributeError, TypeError, StopIteration, struct.error)


@dataclass(frozen=True, slots=True)
class Format:
    """One codec of an m-line, as the peer numbered it."""

    codec: Codec
    payload_type: int
    parameters: str  # the answer's fmtp; may be empty
    feedback: tuple[str, ...]  # kinds of RTCP feedback that both sides know
    rtx: int | None  # the payload type of its retransmissions (RFC 4588); None: not offered, or of no use without NACK


@dataclass(frozen=True, slots=True)
class Media:
    """One m-line."""

    kind: str  # "audio", "video", or something that will be refused
    mid: str
    profile: str
    format: str  # the first of its formats: what a refusal repeats
    sends: bool
    receives: bool
    formats: tuple[Format, ...]  # those we know, best first, one for each codec; empty: refuse the m-line
    ssrcs: tuple[int, ...]  # announced by the sender; empty where it does not say
    rtx_ssrcs: tuple[tuple[int, int], ...]  # announced: a stream's SSRC, and that of its retransmissions
    rids: tuple[str, ...]  # the simulcast layers that are taken (RFC 8853); empty: one picture
    extensions: Extensions


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer that can be answered."""

    credentials: Credentials
    fingerprints: tuple[str, ...]  # SHA-256
    role: Role  # ours, from the offer's a=setup (RFC 5763, section 5)
    media: tuple[Media, ...]


class NoCommonCodec(BadOffer):
    """The offer is well-formed, but no m-line has a codec that we know."""

    def __init__(self, wanted: frozenset[str]) -> None:
        """`wanted` are the kinds of media it would receive."""
        super().__init__("no m-line has Opus, H.264 (baseline, packetization-mode 1) or VP8 over DTLS-SRTP")
        self.wanted = wanted


def parse(text: str) -> Offer:
    """Read an offer. Raises BadOffer with a sentence for whoever made it."""
    _require_bounded(text)
    try:
        session = sdp.SessionDescription.parse(text)
        groups = sdp.grouplines(text)[1]
        media = tuple(_media(found, lines) for found, lines in zip(session.media, groups, strict=True))
    except BadOffer:
        raise
    except _PARSER_ERRORS as error:
        raise BadOffer("the SDP is malformed") from error
    _require(bool(media), "the offer has no m-line")
    usable = [found for found, ours in zip(session.media, media, strict=True) if ours.formats]
    if not usable:
        raise NoCommonCodec(frozenset(found.kind for found in media if found.receives))
    _require(all(found.rtcp_mux for found in usable), "rtcp-mux is missing")
    mids = [found.mid for found in media]
    _require(len(set(mids)) == len(mids), "a mid is missing or not unique")
    bundled = {mid for group in session.group if group.semantic == "BUNDLE" for mid in group.items}
    _require(all(ours.mid in bundled for ours in media if ours.formats), "BUNDLE does not cover every m-line")
    return Offer(_credentials(usable[0]), _fingerprints(usable[0]), _role(usable[0]), media)


def _require_bounded(text: str) -> None:
    """Refuse what would take long to read, before it is: whoever reads it forwards packets too."""
    _require(len(text) <= MAX_OFFER, "the offer is too long")
    lines = text.splitlines()  # as the parser does: it takes more than line feeds for ends of lines
    _require(len(lines) <= _MAX_LINES and max(map(len, lines), default=0) <= _MAX_LINE, "the offer is too long")
    for begin, most in _COSTLY.items():
        _require(sum(line.startswith(begin) for line in lines) <= most, f"the offer has too many lines of {begin}")


def _require(condition: bool, detail: str) -> None:
    if not condition:
        raise BadOffer(detail)


def _media(found: sdp.MediaDescription, lines: list[str]) -> Media:
    _require(len(found.rtp.codecs) <= _MAX_CODECS, "an m-line has too many codecs")
    _require(bool(_MID.fullmatch(found.rtp.muxId)), "a mid is missing or malformed")
    _require(bool(_FORMAT.fullmatch(str(found.fmt[0]))), "an m-line's format is malformed")
    is_open = found.port != 0 or "a=bundle-only" in lines
    direction = found.direction or "sendrecv"
    sends, receives = direction in ("sendonly", "sendrecv"), direction in ("recvonly", "sendrecv")
    offered = extensions.read(lines, sends=sends, receives=receives)
    formats = _formats(found) if is_open and found.profile in _PROFILES else ()
    numbers = [number for form in formats for number in (form.payload_type, form.rtx) if number is not None]
    _require(len(set(numbers)) == len(numbers), "a payload type is used twice")
    return Media(
        kind=found.kind,
        mid=found.rtp.muxId,
        profile=found.profile,
        format=str(found.fmt[0]),
        sends=sends,
        receives=receives,
        formats=formats,
        ssrcs=_primary_ssrcs(found),
        rtx_ssrcs=_rtx_ssrcs(found),
        rids=simulcast.layers(lines) if found.kind == Kind.VIDEO and offered.rid else (),
        extensions=offered,
    )


def _formats(found: sdp.MediaDescription) -> tuple[Format, ...]:
    """Choose one format for each codec: of several profiles of H.264 the most constrained."""
    codecs = [codec for codec in found.rtp.codecs if codec.payloadType in found.fmt]
    if found.kind == Kind.AUDIO:
        return tuple(_format(Codec.OPUS, codec, ()) for codec in [codec for codec in codecs if _is_opus(codec)][:1])
    if found.kind == Kind.VIDEO:
        h264 = sorted((codec for codec in codecs if _h264_rank(codec) is not None), key=_h264_rank_or_last)
        vp8 = [codec for codec in codecs if codec.mimeType.lower() == "video/vp8"]
        chosen = [(Codec.H264, codec) for codec in h264[:1]] + [(Codec.VP8, codec) for codec in vp8[:1]]
        return tuple(_format(codec, first, codecs) for codec, first in chosen)
    return ()


def _is_opus(codec: RTCRtpCodecParameters) -> bool:
    return codec.mimeType.lower() == "audio/opus" and codec.clockRate == 48_000 and codec.channels == 2  # noqa: PLR2004


def _h264_rank(codec: RTCRtpCodecParameters) -> int | None:
    """Rank constrained baseline before baseline; None is what can't be forwarded to everybody (RFC 6184, 8.1)."""
    if codec.mimeType.lower() != "video/h264" or _parameter(codec, "packetization-mode") != "1":
        return None
    try:
        profile, _ = sdp.parse_h264_profile_level_id(_parameter(codec, "profile-level-id") or _PROFILE_LEVEL)
    except ValueError:
        return None
    return _BASELINE.index(profile) if profile in _BASELINE else None


def _h264_rank_or_last(codec: RTCRtpCodecParameters) -> int:
    rank = _h264_rank(codec)
    return len(_BASELINE) if rank is None else rank


def _parameter(codec: RTCRtpCodecParameters, name: str) -> str | None:
    """Read one fmtp parameter; some clients write a space after each semicolon, or capitals."""
    found = (value for key, value in codec.parameters.items() if key.strip().lower() == name)
    return next((str(value).strip() for value in found), None)


def _format(codec: Codec, found: RTCRtpCodecParameters, codecs: Sequence[RTCRtpCodecParameters]) -> Format:
    """Take one codec; `codecs` may have retransmissions of it."""
    parameters = ""
    if codec is Codec.OPUS:
        parameters = "minptime=10;useinbandfec=1"
    elif codec is Codec.H264:
        level = (_parameter(found, "profile-level-id") or _PROFILE_LEVEL)[:6]
        parameters = f"level-asymmetry-allowed=1;packetization-mode=1;profile-level-id={level}"
    feedback = {
        f"{kind.type} {kind.parameter}" if kind.parameter else kind.type
        for kind in found.rtcpFeedback
        if (kind.type, kind.parameter or None) in _FEEDBACK
    }
    rtx = _rtx(found, codecs) if "nack" in feedback else None
    return Format(codec, int(found.payloadType or 0), parameters, tuple(sorted(feedback)), rtx)


def _rtx(original: RTCRtpCodecParameters, codecs: Sequence[RTCRtpCodecParameters]) -> int | None:
    """Find the payload type of a codec's retransmissions by its associated payload type (RFC 4588, section 8.6)."""
    found = (
        codec.payloadType
        for codec in codecs
        if codec.mimeType.lower() == "video/rtx" and _parameter(codec, "apt") == str(original.payloadType)
    )
    return next(found, None)


def _rtx_ssrcs(found: sdp.MediaDescription) -> tuple[tuple[int, int], ...]:
    """List the announced pairs of a stream and its retransmissions (RFC 4588, section 8.3; RFC 5576, section 4.2)."""
    groups = [group.items for group in found.ssrc_group if group.semantic == "FID"]
    return tuple((int(items[0]), int(items[1])) for items in groups if len(items) == _PAIR)[:_MAX_SSRCS]


def _primary_ssrcs(found: sdp.MediaDescription) -> tuple[int, ...]:
    """List the announced SSRCs without those of retransmissions (RFC 5576, section 4.2)."""
    secondary = {ssrc for group in found.ssrc_group if group.semantic == "FID" for ssrc in group.items[1:]}
    return tuple(ssrc.ssrc for ssrc in found.ssrc if ssrc.ssrc not in secondary)[:_MAX_SSRCS]


def _credentials(found: sdp.MediaDescription) -> Credentials:
    ufrag, pwd = (found.ice.usernameFragment or "", found.ice.password or "") if found.ice else ("", "")
    sound = bool(USERNAME.fullmatch(ufrag) and PASSWORD.fullmatch(pwd))
    _require(sound, "ice-ufrag or ice-pwd is missing or malformed")
    return Credentials(ufrag, pwd)


def _fingerprints(found: sdp.MediaDescription) -> tuple[str, ...]:
    offered = found.dtls.fingerprints if found.dtls else []
    sha256 = tuple(dict.fromkeys(print_.value for print_ in offered if print_.algorithm.lower() == "sha-256"))
    valid = bool(sha256) and all(_FINGERPRINT.fullmatch(value) for value in sha256)
    _require(valid, "a=setup or a SHA-256 a=fingerprint is missing or malformed")
    return sha256


def _role(found: sdp.MediaDescription) -> Role:
    return _OUR_ROLE[found.dtls.role if found.dtls else "auto"]
