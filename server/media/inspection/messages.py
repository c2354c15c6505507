"""What the media process and its helper say to each other: a length, a kind, and a body; nothing is ever unpickled.

The helper decodes what strangers send, so its answers are checked like anything else from outside.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from server.core.errors import ProtocolError
from server.media.sfu.codec import Codec

LENGTH = struct.Struct("!I")
"""Stands before every message: its length in bytes."""

LARGEST = 256 * 1024
"""Bytes of a finding."""

WIDEST = 320
"""Pixels of a still, either way."""

BLOCKS = 32 * 18
"""Bytes of a picture's brightness: 32 by 18 blocks."""

WARM_UP = 10
"""Opus packets of a sample until a decoder that begins in the middle of a stream tells loudness right."""

_CODECS = (Codec.H264, Codec.VP8)
_PICTURE, _SOUND, _LEVEL, _UNCLEAR = b"P", b"S", b"L", b"U"
_STREAM = struct.Struct("!I")
_QUIETEST = 127  # -dBov (RFC 6464, section 3)
_SEEN = struct.Struct("!HHI")
_HEARD = struct.Struct("!dB")


@dataclass(frozen=True, slots=True)
class PictureSample:
    """A keyframe to be looked at, and what follows it where motion is looked for."""

    codec: Codec
    units: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class SoundSample:
    """Opus packets to be listened to, in order."""

    payloads: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class LevelSample:
    """Opus packets whose level is to be told: what came next on a stream."""

    stream: int
    payloads: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a keyframe shows."""

    width: int  # of the JPEG, in pixels
    height: int
    macroblocks: int  # of the picture that was sent
    luma: bytes  # the mean brightness of its blocks, row by row
    last: bytes  # the same of the last picture of the sample
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """What the sound is like."""

    clipped: float  # share of the samples at full scale, 0..1
    level: int  # of all of it, in -dBov


@dataclass(frozen=True, slots=True)
class Measured:
    """How loud the sound is."""

    level: int  # of the loudest packet, in -dBov


@dataclass(frozen=True, slots=True)
class Unclear:
    """The sample could not be decoded."""


Sample = PictureSample | SoundSample | LevelSample
Finding = Seen | Heard | Measured | Unclear


def framed(body: bytes) -> bytes:
    """Put the length before a message."""
    return LENGTH.pack(len(body)) + body


def write_sample(sample: Sample) -> bytes:
    """Write a sample, without its length."""
    if isinstance(sample, PictureSample):
        return _PICTURE + bytes((_CODECS.index(sample.codec),)) + _listed(sample.units)
    if isinstance(sample, LevelSample):
        return _LEVEL + _STREAM.pack(sample.stream) + _listed(sample.payloads)
    return _SOUND + _listed(sample.payloads)


def read_sample(body: bytes) -> Sample:
    """Read a sample; it comes from the media process and is well-formed."""
    if body[:1] == _PICTURE:
        return PictureSample(_CODECS[body[1]], tuple(_parts(body[2:])))
    if body[:1] == _LEVEL:
        (stream,) = _STREAM.unpack_from(body, 1)
        return LevelSample(stream, tuple(_parts(body[1 + _STREAM.size :])))
    return SoundSample(tuple(_parts(body[1:])))


def _listed(parts: Iterable[bytes]) -> bytes:
    return b"".join(framed(part) for part in parts)


def _parts(data: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(data):
        (size,) = LENGTH.unpack_from(data, position)
        position += LENGTH.size + size
        yield data[position - size : position]


def write_finding(finding: Finding) -> bytes:
    """Write a finding, without its length."""
    if isinstance(finding, Seen):
        head = _SEEN.pack(finding.width, finding.height, finding.macroblocks)
        return _PICTURE + head + finding.luma + finding.last + finding.jpeg
    if isinstance(finding, Measured):
        return _LEVEL + bytes((finding.level,))
    return _SOUND + _HEARD.pack(finding.clipped, finding.level) if isinstance(finding, Heard) else _UNCLEAR


def read_finding(body: bytes) -> Finding:
    """Read and check a finding. Raises ProtocolError."""
    kind, rest = body[:1], body[1:]
    if kind == _PICTURE:
        return _seen(rest)
    if kind == _SOUND and len(rest) == _HEARD.size:
        clipped, level = _HEARD.unpack(rest)
        if 0 <= clipped <= 1 and level <= _QUIETEST:
            return Heard(clipped, level)
    if kind == _LEVEL and len(rest) == 1 and rest[0] <= _QUIETEST:
        return Measured(rest[0])
    if body != _UNCLEAR:
        raise ProtocolError("finding is malformed")
    return Unclear()


def _seen(rest: bytes) -> Seen:
    start, middle, end = _SEEN.size, _SEEN.size + BLOCKS, _SEEN.size + 2 * BLOCKS
    if len(rest) < end:
        raise ProtocolError("finding is cut off")
    width, height, macroblocks = _SEEN.unpack_from(rest)
    luma, last, jpeg = rest[start:middle], rest[middle:end], rest[end:]
    if not (0 < width <= WIDEST and 0 < height <= WIDEST and macroblocks and jpeg.startswith(b"\xff\xd8\xff")):
        raise ProtocolError("finding holds no still")
    return Seen(width, height, macroblocks, luma, last, jpeg)
