"""RTCP packets, read and written: RFC 3550 (reports), RFC 4585 and 5104 (feedback), RFC 3611 (round trip)."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from server.core.errors import ProtocolError

_SR, _RR, _SDES, _BYE, _RTPFB, _PSFB, _XR = 200, 201, 202, 203, 205, 206, 207
_NACK = 1  # RTPFB (RFC 4585, section 6.2.1)
_PLI, _FIR, _APPLICATION = 1, 4, 15  # PSFB (RFC 4585, section 6.3; RFC 5104, section 4.3.1)
_RRTR, _DLRR = 4, 5  # XR blocks (RFC 3611, sections 4.4 and 4.5)
_CNAME = 1
_NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970
_REPORT = struct.Struct("!LLLLLL")
_MOST_PACKETS = 32  # of one compound packet; real ones have a handful
_MAX_NACKED = 128  # sequence numbers asked for in one compound packet; more is not repair but a new start


@dataclass(frozen=True, slots=True)
class SenderReport:
    """What a sender says its clocks read at one moment (RFC 3550, section 6.4.1)."""

    ssrc: int
    ntp: int  # 64 bit, 32.32 fixed point
    timestamp: int


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    """One report block: how a stream arrives (RFC 3550, section 6.4.1)."""

    ssrc: int  # the stream reported on
    fraction_lost: int  # of 256, since the last report
    lost: int  # since the beginning
    highest: int  # extended sequence number
    jitter: int  # timestamp units
    last: int  # middle 32 bits of the last sender report's NTP time; 0: none yet
    delay: int  # since that report, in 1/65536 s


@dataclass(frozen=True, slots=True)
class Bye:
    """These streams have ended."""

    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nack:
    """These packets did not arrive."""

    ssrc: int
    sequences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyframeRequest:
    """The decoder needs a keyframe (PLI or FIR)."""

    ssrc: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a receiver believes its line to carry (REMB)."""

    rate: int  # bit/s
    ssrcs: tuple[int, ...]  # the streams it speaks of


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """An answer to our reference time (RFC 3611, section 4.5)."""

    last: int  # middle 32 bits of the NTP time we sent
    delay: int  # since then at the peer, in 1/65536 s


Report = SenderReport | ReceiverReport | Bye | Nack | KeyframeRequest | Estimate | RoundTrip


def is_rtcp(datagram: bytes) -> bool:
    """Tell RTCP from RTP on one port (RFC 5761, section 4); holds for protected packets too."""
    return len(datagram) > 1 and 192 <= datagram[1] <= 223  # noqa: PLR2004 - the RFC's numbers


def parse(data: bytes) -> list[Report]:
    """Read a compound packet; kinds that mean nothing here are skipped. Raises ProtocolError."""
    found: list[Report] = []
    position, most = 0, _MAX_NACKED
    for _ in range(_MOST_PACKETS):
        if len(data) - position < 4:  # noqa: PLR2004 - a header
            raise ProtocolError("RTCP packet is shorter than its header")
        first, kind, words = struct.unpack_from("!BBH", data, position)
        end = position + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):  # noqa: PLR2004 - the version
            raise ProtocolError("RTCP packet has a wrong version or length")
        for report in _parsed(kind, first & 0x1F, data[position + 4 : end], most):
            most -= len(report.sequences) if isinstance(report, Nack) else 0
            found.append(report)
        position = end
        if position == len(data):
            return found
    raise ProtocolError("RTCP compound packet has too many packets")


def _parsed(kind: int, count: int, body: bytes, most: int) -> Iterator[Report]:
    try:
        if kind == _SR:
            ssrc, ntp, timestamp = struct.unpack_from("!LQL", body)
            yield SenderReport(ssrc, ntp, timestamp)
            yield from _blocks(body, 24, count)
        elif kind == _RR:
            yield from _blocks(body, 4, count)
        elif kind == _BYE:
            yield Bye(struct.unpack_from(f"!{count}L", body))
        elif kind == _RTPFB and count == _NACK:
            yield Nack(struct.unpack_from("!4xL", body)[0], tuple(islice(_nacked(body), most)))
        elif kind == _PSFB and count == _PLI:
            yield KeyframeRequest(struct.unpack_from("!4xL", body)[0])
        elif kind == _PSFB and count == _FIR:
            yield KeyframeRequest(struct.unpack_from("!8xL", body)[0])
        elif kind == _PSFB and count == _APPLICATION and body[8:12] == b"REMB":
            yield _estimate(body)
        elif kind == _XR:
            yield from _round_trips(body)
    except struct.error as error:
        raise ProtocolError("RTCP packet is shorter than its content") from error


def _blocks(body: bytes, offset: int, count: int) -> Iterator[ReceiverReport]:
    for index in range(count):
        ssrc, losses, highest, jitter, last, delay = _REPORT.unpack_from(body, offset + index * _REPORT.size)
        lost = losses & 0xFFFFFF
        yield ReceiverReport(
            ssrc, losses >> 24, lost - (lost >> 23 << 24), highest, jitter, last, delay
        )  # lost is a signed 24 bit number


