"""What crosses a trunk, as bytes: one message in each datagram of a Unix socket, begun by its kind (ADR 0015).

All numbers are in network order. The two ends run on one machine and share its monotonic clock, which moments are told
in. What does not parse, or does not end where it should, is a ProtocolError: the trunk that carried it is closed.

| kind | message | after the kind's byte |
|---|---|---|
| 0 | `Hello` | version: 8 bits |
| 1 | `Offered` | publication: 32, since: float 64, content: 8; briefing, source: length 8, UTF-8; count 8, streams: 32, kind 8, arrives 8 |
| 2 | `Withdrawn` | publication: 32 |
| 3 | `Wanted` | stream: 32, wanted: 8 |
| 4 | `KeyframeWanted` | stream: 32 |
| 5 | `Clocked` | stream: 32, timestamp: 32, moment: float 64 |
| 6 | media, of packets | of each: octets: 16; marker 1 bit, codec 7; level 8, 255 is none; stream: 32, timestamp: 32,
index: 64; the payload |
"""  # noqa: E501 - a table

import math
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from server.core.errors import ProtocolError
from server.core.ids import BriefingId, EndpointCode
from server.media.sfu.codec import Codec, Kind
from server.media.sfu.srtp import MAX_PACKET
from server.media.sfu.track import Arrival

VERSION = 1
LARGEST = 32 * 1024
"""Bytes of the longest message: a large picture's packets."""

MAX_STREAMS = 8
"""Of one publisher: its sound and a few layers of its picture."""

MEDIA = 6
_HELLO, _OFFERED, _WITHDRAWN, _WANTED, _KEYFRAME_WANTED, _CLOCKED = range(MEDIA)

_MAX_LEVEL, _NO_LEVEL = 127, 255
_MEDIA = bytes((MEDIA,))
_MARKER = 0x80
_CODECS, _KINDS = tuple(Codec), tuple(Kind)
_NUMBER_OF = {codec: number for number, codec in enumerate(Codec)}

_PACKET = struct.Struct("!HBBLLQ")
_OFFER = struct.Struct("!BLd?")
_STREAM = struct.Struct("!LB?")
_WANT = struct.Struct("!BLB")
_CLOCK = struct.Struct("!BLLd")
_ONE = struct.Struct("!BL")


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message each way: which language is spoken."""

    version: int


@dataclass(frozen=True, slots=True)
class Layer:
    """The sound of a publisher, or one size of its picture."""

    stream: int
    kind: Kind
    arrives: bool  # at present; a publisher may send fewer sizes than it could


@dataclass(frozen=True, slots=True)
class Offered:
    """A publisher that could cross; for a publication known already, what of it arrives from now on."""

    publication: int
    since: float  # when its offer was taken: the newest publisher of a source counts
    briefing: BriefingId
    source: EndpointCode
    content: bool  # what the source presents, beside its camera and microphone
    layers: tuple[Layer, ...]  # those that arrive before those that do not, the smallest picture first


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A publisher that has ended."""

    publication: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whether somebody on this side receives a stream."""

    stream: int
    is_wanted: bool


@dataclass(frozen=True, slots=True)
class KeyframeWanted:
    """Somebody on this side cannot go on without a keyframe."""

    stream: int


@dataclass(frozen=True, slots=True)
class Clocked:
    """Which timestamp of a stream was captured at which moment."""

    stream: int
    timestamp: int
    moment: float


Message = Hello | Offered | Withdrawn | Wanted | KeyframeWanted | Clocked


def packet(stream: int, arrival: Arrival) -> bytes:
    """Write one packet of a stream."""
    codec = _NUMBER_OF[arrival.codec]
    level = _NO_LEVEL if arrival.level is None else arrival.level
    marked = codec | _MARKER if arrival.marker else codec
    octets = _PACKET.size + len(arrival.payload)
    return _PACKET.pack(octets, marked, level, stream, arrival.timestamp, arrival.index) + arrival.payload


def media(packets: Iterable[bytes]) -> Iterator[bytes]:
    """Put packets into as few messages as they fit into."""
    message = [_MEDIA]
    octets = 1
    for one in packets:
        if octets + len(one) > LARGEST:
            yield b"".join(message)
            message, octets = [_MEDIA], 1
        message.append(one)
        octets += len(one)
    yield b"".join(message)


def arrivals(data: bytes, now: float) -> Iterator[tuple[int, Arrival]]:
    """Read the packets of a message, each with its stream's number; they have arrived now. Raises ProtocolError."""
    position, end = 1, len(data)
    while position < end:
        try:
            octets, codec, level, stream, timestamp, index = _PACKET.unpack_from(data, position)
            form = _CODECS[codec & ~_MARKER]
        except (struct.error, IndexError):
            raise ProtocolError("media that crosses a trunk is malformed") from None
        start, position = position + _PACKET.size, position + octets
        if not start <= position <= end or octets > MAX_PACKET or (level > _MAX_LEVEL and level != _NO_LEVEL):
            raise ProtocolError("media that crosses a trunk is out of bounds")
        heard = None if level == _NO_LEVEL else level
        yield stream, Arrival(index, timestamp, codec >= _MARKER, form, heard, data[start:position], now)


