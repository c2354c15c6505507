"""A stream to subscribers: whatever it is tuned to, whenever, its numbers show no seam."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from server.core.ids import HUB, EndpointCode
from server.media.sfu import rtp
from server.media.sfu.codec import Codec, Kind
from server.media.sfu.stream import Stream
from server.media.sfu.track import Arrival, Track
from tests.media.peers import CA_MAU, HA_NOI
from tests.media.wire import DELTA, H264, KEY

_SOURCES = (HUB, HA_NOI, CA_MAU)


@dataclass
class Desk:
    """A stream, three tracks, and what was sent."""

    kind: Kind = Kind.VIDEO
    sent: list[rtp.Packet] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)  # when a publisher was asked for a keyframe
    now: float = 0.0

    def __post_init__(self) -> None:
        codec, number = (Codec.H264, H264) if self.kind is Kind.VIDEO else (Codec.OPUS, 111)
        self.codec = codec
        self.stream = self._stream(number)
        self.tracks = {source: self.track(source) for source in _SOURCES}
        self.next = {source: 70_000 * position for position, source in enumerate(_SOURCES, start=1)}

    def track(self, source: EndpointCode) -> Track:
        number = H264 if self.kind is Kind.VIDEO else 111
        made = Track(source, self.kind, {number: self.codec}, lambda _: self.asked.append(self.now))
        made.ssrc = 1
        return made

    def remind(self, source: EndpointCode, seconds: float) -> None:
        """Let time pass in rounds of 100 ms, as the media plane does."""
        for _ in range(round(seconds / 0.1)):
            self.now = round(self.now + 0.1, 3)
            self.tracks[source].remind(self.now)

    def _stream(self, number: int) -> Stream:
        return Stream(
            self.kind,
            99,
            payload_types={self.codec: number},
            level_id=None,
            deliver=lambda data: self.sent.append(rtp.parse(data)),
            first=65_530,
        )

    def tune(self, source: EndpointCode | None) -> None:
        self.stream.tune(self.tracks[source] if source else None, self.now)

    def push(self, source: EndpointCode, first: bytes) -> None:
        """Let 20 ms pass and one packet of a source arrive; its payload tells whose it is."""
        self.now += 0.02
        index = self.next[source]
        self.next[source] += 1
        timestamp = round(self.now * self.stream.feed.rate) if self.stream.feed else index
        payload = first + source.encode()
        self.tracks[source].push(Arrival(index, timestamp, True, self.codec, None, payload, self.now))


_moves = st.one_of(
    st.tuples(st.just("tune"), st.sampled_from((*_SOURCES, None))),
    st.tuples(st.sampled_from(["key", "delta"]), st.sampled_from(_SOURCES)),
)


@given(st.lists(_moves, max_size=60), st.sampled_from(Kind))
def test_numbers_follow_each_other_and_only_the_tuned_are_sent(
    moves: list[tuple[str, EndpointCode | None]], kind: Kind
) -> None:
    desk = Desk(kind)
    tuned: EndpointCode | None = None
    for move, source in moves:
        if move == "tune":
            tuned = source
            desk.tune(source)
        elif source is not None:
            before = len(desk.sent)
            desk.push(source, KEY if move == "key" else DELTA)
            hub_stays = source == HUB and tuned is not None and kind is Kind.VIDEO
            assert len(desk.sent) == before or source == tuned or hub_stays
    sequences = [packet.sequence for packet in desk.sent]
    assert sequences == [(65_530 + count) & 0xFFFF for count in range(len(sequences))]
    for before_, after in zip(desk.sent, desk.sent[1:], strict=False):
        changed = before_.payload[1:] != after.payload[1:]
        assert not changed or kind is Kind.AUDIO or after.payload[:1] == KEY
        assert not changed or 0 < (after.timestamp - before_.timestamp) & 0xFFFFFFFF < 90_000 * 60


def test_what_was_sent_is_found_again_until_it_is_overwritten() -> None:
    desk = Desk()
    desk.tune(HUB)
    for count in range(300):
        desk.push(HUB, KEY if count == 0 else DELTA)
    newest = desk.sent[-1].sequence
    kept = list(desk.stream.again([newest, (newest - 255) & 0xFFFF, (newest - 256) & 0xFFFF], since=0))
    assert [rtp.parse(data).sequence for data in kept] == [newest, (newest - 255) & 0xFFFF]


def test_what_was_sent_before_a_receiver_came_is_not_found_for_it() -> None:
    desk = Desk()
    desk.tune(HUB)
    for count in range(3):
        desk.push(HUB, KEY if count == 0 else DELTA)
    came = desk.stream.following
    desk.push(HUB, DELTA)
    numbers = [packet.sequence for packet in desk.sent]
    assert [rtp.parse(data).sequence for data in desk.stream.again(numbers, since=came)] == numbers[-1:]


def test_who_comes_soon_after_a_keyframe_starts_with_it() -> None:
    desk = Desk()
    desk.tune(HUB)
    for first in (KEY, DELTA, KEY, DELTA, DELTA):
        desk.push(HUB, first)
    opening = [rtp.parse(data).sequence for data in desk.stream.opening(desk.now)]
    assert opening == [packet.sequence for packet in desk.sent[2:]]
    assert desk.stream.opening(desk.now + 1) == []


def test_nobody_starts_with_half_a_picture_nor_with_one_that_is_over() -> None:
    desk = Desk()
    desk.tune(HUB)
    desk.push(HUB, KEY)
    desk.next[HUB] += 1
    desk.push(HUB, DELTA)
    assert desk.stream.opening(desk.now) == []
    desk.push(HUB, KEY)
    assert len(desk.stream.opening(desk.now)) == 1
    desk.tune(HA_NOI)
    assert desk.stream.opening(desk.now) == []
    desk.push(HA_NOI, KEY)
    assert len(desk.stream.opening(desk.now)) == 1
    desk.tune(None)
    assert desk.stream.opening(desk.now) == []


def test_late_packets_keep_their_place_and_those_from_before_the_switch_are_dropped() -> None:
    desk = Desk()
    desk.tune(HUB)
    desk.push(HUB, KEY)
    start = desk.next[HUB]
    track = desk.tracks[HUB]
    for index, payload in ((start + 1, b"third"), (start, b"second"), (start - 2, b"before the switch")):
        track.push(Arrival(index, 0, False, Codec.H264, None, payload, desk.now))
    assert [(packet.sequence, packet.payload) for packet in desk.sent[1:]] == [(65_532, b"third"), (65_531, b"second")]


def test_numbers_that_were_never_sent_are_counted_until_they_come_late() -> None:
    desk = Desk()
    desk.tune(HUB)
    desk.push(HUB, KEY)
    first = desk.sent[0].sequence
    missing = desk.next[HUB]
    desk.next[HUB] += 2
    desk.push(HUB, DELTA)
    assert [desk.stream.unsent(first + number) for number in (0, 3)] == [0, 2]
    desk.next[HUB] = missing
    desk.push(HUB, DELTA)
    assert desk.stream.unsent(first + 3) == 1
    assert desk.stream.unsent(first + 3 & 0xFFFF) == 1
    twin = desk.stream.fork(lambda _: None)
    desk.next[HUB] += 4
    desk.push(HUB, DELTA)
    assert (desk.stream.unsent(first + 6), twin.unsent(first + 3)) == (3, 1)


def test_a_fork_continues_the_numbers_and_both_go_their_own_way() -> None:
    desk, copies = Desk(), list[rtp.Packet]()
    desk.tune(HUB)
    desk.push(HUB, KEY)
    twin = desk.stream.fork(lambda data: copies.append(rtp.parse(data)))
    desk.tune(HA_NOI)
    desk.push(HA_NOI, KEY)
    desk.push(HUB, DELTA)
    assert [packet.sequence for packet in desk.sent] == [65_530, 65_531]
    assert [(packet.sequence, packet.payload) for packet in copies] == [(65_531, DELTA + b"hub")]
    twin.tune(None, desk.now)
    desk.stream.tune(None, desk.now)
    assert all(track.outlets == () for track in desk.tracks.values())


def test_a_silent_stream_has_no_report() -> None:
    desk = Desk()
    assert desk.stream.sender_report(1.0, 0) is None


def test_padding_continues_the_numbers_between_two_pictures_and_is_found_again() -> None:
    desk = Desk()
    desk.tune(HUB)
    desk.push(HUB, KEY)
    desk.stream.pad(2 * 255, desk.now)
    late = desk.next[HUB] - 1
    desk.push(HUB, DELTA)
    desk.tracks[HUB].push(Arrival(late, 0, True, Codec.H264, None, b"late", desk.now))
    assert [packet.sequence for packet in desk.sent] == [65_530, 65_531, 65_532, 65_533]
    assert [packet.payload for packet in desk.sent] == [KEY + b"hub", b"", b"", DELTA + b"hub"]
    assert (desk.sent[1].timestamp, desk.sent[1].marker) == (desk.sent[0].timestamp, False)
    assert [rtp.parse(data).payload for data in desk.stream.again([65_531], since=0)] == [b""]
    assert (desk.stream.padded, desk.stream.packets) == (2 * 255, 2)


def test_padding_waits_for_the_end_of_a_picture() -> None:
    desk = Desk()
    desk.tune(HUB)
    desk.tracks[HUB].push(Arrival(desk.next[HUB], 0, False, Codec.H264, None, KEY, desk.now))
    desk.stream.pad(1_000, desk.now)
    assert len(desk.sent) == 1
    desk.tune(None)
    desk.stream.pad(1_000, desk.now)
    assert len(desk.sent) == 5


def test_a_layer_stays_until_the_keyframe_of_the_next() -> None:
    desk = Desk()
    large = desk.track(HA_NOI)
    desk.tune(HA_NOI)
    desk.push(HA_NOI, KEY)
    desk.stream.tune(large, desk.now)
    desk.push(HA_NOI, DELTA)
    large.push(Arrival(5, 9, True, Codec.H264, None, KEY + b"large", desk.now))
    desk.push(HA_NOI, DELTA)
    assert [packet.payload for packet in desk.sent] == [KEY + b"01", DELTA + b"01", KEY + b"large"]
    assert [packet.sequence for packet in desk.sent] == [65_530, 65_531, 65_532]


def test_who_takes_the_stage_is_asked_for_a_picture_at_once_and_again_until_it_comes() -> None:
    desk = Desk()
    desk.tune(HUB)
    desk.push(HUB, KEY)
    desk.asked.clear()
    desk.tracks[HA_NOI].want_keyframe(desk.now)  # for a still of the site off air
    desk.push(HA_NOI, KEY)
    desk.remind(HA_NOI, 0.1)
    desk.tune(HA_NOI)
    desk.remind(HA_NOI, 0.3)
    assert desk.asked == [0.02, 0.14, 0.24, 0.34, 0.44]
    desk.push(HA_NOI, KEY)
    desk.remind(HA_NOI, 1.0)
    assert len(desk.asked) == 5


def test_a_picture_that_never_comes_is_asked_for_less_and_less_often() -> None:
    desk = Desk()
    desk.tune(HA_NOI)
    desk.remind(HA_NOI, 1.0)
    desk.asked.clear()
    desk.remind(HA_NOI, 3.0)
    assert 5 <= len(desk.asked) <= 7


def test_another_layer_of_the_same_source_waits_until_it_may_be_asked_again() -> None:
    desk = Desk()
    desk.tune(HA_NOI)
    desk.push(HA_NOI, KEY)
    desk.tracks[HUB] = large = desk.track(HA_NOI)
    large.want_keyframe(desk.now)
    desk.asked.clear()
    desk.stream.tune(large, desk.now)
    desk.remind(HUB, 0.4)
    assert desk.asked == []
    desk.remind(HUB, 0.2)
    assert len(desk.asked) == 1
