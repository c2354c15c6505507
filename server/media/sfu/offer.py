"""SDP offers (RFC 8866, JSEP RFC 8829): read, bounded and checked, before anything is built for them."""

import re
import struct
from dataclasses import dataclass

from aiortc import sdp
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

from server.media.errors import BadOffer
from server.media.sfu.codec import Codec, Kind
from server.media.sfu.dtls import Role
from server.media.sfu.ice import Credentials

MAX_OFFER = 64 * 1024
"""The longest offer taken, in characters; Chromium's with two pairs of m-lines has about 20,000."""

_MAX_LINES = 1_200
_MAX_MEDIA = 8
_MAX_CODECS = 64  # in one m-line
_MAX_SSRCS = 8  # of one m-line
_PROFILES = ("UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP")
_FINGERPRINT = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){31}")
_ICE_CHARS = r"[A-Za-z0-9+/=_-]"  # RFC 8839, section 5.4, and the two more that some clients use
_UFRAG = re.compile(_ICE_CHARS + "{4,256}")
_PWD = re.compile(_ICE_CHARS + "{22,256}")
_MID = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,32}")
_FORMAT = re.compile(r"[A-Za-z0-9-]{1,32}")
_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
_OUR_ROLE: dict[str, Role] = {"auto": "server", "client": "server", "server": "client"}
_FEEDBACK = frozenset({("nack", None), ("nack", "pli"), ("ccm", "fir"), ("goog-remb", None)})
_BASELINE = (sdp.H264Profile.PROFILE_CONSTRAINED_BASELINE, sdp.H264Profile.PROFILE_BASELINE)
_PARSER_ERRORS = (ValueError, AssertionError, LookupError, AttributeError, TypeError, StopIteration, struct.error)


@dataclass(frozen=True, slots=True)
class Format:
    """One codec of an m-line, as the peer numbered it."""

    codec: Codec
    payload_type: int
    parameters: str  # the answer's fmtp; may be empty
    feedback: tuple[str, ...]  # kinds of RTCP feedback that both sides know


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
    level_id: int | None  # of the audio level header extension (RFC 6464)


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer that can be answered."""

    credentials: Credentials
    fingerprints: tuple[str, ...]  # SHA-256
    role: Role  # ours, from the offer's a=setup (RFC 5763, section 5)
    media: tuple[Media, ...]


def parse(text: str) -> Offer:
    """Read an offer. Raises BadOffer with a sentence for whoever made it."""
    _require(len(text) <= MAX_OFFER and text.count("\n") <= _MAX_LINES, "the offer is too long")
    try:
        session = sdp.SessionDescription.parse(text)
        groups = sdp.grouplines(text)[1]
        media = tuple(_media(found, lines) for found, lines in zip(session.media, groups, strict=True))
    except BadOffer:
        raise
    except _PARSER_ERRORS as error:
        raise BadOffer("the SDP is malformed") from error
    _require(0 < len(media) <= _MAX_MEDIA, "the offer has no m-line, or too many")
    usable = [found for found, ours in zip(session.media, media, strict=True) if ours.formats]
    _require(bool(usable), "no m-line has Opus, H.264 (baseline, packetization-mode 1) or VP8 over DTLS-SRTP")
    _require(all(found.rtcp_mux for found in usable), "rtcp-mux is missing")
    mids = [found.mid for found in media]
    _require(len(set(mids)) == len(mids), "a mid is missing or not unique")
    bundled = {mid for group in session.group if group.semantic == "BUNDLE" for mid in group.items}
    _require(all(ours.mid in bundled for ours in media if ours.formats), "BUNDLE does not cover every m-line")
    return Offer(_credentials(usable[0]), _fingerprints(usable[0]), _role(usable[0]), media)


def _require(condition: bool, detail: str) -> None:
    if not condition:
        raise BadOffer(detail)


def _media(found: sdp.MediaDescription, lines: list[str]) -> Media:
    _require(len(found.rtp.codecs) <= _MAX_CODECS, "an m-line has too many codecs")
    _require(bool(_MID.fullmatch(found.rtp.muxId)), "a mid is missing or malformed")
    _require(bool(_FORMAT.fullmatch(str(found.fmt[0]))), "an m-line's format is malformed")
    offered = found.port != 0 or "a=bundle-only" in lines
    direction = found.direction or "sendrecv"
    return Media(
        kind=found.kind,
        mid=found.rtp.muxId,
        profile=found.profile,
        format=str(found.fmt[0]),
        sends=direction in ("sendonly", "sendrecv"),
        receives=direction in ("recvonly", "sendrecv"),
        formats=_formats(found) if offered and found.profile in _PROFILES else (),
        ssrcs=_primary_ssrcs(found),
        level_id=_extension(found, _LEVEL),
    )


def _formats(found: sdp.MediaDescription) -> tuple[Format, ...]:
    """Choose one format for each codec: of several profiles of H.264 the most constrained."""
    codecs = [codec for codec in found.rtp.codecs if codec.payloadType in found.fmt]
    if found.kind == Kind.AUDIO:
        candidates = [_format(Codec.OPUS, codec) for codec in codecs if _is_opus(codec)]
        return tuple(candidates[:1])
    if found.kind == Kind.VIDEO:
        h264 = sorted((codec for codec in codecs if _h264_rank(codec) is not None), key=_h264_rank_or_last)
        vp8 = [codec for codec in codecs if codec.mimeType.lower() == "video/vp8"]
        return tuple(
            [_format(Codec.H264, codec) for codec in h264[:1]] + [_format(Codec.VP8, codec) for codec in vp8[:1]]
        )
    return ()


def _is_opus(codec: RTCRtpCodecParameters) -> bool:
    return codec.mimeType.lower() == "audio/opus" and codec.clockRate == 48_000 and codec.channels == 2  # noqa: PLR2004


def _h264_rank(codec: RTCRtpCodecParameters) -> int | None:
    """Rank constrained baseline before baseline; None is what can't be forwarded to everybody (RFC 6184, 8.1)."""
    if codec.mimeType.lower() != "video/h264" or codec.parameters.get("packetization-mode") != "1":
        return None
    try:
        profile, _ = sdp.parse_h264_profile_level_id(str(codec.parameters.get("profile-level-id", "42e01f")))
    except ValueError:
        return None
    return _BASELINE.index(profile) if profile in _BASELINE else None