def write(message: Message) -> bytes:
    """Write one message."""
    match message:
        case Hello(version):
            return bytes((_HELLO, version))
        case Offered():
            return _write_offer(message)
        case Withdrawn(publication):
            return _ONE.pack(_WITHDRAWN, publication)
        case Wanted(stream, is_wanted):
            return _WANT.pack(_WANTED, stream, is_wanted)
        case KeyframeWanted(stream):
            return _ONE.pack(_KEYFRAME_WANTED, stream)
        case Clocked(stream, timestamp, moment):
            return _CLOCK.pack(_CLOCKED, stream, timestamp, moment)


def parse(data: bytes) -> Message:
    """Read one message that is not media. Raises ProtocolError."""
    try:
        message = _parse(data)
        if write(message) == data:  # nothing is left over, and no number has two spellings
            return message
    except (struct.error, LookupError, UnicodeError):
        pass
    raise ProtocolError("message that crosses a trunk is malformed")


def _parse(data: bytes) -> Message:
    kind = data[0]
    if kind == _OFFERED:
        return _read_offer(data)
    if kind == _CLOCKED:
        _, stream, timestamp, moment = _CLOCK.unpack_from(data)
        return Clocked(stream, timestamp, _finite(moment))
    return _SHORT[kind](data)


_SHORT: dict[int, Callable[[bytes], Message]] = {
    _HELLO: lambda data: Hello(data[1]),
    _WITHDRAWN: lambda data: Withdrawn(_ONE.unpack_from(data)[1]),
    _WANTED: lambda data: Wanted(_WANT.unpack_from(data)[1], bool(data[-1])),
    _KEYFRAME_WANTED: lambda data: KeyframeWanted(_ONE.unpack_from(data)[1]),
}


def _write_offer(offer: Offered) -> bytes:
    names = b"".join(bytes((len(name),)) + name for name in (offer.briefing.encode(), offer.source.encode()))
    layers = b"".join(_STREAM.pack(one.stream, _KINDS.index(one.kind), one.arrives) for one in offer.layers)
    head = _OFFER.pack(_OFFERED, offer.publication, offer.since, offer.content)
    return head + names + bytes((len(offer.layers),)) + layers


def _read_offer(data: bytes) -> Offered:
    _, publication, since, content = _OFFER.unpack_from(data)
    briefing, position = _read_name(data, _OFFER.size)
    source, position = _read_name(data, position)
    if data[position] > MAX_STREAMS:
        raise LookupError
    found = (_STREAM.unpack_from(data, position + 1 + index * _STREAM.size) for index in range(data[position]))
    layers = tuple(Layer(stream, _KINDS[kind], arrives) for stream, kind, arrives in found)
    return Offered(publication, _finite(since), BriefingId(briefing), EndpointCode(source), content, layers)


def _read_name(data: bytes, position: int) -> tuple[str, int]:
    end = position + 1 + data[position]
    return data[position + 1 : end].decode(), end


def _finite(moment: float) -> float:
    if not math.isfinite(moment):
        raise LookupError
    return moment
