"""Keyframes are put together from what arrives: in any order, with any loss, whatever the packets hold."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.ids import EndpointCode
from server.media.inspection.collector import FOLLOWED, PictureCollector, SoundCollector
from server.media.inspection.messages import PictureSample, Seen, SoundSample, read_sample, write_sample
from server.media.inspection.picture import look, still_size
from server.media.inspection.sound import listen
from server.media.sfu.codec import Codec, Kind
from server.media.sfu.track import Arrival, Track
from tests.media.cameras import payloads, sound, video

CODECS = [Codec.H264, Codec.VP8]
TRACK = Track(EndpointCode("01"), Kind.VIDEO, {}, lambda _: None)


def arrivals(codec: Codec, camera: str = "lit", count: int = 20) -> list[Arrival]:
    """The packets of a second of pictures, the first a keyframe."""
    found: list[Arrival] = []
    for number, unit in enumerate(video(codec, camera)[:count]):
        parts = payloads(codec, unit)
        for place, part in enumerate(parts):
            last = place == len(parts) - 1
            found.append(Arrival(1_000 + len(found), 3_600 * number, last, codec, None, part, number / 25))
    return found


def collected(packets: Iterable[Arrival], *, follow: bool = False) -> PictureCollector:
    collector = PictureCollector(follow=follow)
    for packet in packets:
        collector.take(TRACK, packet)
    return collector


@pytest.mark.parametrize("codec", CODECS)
def test_keyframe_is_shown_as_it_was_sent(codec: Codec) -> None:
    collector = collected(arrivals(codec))
    assert collector.is_done
    seen = look(codec, collector.units)
    assert isinstance(seen, Seen)
    assert (seen.width, seen.height, seen.macroblocks) == (192, 108, 12 * 7)
    assert max(seen.luma) > 150
    assert 50 < min(seen.luma) < 80


@pytest.mark.parametrize("codec", CODECS)
def test_motion_shows_in_what_follows_and_only_then(codec: Codec) -> None:
    collector = collected(arrivals(codec), follow=True)
    assert len(collector.units) == 1 + FOLLOWED
    seen = look(codec, collector.units)
    assert isinstance(seen, Seen)
    assert seen.last != seen.luma
    at_rest = look(codec, collected(arrivals(codec, "still"), follow=True).units)
    assert isinstance(at_rest, Seen)
    assert max(abs(one - other) for one, other in zip(at_rest.luma, at_rest.last, strict=True)) <= 6


@pytest.mark.parametrize("codec", CODECS)
def test_reordered_and_doubled_packets_make_the_same_keyframe(codec: Codec) -> None:
    packets = arrivals(codec)
    first = [packet for packet in packets if packet.timestamp == 0]
    assert len(first) > 1
    mixed = [*reversed(first), *first, *packets[len(first) :]]
    assert collected(mixed).units == collected(packets).units


@pytest.mark.parametrize("codec", CODECS)
def test_incomplete_keyframe_is_none_until_what_was_missing_comes(codec: Codec) -> None:
    packets = arrivals(codec)
    late = packets.pop(1)
    assert collected(packets).units == []
    assert len(collected([*packets[:8], late, *packets[8:]]).units) == 1


def test_what_follows_ends_at_the_first_picture_that_is_missing() -> None:
    packets = [packet for packet in arrivals(Codec.VP8) if packet.timestamp != 3 * 3_600]
    collector = collected(packets, follow=True)
    assert collector.units
    assert len(collector.units) <= 3


def test_keyframe_without_its_parameter_sets_is_none() -> None:
    packets = [packet for packet in arrivals(Codec.H264) if packet.payload[0] & 0x1F != 24]
    assert collected(packets).units == []


def test_sound_is_collected_for_a_second() -> None:
    collector = SoundCollector()
    for index in range(60):
        collector.take(TRACK, Arrival(index, 960 * index, False, Codec.OPUS, 20, b"\xf8", 0.0))
    assert collector.is_done
    assert (len(collector.payloads), collector.told) == (50, [20] * 50)


@pytest.mark.parametrize(
    ("size", "still"),
    [
        ((1280, 720), (320, 180)),
        ((640, 480), (320, 240)),
        ((720, 1280), (180, 320)),
        ((160, 90), (160, 90)),
        ((2, 1080), (2, 320)),
    ],
)
def test_still_keeps_the_shape_of_the_picture(size: tuple[int, int], still: tuple[int, int]) -> None:
    assert still_size(*size) == still


def test_overdriven_sound_is_told_from_loud_sound() -> None:
    loud, overdriven = listen(sound(26_000)), listen(sound(90_000))
    assert getattr(loud, "clipped", 1.0) < 0.001
    assert getattr(overdriven, "clipped", 0.0) > 0.1


@pytest.mark.parametrize(("amplitude", "level"), [(32_767, 3), (3_277, 23), (328, 43), (0, 127)])
def test_sound_that_is_listened_to_is_measured(amplitude: int, level: int) -> None:
    assert getattr(listen(sound(amplitude)), "level", None) == pytest.approx(level, abs=1)


ANY_ARRIVAL = st.builds(
    Arrival,
    index=st.integers(0, 40),
    timestamp=st.integers(0, 3),
    marker=st.booleans(),
    codec=st.sampled_from(CODECS),
    level=st.none(),
    payload=st.binary(max_size=40)
    | st.sampled_from([b"\x78\x00\x01\x67\x00\x01\x68", b"\x65\x01", b"\x7c\x85\x01", b"\x10\x00"]),
    at=st.floats(0, 3),
)


@given(st.lists(ANY_ARRIVAL, max_size=40), st.booleans())
def test_no_packet_makes_the_collector_fail(packets: list[Arrival], follow: bool) -> None:
    collector = collected(packets, follow=follow)
    assert all(collector.units)
    assert len(collector.units) <= 1 + FOLLOWED


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_samples_come_out_as_they_went_in(parts: list[bytes]) -> None:
    for sample in (PictureSample(Codec.VP8, tuple(parts)), SoundSample(tuple(parts))):
        assert read_sample(write_sample(sample)) == sample


def test_memory_of_a_keyframe_that_never_ends_is_bounded() -> None:
    collector = PictureCollector()
    for index in range(3_000):
        collector.take(TRACK, Arrival(index, 0, False, Codec.H264, None, b"\x7c\x85" + bytes(1_100), 0.0))
    assert sum(map(len, collector._packets.values())) <= 512 * 1024
