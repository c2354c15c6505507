"""What our own processes say to each other is read or refused as well, whatever is made of it: they may break."""

import struct
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from server.core.errors import ProtocolError
from server.core.ids import HUB, MediaId
from server.media.inspection import messages as findings
from server.media.plane import Counters, Gone, Program, Resource, Unpublished
from server.media.process import messages
from server.media.sfu import crossing
from server.media.sfu.codec import Codec, Kind
from server.media.sfu.crossing import Clocked, Hello, KeyframeWanted, Layer, Offered, Wanted, Withdrawn
from server.media.sfu.track import Arrival
from tests.fuzz.spoiling import spoiling
from tests.fuzz.test_parsers import EXAMPLES
from tests.media.peers import GIAO_BAN, HA_NOI

_ARRIVALS = [(number, Arrival(number, 90, True, Codec.H264, None, bytes(40), 0.0)) for number in (1, 2)]
_TOLD: tuple[crossing.Message, ...] = (
    Hello(crossing.VERSION),
    Offered(1, 2.5, GIAO_BAN, HA_NOI, False, (Layer(3, Kind.AUDIO, True), Layer(4, Kind.VIDEO, False))),
    Withdrawn(1),
    Wanted(3, True),
    KeyframeWanted(4),
    Clocked(4, 90, 1.5),
)
_TRUNK = [
    *crossing.media(crossing.packet(*one) for one in _ARRIVALS),
    *map(crossing.write, _TOLD),
]
_MEDIA = MediaId("media")
_SAID: tuple[messages.Message, ...] = (
    messages.Hello("1", messages.Setup("::", 7000, ("192.0.2.1",), 5.0)),
    messages.Welcome(datetime(2026, 11, 22, tzinfo=UTC), 7000, 1),
    messages.Publish(GIAO_BAN, HUB, "v=0", False, ""),
    messages.Route(GIAO_BAN, Program(on_air=HA_NOI)),
    messages.Alive(Counters(1, 2, 3, 4, 5, 6)),
    Resource(_MEDIA, GIAO_BAN, HA_NOI, True),
    Unpublished(GIAO_BAN, HA_NOI, _MEDIA, Gone.FLOODED),
)
_LINK = [messages.encode(message, number) for number, message in enumerate(_SAID)]
_FINDINGS = [
    findings.write_finding(found)
    for found in (
        findings.Seen(32, 18, 400, bytes(findings.BLOCKS), bytes(findings.BLOCKS), b"\xff\xd8\xff" + bytes(40)),
        findings.Heard(0.25, 30),
        findings.Unclear(),
    )
]


def read_trunk(data: bytes) -> None:
    if data[:1] == bytes((crossing.MEDIA,)):
        assert all(len(arrival.payload) <= len(data) for _, arrival in crossing.arrivals(data, 0.0))
    else:
        assert crossing.write(crossing.parse(data)) == data


def read_link(data: bytes) -> None:
    octets, _, named = struct.unpack_from("!IIB", data.ljust(9, b"\0"))
    body = data[9 : 9 + octets]
    messages.encode(messages.decode(body[:named].decode("latin-1"), body[named:]))


def read_finding(data: bytes) -> None:
    found = findings.read_finding(data)
    assert findings.write_finding(found) == data


READERS: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
    "trunk": (read_trunk, _TRUNK),
    "link": (read_link, _LINK),
    "finding": (read_finding, _FINDINGS),
}


@pytest.mark.parametrize("name", READERS)
def test_what_we_write_ourselves_is_read(name: str) -> None:
    read, written = READERS[name]
    for data in written:
        read(data)


@pytest.mark.parametrize("name", READERS)
def test_what_is_spoiled_between_processes_is_read_or_refused(name: str) -> None:
    reader, written = READERS[name]

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(spoiling(written))
    def read(data: bytes) -> None:
        with suppress(ProtocolError):
            reader(data)

    read()
