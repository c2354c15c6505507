"""When packets were captured: clocks that drift are followed, without jumps, and those of liars are not."""

from itertools import pairwise

import pytest

from server.media.recording.clock import FURTHEST, Clock

RATE = 90_000
HOUR = 3_600


def drifting(hours: int, *, drift: float) -> list[float]:
    """Follow a sender's clock that runs fast or slow; return how far off each second was, in seconds."""
    clock, off = Clock(RATE), []
    for second in range(hours * HOUR):
        timestamp = round(second * (1 + drift) * RATE) & 0xFFFFFFFF
        clock.hear(float(second), timestamp)
        off.append(clock.moment(timestamp, float(second)) - second)
    return off


@pytest.mark.parametrize("drift", [-0.0002, 0.0, 0.0002])
@pytest.mark.parametrize("hours", [3, 20])
def test_a_clock_that_drifts_is_followed_for_hours(hours: int, drift: float) -> None:
    """Also where the timestamps wrap, at 13 hours 15 minutes; who holds on to one mapping is off by 2 s in three."""
    off = drifting(hours, drift=drift)

    assert max(map(abs, off)) < 0.001


def test_what_is_told_anew_is_followed_in_steps_that_nobody_hears() -> None:
    clock = Clock(RATE)
    clock.hear(0.0, 0)
    moments = []
    for second in range(1, 100):
        clock.hear(second + 0.05, second * RATE)  # it was behind by 50 ms from the beginning
        moments.append(clock.moment(second * RATE, float(second)) - second)

    assert max(after - before for before, after in pairwise(moments)) < 0.0011
    assert moments[-1] == pytest.approx(0.05)


def test_what_was_told_last_is_believed_at_once_when_a_file_begins() -> None:
    clock = Clock(RATE)
    clock.hear(0.0, 0)
    clock.hear(1.2, RATE)

    clock.settle()

    assert clock.moment(2 * RATE, 2.3) == pytest.approx(2.2)


@pytest.mark.parametrize("off", [FURTHEST + 1, HOUR, -HOUR])
def test_whoever_tells_of_another_time_is_not_believed(off: float) -> None:
    clock = Clock(RATE)
    clock.hear(100.0, round(off * RATE) & 0xFFFFFFFF)

    assert clock.moment(0, 100.2) == 100.2


def test_a_clock_that_was_told_nothing_goes_by_the_arrival() -> None:
    clock = Clock(RATE)
    clock.settle()

    assert clock.moment(1, 7.0) == 7.0
