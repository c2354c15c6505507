"""What the media process and its helper say to each other: a length, a kind, and a body; nothing is ever unpickled.

The helper decodes what strangers send, so its answers are checked like anything else from outside.
"""

import struct
from dataclasses import dataclass

from server.core.errors import ProtocolError
from server.media.sfu.codec import Codec

LENGTH = struct.Struct("!I")
"""Stands before every message: its length in bytes."""

LARGEST = 1024 * 1024
"""Bytes of a message."""

WIDEST = 320
"""Pixels of a still, either way."""

BLOCKS = 32 * 18
"""Bytes of a picture's brightness: 32 by 18 blocks."""

_CODECS = (Codec.H264, Codec.VP8)
_PICTURE, _SOUND, _UNCLEAR = b"P", b"S", b"U"
_SEEN = struct.Struct("!HHI")
_HEARD = struct.Struct("!d")
_SIZE = struct.Struct("!H")


@dataclass(frozen=True, slots=True)
class PictureSample:
    """A keyframe to be looked at."""

    codec: Codec
    unit: bytes


@dataclass(frozen=True, slots=True)
class SoundSample:
    """Opus packets to be listened to, in order."""

    payloads: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a keyframe shows."""

    width: int  # of the JPEG, in pixels
    height: int
    macroblocks: int  # of the picture that was sent
    luma: bytes  # the mean brightness of its blocks, row by row
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """What the sound is like."""

    clipped: float  # share of the samples at full scale, 0..1


@dataclass(frozen=True, slots=True)
class Unclear:
    """The sample could not be decoded."""


Sample = PictureSample | SoundSample
Finding = Seen | Heard | Unclear


def framed(body: bytes) -> bytes:
    """Put the length before a message."""
    return LENGTH.pack(len(body)) + body


def write_sample(sample: Sample) -> bytes:
    """Write a sample, without its length."""
    if isinstance(sample, PictureSample):
        return _PICTURE + bytes((_CODECS.index(sample.codec),)) + sample.unit
    return _SOUND + b"".join(_SIZE.pack(len(payload)) + payload for payload in sample.payloads)


def read_sample(body: bytes) -> Sample:
    """Read a sample; it comes from the media process and is well-formed."""
    if body[:1] == _PICTURE:
        return PictureSample(_CODECS[body[1]], body[2:])
    payloads, position = [], 1
    while position < len(body):
        (size,) = _SIZE.unpack_from(body, position)
        payloads.append(body[position + 2 : position + 2 + size])
        position += 2 + size
    return SoundSample(tuple(payloads))


def write_finding(finding: Finding) -> bytes:
    """Write a finding, without its length."""
    if isinstance(finding, Seen):
        return _PICTURE + _SEEN.pack(finding.width, finding.height, finding.macroblocks) + finding.luma + finding.jpeg
    return _SOUND + _HEARD.pack(finding.clipped) if isinstance(finding, Heard) else _UNCLEAR


def read_finding(body: bytes) -> Finding:
    """Read and check a finding. Raises ProtocolError."""
    kind, rest = body[:1], body[1:]
    if kind == _PICTURE:
        return _seen(rest)
    if kind == _SOUND and len(rest) == _HEARD.size:
        (clipped,) = _HEARD.unpack(rest)
        if 0 <= clipped <= 1:
            return Heard(clipped)
    if body != _UNCLEAR:
        raise ProtocolError("finding is malformed")
    return Unclear()


def _seen(rest: bytes) -> Seen:
    if len(rest) < _SEEN.size + BLOCKS:
        raise ProtocolError("finding is cut off")
    width, height, macroblocks = _SEEN.unpack_from(rest)
    luma, jpeg = rest[_SEEN.size : _SEEN.size + BLOCKS], rest[_SEEN.size + BLOCKS :]
    if not (0 < width <= WIDEST and 0 < height <= WIDEST and macroblocks and jpeg.startswith(b"\xff\xd8\xff")):
        raise ProtocolError("finding holds no still")
    return Seen(width, height, macroblocks, luma, jpeg)
