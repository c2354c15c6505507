"""H.264 into RTP payloads (RFC 6184, packetization-mode 1): single NAL units, STAP-A for parameter sets, FU-A."""

import re
import struct
from collections.abc import Iterable

MTU = 1150  # bytes of payload: with RTP, SRTP, UDP and IP headers well under any path's limit

SLICE_IDR, SPS, PPS = 5, 7, 8
DELIMITER = 9
_STAP_A, _FU_A = 24, 28
_START, _END = 0x80, 0x40
_START_CODE = re.compile(b"\x00\x00\x00?\x01")
_CODE = b"\x00\x00\x00\x01"


def kind(unit: bytes) -> int:
    """Return the type of a NAL unit."""
    return unit[0] & 0x1F


def units(stream: bytes) -> list[bytes]:
    """Split an Annex B byte stream into NAL units, without their start codes."""
    return [unit.rstrip(b"\x00") for unit in _START_CODE.split(stream) if unit]


def is_keyframe(frame: Iterable[bytes]) -> bool:
    """Whether a frame's NAL units can be decoded without what came before."""
    return any(kind(unit) == SLICE_IDR for unit in frame)


def payloads(frame: Iterable[bytes], mtu: int = MTU) -> list[bytes]:
    """Pack the NAL units of one frame into payloads of at most `mtu` bytes; the packet of the last has the marker."""
    wanted = [unit for unit in frame if kind(unit) != DELIMITER]
    sets = [unit for unit in wanted if kind(unit) in (SPS, PPS)]
    packed = [aggregate(sets)] if sets else []
    for unit in wanted:
        if kind(unit) not in (SPS, PPS):
            packed += [unit] if len(unit) <= mtu else fragments(unit, mtu)
    return packed


def aggregate(parts: Iterable[bytes]) -> bytes:
    """Put several small NAL units into one STAP-A (RFC 6184, section 5.7.1)."""
    held = list(parts)
    reference = max(unit[0] & 0x60 for unit in held)
    return bytes((reference | _STAP_A,)) + b"".join(struct.pack("!H", len(unit)) + unit for unit in held)


def fragments(unit: bytes, mtu: int) -> list[bytes]:
    """Cut one NAL unit into FU-A fragments (RFC 6184, section 5.8)."""
    indicator = unit[0] & 0xE0 | _FU_A
    room = mtu - 2
    pieces = [unit[place : place + room] for place in range(1, len(unit), room)]
    last = len(pieces) - 1
    return [
        bytes((indicator, unit[0] & 0x1F | (_START if number == 0 else 0) | (_END if number == last else 0))) + piece
        for number, piece in enumerate(pieces)
    ]


def stream(packed: Iterable[bytes]) -> bytes:
    """Put payloads together again, as an Annex B byte stream: what `payloads` took apart."""
    return b"".join(map(_unpacked, packed))


def _unpacked(payload: bytes) -> bytes:
    if kind(payload) == _FU_A:
        head = _CODE + bytes((payload[0] & 0xE0 | payload[1] & 0x1F,)) if payload[1] & _START else b""
        return head + payload[2:]
    if kind(payload) != _STAP_A:
        return _CODE + payload
    parts, place = [], 1
    while place < len(payload):
        (length,) = struct.unpack_from("!H", payload, place)
        parts.append(_CODE + payload[place + 2 : place + 2 + length])
        place += 2 + length
    return b"".join(parts)
