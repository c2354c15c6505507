"""The language of a trunk: what is written is what is read, and anything else is refused."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.errors import ProtocolError
from server.core.ids import HUB, BriefingId, EndpointCode
from server.media.sfu import crossing
from server.media.sfu.codec import Codec, Kind
from server.media.sfu.crossing import Clocked, Hello, KeyframeWanted, Layer, Message, Offered, Wanted, Withdrawn
from server.media.sfu.track import Arrival

NUMBERS = st.integers(0, 0xFFFFFFFF)
MOMENTS = st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.text(max_size=40)
LAYERS = st.builds(Layer, NUMBERS, st.sampled_from(Kind), st.booleans())

MESSAGES: st.SearchStrategy[Message] = st.one_of(
    st.builds(Hello, st.integers(0, 255)),
    st.builds(
        Offered,
        publication=NUMBERS,
        since=MOMENTS,
        briefing=NAMES.map(BriefingId),
        source=NAMES.map(EndpointCode),
        content=st.booleans(),
        layers=st.lists(LAYERS, max_size=crossing.MAX_STREAMS).map(tuple),
    ),
    st.builds(Withdrawn, NUMBERS),
    st.builds(Wanted, NUMBERS, st.booleans()),
    st.builds(KeyframeWanted, NUMBERS),
    st.builds(Clocked, NUMBERS, NUMBERS, MOMENTS),
)
ARRIVALS = st.builds(
    Arrival,
    index=st.integers(0, 2**64 - 1),
    timestamp=NUMBERS,
    marker=st.booleans(),
    codec=st.sampled_from(Codec),
    level=st.none() | st.integers(0, 127),
    payload=st.binary(max_size=1300),
    at=st.just(5.0),
)


@given(MESSAGES)
def test_a_message_is_read_as_it_was_written(message: Message) -> None:
    assert crossing.parse(crossing.write(message)) == message


@given(st.lists(st.tuples(NUMBERS, ARRIVALS), min_size=1, max_size=60))
def test_packets_are_read_as_they_were_written(packets: list[tuple[int, Arrival]]) -> None:
    messages = list(crossing.media(crossing.packet(*one) for one in packets))
    assert all(message[0] == crossing.MEDIA and len(message) <= crossing.LARGEST for message in messages)
    assert [one for message in messages for one in crossing.arrivals(message, 5.0)] == packets


@given(st.binary(max_size=100) | st.builds(lambda kind, rest: bytes((kind,)) + rest, st.integers(0, 7), st.binary()))
def test_anything_else_is_a_protocol_error(data: bytes) -> None:
    for read in (crossing.parse, lambda data: list(crossing.arrivals(data, 0.0))):
        try:
            read(data)
        except ProtocolError:
            continue


@given(MESSAGES, st.data())
def test_a_message_that_was_cut_off_or_goes_on_is_refused(message: Message, data: st.DataObject) -> None:
    whole = crossing.write(message)
    length = data.draw(st.integers(0, len(whole) - 1))
    for wrong in (whole[:length], whole + b"\0"):
        with pytest.raises(ProtocolError):
            crossing.parse(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        crossing.write(Clocked(1, 2, math.nan)),
        crossing.write(Clocked(1, 2, math.inf)),
        crossing.write(Wanted(1, is_wanted=True))[:-1] + b"\2",
        crossing.write(Offered(1, math.nan, BriefingId("b"), HUB, content=False, layers=())),
        crossing.write(Offered(1, 0.0, BriefingId("b"), HUB, content=False, layers=(Layer(1, Kind.AUDIO, True),) * 9)),
    ],
    ids=["no number", "never", "neither yes nor no", "since no number", "too many streams"],
)
def test_a_value_out_of_bounds_is_refused(wrong: bytes) -> None:
    with pytest.raises(ProtocolError):
        crossing.parse(wrong)


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda data: data[:3] + b"\x7f" + data[4:],
        lambda data: data[:4] + b"\x80" + data[5:],
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data[:1] + b"\0\1" + data[3:],
        lambda data: data[:1] + b"\x10\0" + data[3:] + bytes(4096),
    ],
    ids=["codec", "level", "cut off", "goes on", "shorter than its head", "longer than any packet"],
)
def test_media_out_of_bounds_is_refused(spoiled: Callable[[bytes], bytes]) -> None:
    arrival = Arrival(1, 2, marker=False, codec=Codec.OPUS, level=3, payload=b"x", at=0.0)
    (data,) = crossing.media([crossing.packet(1, arrival)])
    assert list(crossing.arrivals(data, 0.0)) == [(1, arrival)]
    with pytest.raises(ProtocolError):
        list(crossing.arrivals(spoiled(data), 0.0))
