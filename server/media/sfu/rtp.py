"""RTP packets (RFC 3550, section 5) and their header extensions (RFC 8285)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from server.core.errors import ProtocolError

HEADER = struct.Struct("!BBHLL")
"""First byte, marker and payload type, sequence number, timestamp, SSRC."""

_EXTENSION = struct.Struct("!HH")
_VERSION_2 = 0x80
_PADDING = 0x20
_HAS_EXTENSION = 0x10
_MARKER = 0x80
_ONE_BYTE = 0xBEDE
_TWO_BYTE_MASK, _TWO_BYTE = 0xFFF0, 0x1000
_RESERVED_ID = 15
_MOST_WORDS = 64  # of 32 bits, in a header extension: each element is looked at; Chromium's have up to 20


@dataclass(slots=True)
class Packet:
    """One RTP packet, without CSRCs and padding. Not frozen only because it is made for every datagram."""

    marker: bool
    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    profile: int  # of the header extension; 0 where there is none
    extension: bytes
    payload: bytes


def parse(data: bytes) -> Packet:
    """Read one packet. Raises ProtocolError when its lengths contradict each other."""
    if len(data) < HEADER.size:
        raise ProtocolError("RTP packet is shorter than its header")
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
    if first & 0xC0 != _VERSION_2:
        raise ProtocolError("RTP version is not 2")
    start, end = HEADER.size + 4 * (first & 0x0F), len(data)
    profile, extension = 0, b""
    if first & _HAS_EXTENSION:
        if end < start + _EXTENSION.size:
            raise ProtocolError("RTP header extension is cut off")
        profile, words = _EXTENSION.unpack_from(data, start)
        if words > _MOST_WORDS:
            raise ProtocolError("RTP header extension is too long")
        start += _EXTENSION.size + 4 * words
        extension = data[start - 4 * words : start]
    if first & _PADDING:
        end -= data[-1]
    if end < start or (first & _PADDING and data[-1] == 0):
        raise ProtocolError("RTP packet is shorter than it claims")
    return Packet(bool(second & _MARKER), second & 0x7F, sequence, timestamp, ssrc, profile, extension, data[start:end])


def elements(profile: int, extension: bytes) -> Iterator[tuple[int, bytes]]:
    """Walk the elements of a header extension (RFC 8285, sections 4.2 and 4.3); a cut-off one ends the walk."""
    position, end = 0, len(extension)
    two_byte = profile & _TWO_BYTE_MASK == _TWO_BYTE
    if not two_byte and profile != _ONE_BYTE:
        return
    while position < end:
        if extension[position] == 0:  # padding
            position += 1
            continue
        if two_byte:
            if position + 2 > end:
                return
            identifier, length = extension[position], extension[position + 1]
            position += 2
        else:
            identifier, length = extension[position] >> 4, (extension[position] & 0x0F) + 1
            position += 1
            if identifier == _RESERVED_ID:
                return
        if position + length > end:
            return
        yield identifier, extension[position : position + length]
        position += length


def element(packet: Packet, identifier: int) -> bytes:
    """Find one element of a packet's header extension; empty where it is not there."""
    for found, value in elements(packet.profile, packet.extension):
        if found == identifier:
            return value
    return b""


def audio_level(packet: Packet, identifier: int) -> int | None:
    """Read the level in -dBov, 0 (loudest) to 127 (silence), of RFC 6464, section 3; None where it is not there."""
    value = element(packet, identifier)
    return value[0] & 0x7F if value else None


def text(packet: Packet, identifier: int) -> str | None:
    """Read a name, such as a MID or a RID (RFC 8852, section 3); None where it is not there."""
    value = element(packet, identifier)
    return value.decode("ascii", "replace") if value else None


def abs_send_time(packet: Packet, identifier: int) -> int | None:
    """Read when a packet was sent, in 2^-18 s, modulo 64 s; None where it is not there."""
    value = element(packet, identifier)
    return int.from_bytes(value) if len(value) == 3 else None  # noqa: PLR2004 - 24 bits


def level_extension(identifier: int, level: int) -> bytes:
    """Write a one-byte header extension that holds an audio level alone (RFC 8285, section 4.2; RFC 6464)."""
    return struct.pack("!HHBBH", _ONE_BYTE, 1, identifier << 4, level, 0)


def send_time(now: float) -> int:
    """Write a moment as abs-send-time does: seconds modulo 64 in 6.18 fixed point."""
    return int(now * 0x40000) & 0xFFFFFF


def time_extension(identifier: int, now: float) -> bytes:
    """Write a one-byte header extension that holds abs-send-time alone: when a packet was sent, for delay gradients."""
    return struct.pack("!HHL", _ONE_BYTE, 1, identifier << 28 | 2 << 24 | send_time(now))


def time_and_level_extension(time_id: int, now: float, level_id: int, level: int) -> bytes:
    """Write abs-send-time and an audio level, in this order."""
    first = time_id << 28 | 2 << 24 | send_time(now)
    return struct.pack("!HHLBBH", _ONE_BYTE, 2, first, level_id << 4, level, 0)
