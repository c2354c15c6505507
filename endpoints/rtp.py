"""RTP packets as bytes (RFC 3550, section 5.1), with the audio level in the header (RFC 6464)."""

import struct
from typing import NamedTuple

LEVEL_ID = 1  # our number for ssrc-audio-level in every offer
LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
SILENCE = 127  # -dBov

_VERSION = 0x80
_EXTENSION = 0x10
_MARKER = 0x80
_ONE_BYTE = 0xBEDE  # RFC 8285, section 4.2
_FIXED = struct.Struct("!BBHII")
_EXTENSION_HEADER = struct.Struct("!HH")
EXTENSION_HEADER = _EXTENSION_HEADER.size  # bytes before the elements of a header extension


class Header(NamedTuple):
    """What a received packet says about itself: a named tuple, for it is made thousands of times a second."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    size: int  # bytes of the header, with its extension
    extension: bytes = b""  # the elements of a one-byte extension


def write(
    payload: bytes, *, payload_type: int, marker: bool, sequence: int, timestamp: int, ssrc: int, extension: bytes = b""
) -> bytes:
    """Build a packet; `extension` is a whole header extension as `level_extension` makes it."""
    first = _VERSION | _EXTENSION if extension else _VERSION
    second = _MARKER | payload_type if marker else payload_type
    return _FIXED.pack(first, second, sequence, timestamp, ssrc) + extension + payload


def level_extension(level: int, *, voice: bool) -> bytes:
    """Return the header extension that carries an audio level, -dBov 0..127 (RFC 6464, section 3)."""
    return _EXTENSION_HEADER.pack(_ONE_BYTE, 1) + bytes((LEVEL_ID << 4, voice << 7 | level, 0, 0))


def read(packet: bytes) -> Header:
    """Read a packet's header. Raises ValueError for anything that is no RTP."""
    if len(packet) < _FIXED.size or packet[0] >> 6 != 2:  # noqa: PLR2004 - the version of RTP
        raise ValueError("no RTP packet")
    first, second, sequence, timestamp, ssrc = _FIXED.unpack_from(packet)
    size = _FIXED.size + 4 * (first & 0x0F)
    extension = b""
    if first & _EXTENSION:
        if len(packet) < size + 4:
            raise ValueError("RTP packet cut short in its extension")
        profile, words = _EXTENSION_HEADER.unpack_from(packet, size)
        if profile == _ONE_BYTE:
            extension = packet[size + 4 : size + 4 + 4 * words]
        size += 4 + 4 * words
    return Header(second & 0x7F, bool(second & _MARKER), sequence, timestamp, ssrc, size, extension)


def level_of(extension: bytes, number: int) -> int | None:
    """Find the audio level (-dBov) among the elements of a one-byte extension; None when it is not there."""
    place = 0
    while place < len(extension):
        element = extension[place]
        if element == 0:  # padding
            place += 1
            continue
        if element >> 4 == number and place + 1 < len(extension):
            return extension[place + 1] & 0x7F
        place += 2 + (element & 0x0F)
    return None