def _nacked(body: bytes) -> Iterator[int]:
    """List the lost packets: each entry is one number and a bit mask of the 16 after it (RFC 4585, section 6.2.1)."""
    for position in range(8, len(body) - 3, 4):
        first, mask = struct.unpack_from("!HH", body, position)
        yield first
        for bit in range(16):
            if mask >> bit & 1:
                yield (first + bit + 1) & 0xFFFF


def _estimate(body: bytes) -> Estimate:
    """Read a REMB (draft-alvestrand-rmcat-remb-03, section 2.2); SSRCs that are cut off are left out."""
    count, rate = struct.unpack_from("!B3s", body, 12)
    bits = int.from_bytes(rate)
    count = min(count, (len(body) - 16) // 4)
    return Estimate((bits & 0x3FFFF) << (bits >> 18), struct.unpack_from(f"!{count}L", body, 16))


def _round_trips(body: bytes) -> Iterator[RoundTrip]:
    position = 4
    while position + 4 <= len(body):
        kind, words = struct.unpack_from("!BxH", body, position)
        if kind == _DLRR and words >= 3:  # noqa: PLR2004 - one sub-block: SSRC, last, delay
            yield RoundTrip(*struct.unpack_from("!LL", body, position + 8))
        position += 4 + 4 * words


def ntp_of(unix: float) -> int:
    """Write seconds since 1970 as a 64 bit NTP time (RFC 3550, section 4)."""
    return int((unix + _NTP_EPOCH) * 2**32) & 0xFFFFFFFFFFFFFFFF


def unix_of(ntp: int) -> float:
    """Read a 64 bit NTP time as seconds since 1970."""
    return ntp / 2**32 - _NTP_EPOCH


def middle(ntp: int) -> int:
    """Take the middle 32 bits of an NTP time, in 1/65536 s."""
    return ntp >> 16 & 0xFFFFFFFF


def round_trip(now: int, last: int, delay: int) -> float | None:
    """Compute the round trip in seconds (RFC 3550, section 6.4.1); None when the numbers can't be meant.

    `now` is a 64 bit NTP time; `last` and `delay` are the peer's words.
    """
    if last == 0:
        return None
    units = (middle(now) - last - delay) & 0xFFFFFFFF
    return units / 65536 if units < 10 * 65536 else None


def sender_report(ssrc: int, *, ntp: int, timestamp: int, packets: int, octets: int) -> bytes:
    """Write a sender report without report blocks."""
    body = struct.pack("!LQLLL", ssrc, ntp, timestamp & 0xFFFFFFFF, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return _packet(_SR, 0, body)


def receiver_report(sender: int, blocks: Sequence[ReceiverReport]) -> bytes:
    """Write a receiver report."""
    return _packet(_RR, len(blocks), struct.pack("!L", sender) + b"".join(map(_block, blocks)))


def _block(block: ReceiverReport) -> bytes:
    losses = block.fraction_lost << 24 | max(-0x800000, min(0x7FFFFF, block.lost)) & 0xFFFFFF
    return _REPORT.pack(block.ssrc, losses, block.highest & 0xFFFFFFFF, block.jitter, block.last, block.delay)


def description(ssrc: int, cname: str) -> bytes:
    """Write the source description that every compound packet carries (RFC 3550, section 6.5)."""
    name = cname.encode()
    item = struct.pack("!LBB", ssrc, _CNAME, len(name)) + name
    return _packet(_SDES, 1, item + bytes(4 - len(item) % 4))


def reference_time(sender: int, ntp: int) -> bytes:
    """Ask the peer to answer with a round trip (RFC 3611, section 4.4)."""
    return _packet(_XR, 0, struct.pack("!LBBHQ", sender, _RRTR, 0, 2, ntp))


def keyframe_request(sender: int, ssrc: int) -> bytes:
    """Write a picture loss indication (RFC 4585, section 6.3.1)."""
    return _packet(_PSFB, _PLI, struct.pack("!LL", sender, ssrc))


def nack(sender: int, ssrc: int, sequences: Sequence[int]) -> bytes:
    """Ask for packets again, one entry each (RFC 4585, section 6.2.1)."""
    entries = b"".join(struct.pack("!HH", sequence & 0xFFFF, 0) for sequence in sequences)
    return _packet(_RTPFB, _NACK, struct.pack("!LL", sender, ssrc) + entries)


def rate_limit(sender: int, ssrcs: Sequence[int], rate: int) -> bytes:
    """Tell a sender its rate in bit/s (REMB, draft-alvestrand-rmcat-remb-03, section 2.2)."""
    exponent = max(0, rate.bit_length() - 18)
    mantissa = rate >> exponent
    head = struct.pack("!LL4sBBH", sender, 0, b"REMB", len(ssrcs), exponent << 2 | mantissa >> 16, mantissa & 0xFFFF)
    return _packet(_PSFB, _APPLICATION, head + struct.pack(f"!{len(ssrcs)}L", *ssrcs))


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body
