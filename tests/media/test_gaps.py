"""Missing packets: what is asked for, when, and when no longer."""

from hypothesis import given
from hypothesis import strategies as st

from server.media.sfu.gaps import Gaps

_ROUND_TRIP = 0.05


def _after(*indices: int) -> Gaps:
    """Return the gaps after packets that came 1 ms apart."""
    gaps = Gaps()
    for position, index in enumerate(indices):
        gaps.note(index, position / 1000, _ROUND_TRIP)
    return gaps


def test_a_short_gap_is_asked_for_at_once() -> None:
    gaps = Gaps()
    assert gaps.note(10, 0.0, _ROUND_TRIP) == range(0)
    assert gaps.note(13, 0.0, _ROUND_TRIP) == range(11, 13)
    assert gaps.note(12, 0.0, _ROUND_TRIP) == range(0)


def test_a_packet_is_asked_for_again_after_a_round_trip_and_not_before() -> None:
    gaps = _after(10, 12)
    asked = [(at / 100, gaps.again(at / 100, _ROUND_TRIP)) for at in range(16)]
    assert [at for at, indices in asked if indices == [11]] == [0.06, 0.11]
    assert gaps.due == 0.16


def test_a_packet_is_asked_for_no_more_than_ten_times() -> None:
    gaps = _after(10, 12)
    assert [bool(gaps.again(at, _ROUND_TRIP)) for at in range(1, 14)] == [True] * 9 + [False] * 4
    assert gaps.due == float("inf")


def test_a_near_publisher_is_not_asked_every_millisecond() -> None:
    gaps = _after(10, 12)
    assert gaps.again(0.011, wait=0.001) == []
    assert gaps.again(0.021, wait=0.001) == [11]


def test_a_packet_too_late_is_given_up() -> None:
    gaps = _after(10, 12)
    assert not gaps.give_up(0.9)
    assert gaps.give_up(1.1)
    assert not gaps.give_up(1.2)
    assert gaps.again(1.2, _ROUND_TRIP) == []
    assert not gaps.awaits(11)


def test_a_retransmission_fills_its_gap_once() -> None:
    gaps = _after(0x1FFFE, 0x20001)
    assert gaps.awaits(0x1FFFF)
    assert [gaps.fill(0xFFFF), gaps.fill(0xFFFF), gaps.fill(0), gaps.fill(1), gaps.fill(2)] == [
        0x1FFFF,
        None,
        0x20000,
        None,
        None,
    ]
    assert not gaps.awaits(0x1FFFF)
    assert gaps.awaits(0x20002)


def test_a_long_gap_is_not_repaired() -> None:
    gaps = _after(10)
    assert gaps.note(100, 0.0, _ROUND_TRIP) is None
    assert gaps.again(1.0, _ROUND_TRIP) == []
    assert gaps.note(101, 0.0, _ROUND_TRIP) == range(0)


def test_many_short_gaps_are_not_repaired() -> None:
    gaps = Gaps()
    assert None in [gaps.note(index, 0.0, _ROUND_TRIP) for index in range(0, 1000, 4)]


def test_what_nobody_receives_is_not_asked_for() -> None:
    gaps = _after(1, 3)
    gaps.forget()
    assert gaps.again(1.0, _ROUND_TRIP) == []
    assert gaps.fill(2) is None
    assert gaps.note(9, 1.0, _ROUND_TRIP) == range(0)


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.booleans()), max_size=80))
def test_whatever_comes_each_packet_counts_once_and_memory_is_bounded(packets: list[tuple[int, bool]]) -> None:
    gaps, taken = Gaps(), []
    for sequence, is_again in packets:
        index = gaps.fill(sequence) if is_again else 0x10000 + sequence
        if index is not None and (is_again or gaps.awaits(index)):
            taken.append(index)
            if not is_again:
                gaps.note(index, 0.0, _ROUND_TRIP)
        assert len(gaps._missing) <= 128
    assert len(taken) == len(set(taken))
