"""Packets in order, and pictures out of them: what is late is waited for, a loss costs until the next keyframe."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.recording.order import PATIENCE, Order
from server.media.recording.pictures import Picture, Pictures, Shape
from server.media.sfu.codec import Codec
from server.media.sfu.track import Arrival
from tests.media.cameras import HEIGHT, WIDTH, payloads, video

SIZE = (WIDTH, HEIGHT)


def arrival(index: int, at: float = 0.0) -> Arrival:
    return Arrival(index, 0, False, Codec.OPUS, None, b"", at)


def ordered(arrivals: Iterable[Arrival]) -> list[tuple[int, bool]]:
    order = Order()
    taken = [one for each in arrivals for one in order.take(each)]
    return [(one.index, missing) for one, missing in [*taken, *order.flush()]]


def test_packets_that_overtook_each_other_are_put_in_order() -> None:
    assert ordered(map(arrival, [5, 7, 6, 9, 8])) == [(number, False) for number in range(5, 10)]


def test_a_packet_that_came_twice_or_after_all_hope_counts_once() -> None:
    assert ordered([arrival(5), arrival(6), arrival(6), arrival(5)]) == [(5, False), (6, False)]


def test_what_is_missing_is_waited_for_and_then_left_out() -> None:
    order = Order()

    early = [one.index for each in (arrival(5), arrival(7, 0.1)) for one, _ in order.take(each)]
    late = [(one.index, missing) for one, missing in order.take(arrival(8, 0.2 + PATIENCE))]

    assert (early, late) == ([5], [(7, True), (8, False)])


def test_every_gap_is_told_where_it_is() -> None:
    assert ordered([arrival(5), arrival(7), arrival(9)]) == [(5, False), (7, True), (9, True)]


def filmed(codec: Codec, *, keyframe_every: int = 25) -> list[Arrival]:
    """A second of a camera, as packets."""
    found: list[Arrival] = []
    for number, unit in enumerate(video(codec, "lit", keyframe_every=keyframe_every)):
        parts = payloads(codec, unit)
        for place, part in enumerate(parts):
            found.append(Arrival(len(found), 3_600 * number, place == len(parts) - 1, codec, None, part, 0.0))
    return found


def pictured(arrivals: Iterable[Arrival]) -> list[Picture]:
    order, pictures = Order(), Pictures()
    ready = [one for each in arrivals for one in order.take(each)]
    found = (pictures.take(one, missing=missing) for one, missing in [*ready, *order.flush()])
    return [picture for picture in found if picture is not None]


@pytest.mark.parametrize("codec", [Codec.H264, Codec.VP8])
def test_every_picture_is_put_together_and_the_keyframe_tells_its_size(codec: Codec) -> None:
    pictures = pictured(filmed(codec))

    shapes = [picture.shape for picture in pictures]
    assert len(pictures) == 25
    assert [shape is not None for shape in shapes] == [True] + [False] * 24
    assert shapes[0] is not None
    assert (shapes[0].codec, shapes[0].width, shapes[0].height) == (codec, *SIZE)
    assert [picture.timestamp for picture in pictures] == [3_600 * number for number in range(25)]


def test_a_vp8_picture_is_the_frame_that_was_encoded() -> None:
    assert [picture.data for picture in pictured(filmed(Codec.VP8))] == list(video(Codec.VP8, "lit", keyframe_every=25))


@pytest.mark.parametrize("codec", [Codec.H264, Codec.VP8])
def test_after_a_loss_nothing_is_kept_before_the_next_keyframe(codec: Codec) -> None:
    arrivals = filmed(codec, keyframe_every=10)
    lost = next(one for one in arrivals if one.timestamp == 3 * 3_600)

    kept = pictured(one for one in arrivals if one is not lost)

    assert [picture.timestamp // 3_600 for picture in kept] == [0, 1, 2, *range(10, 25)]


def test_a_stream_that_is_joined_in_the_middle_begins_with_a_keyframe() -> None:
    arrivals = [one for one in filmed(Codec.H264, keyframe_every=10) if one.timestamp >= 4 * 3_600]

    assert pictured(arrivals)[0].timestamp == 10 * 3_600


def test_a_picture_that_never_ended_breaks_what_follows() -> None:
    arrivals = filmed(Codec.VP8, keyframe_every=10)
    for one in arrivals:
        if one.timestamp == 3_600:
            one.marker = False

    assert [picture.timestamp // 3_600 for picture in pictured(arrivals)] == [0, *range(10, 25)]


def test_a_keyframe_that_tells_no_size_is_none() -> None:
    assert pictured([Arrival(0, 0, True, Codec.VP8, None, b"\x10\x00", 0.0)]) == []


def test_a_picture_without_end_is_dropped() -> None:
    key = [one for one in filmed(Codec.VP8) if one.timestamp == 0]
    numbers = range(len(key), len(key) + 5_000)
    endless = [Arrival(one, 3_600, one == numbers[-1], Codec.VP8, None, bytes(1_000), 0.0) for one in numbers]

    assert [picture.timestamp for picture in pictured([*key, *endless])] == [0]


@given(st.sampled_from([Codec.H264, Codec.VP8]), st.lists(st.binary(max_size=40), max_size=20))
def test_whatever_is_sent_is_put_together_or_left_out(codec: Codec, sent: list[bytes]) -> None:
    arrivals = [Arrival(place, place // 3, place % 3 == 2, codec, None, one, 0.0) for place, one in enumerate(sent)]

    assert len(pictured(arrivals)) <= len(sent)


def test_shapes_of_the_same_picture_are_equal() -> None:
    first, second = (picture.shape for picture in pictured(filmed(Codec.H264, keyframe_every=13)) if picture.shape)

    assert isinstance(first, Shape)
    assert first == second
