"""RTCP as bytes: the reports and the feedback that a site sends and understands.

RFC 3550 section 6 (SR, RR, SDES), RFC 4585 section 6 (NACK, PLI), RFC 5104 section 4.3.1 (FIR),
draft-alvestrand-rmcat-remb (REMB), RFC 3611 sections 4.4 and 4.5 (the round trip, asked by who only receives).
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970

_SR, _RR, _SDES, _RTPFB, _PSFB, _XR = 200, 201, 202, 205, 206, 207
_NACK, _PLI, _FIR, _AFB = 1, 1, 4, 15
_HEADER = struct.Struct("!BBH")
_SENDER = struct.Struct("!IQIII")
_BLOCK = struct.Struct("!IIIIII")
_CNAME = 1
_REFERENCE, _DELAY = 4, 5  # blocks of an extended report


@dataclass(frozen=True, slots=True)
class KeyframeWanted:
    """A PLI or a FIR for one of our streams."""

    ssrc: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A NACK: these packets of ours did not arrive."""

    ssrc: int
    sequences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A REMB: send no more than this."""

    bitrate: int  # bit/s


@dataclass(frozen=True, slots=True)
class Sent:
    """A sender report of the other side: its clock, for our next receiver report."""

    ssrc: int
    ntp_middle: int  # the middle 32 bits of its NTP time


@dataclass(frozen=True, slots=True)
class Asked:
    """A receiver's clock, which it wants back to measure the round trip."""

    ssrc: int
    ntp_middle: int


@dataclass(frozen=True, slots=True)
class Block:
    """What a receiver report says about one stream (RFC 3550, section 6.4.1)."""

    ssrc: int
    fraction_lost: int  # of 256, since the last report
    lost: int  # in all
    highest: int  # extended highest sequence number
    jitter: int  # in timestamp units
    last_report: int = 0  # the middle of the NTP time of the last SR
    delay: int = 0  # since that SR, in 1/65536 s


Feedback = KeyframeWanted | Missing | Estimate | Sent | Asked | Block


def ntp(unix: float) -> int:
    """Return a time since 1970 (seconds) as a 64-bit NTP timestamp (RFC 3550, section 4)."""
    return round((unix + NTP_EPOCH) * 2**32)


def sender_report(ssrc: int, *, ntp_time: int, timestamp: int, packets: int, octets: int) -> bytes:
    """Tell how a stream's timestamps lie on the wall clock, so that the receiver can keep lips in step."""
    body = _SENDER.pack(ssrc, ntp_time, timestamp, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return _HEADER.pack(0x80, _SR, len(body) // 4) + body


def receiver_report(ssrc: int, blocks: Iterable[Block]) -> bytes:
    """Tell the sender how its streams arrive."""
    parts = [
        _BLOCK.pack(
            block.ssrc,
            block.fraction_lost << 24 | block.lost & 0xFFFFFF,
            block.highest,
            block.jitter,
            block.last_report,
            block.delay,
        )
        for block in blocks
    ]
    body = struct.pack("!I", ssrc) + b"".join(parts)
    return _HEADER.pack(0x80 | len(parts), _RR, len(body) // 4) + body


def round_trip_answer(ssrc: int, asked: Asked, delay: float) -> bytes:
    """Give a receiver its clock back, with the seconds it lay here (RFC 3611, section 4.5)."""
    block = struct.pack("!BBHIII", _DELAY, 0, 3, asked.ssrc, asked.ntp_middle, round(delay * 65536))
    return _HEADER.pack(0x80, _XR, 1 + len(block) // 4) + struct.pack("!I", ssrc) + block


def description(ssrc: int, cname: str) -> bytes:
    """Name the source of a stream: every compound packet has one (RFC 3550, section 6.1)."""
    text = cname.encode()
    chunk = struct.pack("!IBB", ssrc, _CNAME, len(text)) + text
    chunk += bytes(4 - len(chunk) % 4)
    return _HEADER.pack(0x81, _SDES, len(chunk) // 4) + chunk


def read(compound: bytes) -> Iterator[Feedback]:
    """Read what concerns us in a compound packet; the rest is passed over. Raises ValueError when it is cut short."""
    place = 0
    while place < len(compound):
        if len(compound) < place + 4:
            raise ValueError("RTCP packet cut short")
        first, kind, words = _HEADER.unpack_from(compound, place)
        body = compound[place + 4 : place + 4 + 4 * words]
        if len(body) < 4 * words:
            raise ValueError("RTCP packet cut short")
        place += 4 + 4 * words
        yield from _read_one(kind, first & 0x1F, body)


def _read_one(kind: int, count: int, body: bytes) -> Iterator[Feedback]:
    if kind == _SR and len(body) >= _SENDER.size:
        ssrc, ntp_time, *_ = _SENDER.unpack_from(body)
        yield Sent(ssrc, ntp_time >> 16 & 0xFFFFFFFF)
    elif kind == _RR:
        yield from _read_blocks(count, body[4:])
    elif kind == _RTPFB and count == _NACK and len(body) >= 8:  # noqa: PLR2004 - two SSRCs
        yield _read_nack(body)
    elif kind == _PSFB and len(body) >= 8:  # noqa: PLR2004
        yield from _read_payload_feedback(count, body)
    elif kind == _XR and len(body) >= 4:  # noqa: PLR2004 - its SSRC
        yield from _read_extended(body)


def _read_blocks(count: int, body: bytes) -> Iterator[Block]:
    for place in range(0, min(count * _BLOCK.size, len(body) - _BLOCK.size + 1), _BLOCK.size):
        ssrc, lost, highest, jitter, last_report, delay = _BLOCK.unpack_from(body, place)
        missing = (lost & 0xFFFFFF) - (0x1000000 if lost & 0x800000 else 0)  # more may arrive than was expected
        yield Block(ssrc, lost >> 24, missing, highest, jitter, last_report, delay)


def _read_extended(body: bytes) -> Iterator[Asked]:
    (ssrc,) = struct.unpack_from("!I", body)
    place = 4
    while place + 4 <= len(body):
        block, words = struct.unpack_from("!BxH", body, place)
        if block == _REFERENCE and place + 12 <= len(body):
            yield Asked(ssrc, struct.unpack_from("!Q", body, place + 4)[0] >> 16 & 0xFFFFFFFF)
        place += 4 + 4 * words


def _read_nack(body: bytes) -> Missing:
    (ssrc,) = struct.unpack_from("!I", body, 4)
    sequences: list[int] = []
    for place in range(8, len(body) - 3, 4):
        first, mask = struct.unpack_from("!HH", body, place)
        sequences.append(first)
        sequences += [(first + bit + 1) & 0xFFFF for bit in range(16) if mask >> bit & 1]
    return Missing(ssrc, tuple(sequences))


def _read_payload_feedback(kind: int, body: bytes) -> Iterator[Feedback]:
    if kind == _PLI:
        yield KeyframeWanted(struct.unpack_from("!I", body, 4)[0])
    elif kind == _FIR:
        for place in range(8, len(body) - 7, 8):
            yield KeyframeWanted(struct.unpack_from("!I", body, place)[0])
    elif kind == _AFB and body[8:12] == b"REMB" and len(body) >= 16:  # noqa: PLR2004
        (packed,) = struct.unpack_from("!I", body, 12)
        yield Estimate((packed & 0x3FFFF) << (packed >> 18 & 0x3F))