def _h264_rank_or_last(codec: RTCRtpCodecParameters) -> int:
    rank = _h264_rank(codec)
    return len(_BASELINE) if rank is None else rank


def _format(codec: Codec, found: RTCRtpCodecParameters) -> Format:
    parameters = ""
    if codec is Codec.OPUS:
        parameters = "minptime=10;useinbandfec=1"
    elif codec is Codec.H264:
        level = str(found.parameters.get("profile-level-id", "42e01f"))[:6]
        parameters = f"level-asymmetry-allowed=1;packetization-mode=1;profile-level-id={level}"
    feedback = {
        f"{kind.type} {kind.parameter}" if kind.parameter else kind.type
        for kind in found.rtcpFeedback
        if (kind.type, kind.parameter or None) in _FEEDBACK
    }
    return Format(codec, int(found.payloadType or 0), parameters, tuple(sorted(feedback)))


def _primary_ssrcs(found: sdp.MediaDescription) -> tuple[int, ...]:
    """List the announced SSRCs without those of retransmissions (RFC 5576, section 4.2)."""
    secondary = {ssrc for group in found.ssrc_group if group.semantic == "FID" for ssrc in group.items[1:]}
    return tuple(ssrc.ssrc for ssrc in found.ssrc if ssrc.ssrc not in secondary)[:_MAX_SSRCS]


def _extension(found: sdp.MediaDescription, uri: str) -> int | None:
    """Find the number of a header extension that fits the one-byte form (RFC 8285, section 4.2)."""
    return next((ext.id for ext in found.rtp.headerExtensions if ext.uri == uri and 0 < ext.id < 15), None)  # noqa: PLR2004


def _credentials(found: sdp.MediaDescription) -> Credentials:
    ufrag, pwd = (found.ice.usernameFragment or "", found.ice.password or "") if found.ice else ("", "")
    _require(bool(_UFRAG.fullmatch(ufrag) and _PWD.fullmatch(pwd)), "ice-ufrag or ice-pwd is missing or malformed")
    return Credentials(ufrag, pwd)


def _fingerprints(found: sdp.MediaDescription) -> tuple[str, ...]:
    offered = found.dtls.fingerprints if found.dtls else []
    sha256 = tuple(dict.fromkeys(print_.value for print_ in offered if print_.algorithm.lower() == "sha-256"))
    valid = bool(sha256) and all(_FINGERPRINT.fullmatch(value) for value in sha256)
    _require(valid, "a=setup or a SHA-256 a=fingerprint is missing or malformed")
    return sha256


def _role(found: sdp.MediaDescription) -> Role:
    return _OUR_ROLE[found.dtls.role if found.dtls else "auto"]
