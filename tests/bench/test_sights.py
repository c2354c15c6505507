"""What the samples of a viewer say, on a line whose trouble is known."""

from collections.abc import Callable
from dataclasses import astuple

import pytest

from tests.bench.sights import Sample, sight

BEGAN, ENDED, OVER = 3.0, 13.0, 20.0


def _samples(heard: Callable[[float], float], shown: Callable[[float], float]) -> list[Sample]:
    """Look ten times a second at sound in seconds, and at pictures in seconds of a lively one, 25 a second."""
    return [
        Sample(at / 10, heard(at / 10), int(heard(at / 10) < at / 10), round(25 * shown(at / 10)), 720, 1)
        for at in range(round(10 * OVER) + 1)
    ]


def test_on_a_good_line_nothing_is_missed() -> None:
    found = sight(_samples(lambda at: at, lambda at: at), BEGAN, ENDED)
    assert astuple(found) == pytest.approx((0, 0, 0, 0, 0, 0.1, 0, 0))


def test_an_outage_is_missed_whole_and_ends_when_sound_and_pictures_are_back() -> None:
    heard = _outage(until=14.0)
    found = sight(_samples(heard, _outage(until=15.0)), BEGAN, ENDED)
    assert astuple(found) == pytest.approx((10, 1, 10, 10, 1, 2.1, 1.8, 0), abs=0.15)


def test_what_is_not_back_has_no_time() -> None:
    found = sight(_samples(_outage(until=OVER), _outage(until=OVER)), BEGAN, ENDED)
    assert (found.sound_back, found.picture_back, found.full_back) == (None, None, None)


def _outage(until: float) -> Callable[[float], float]:
    return lambda at: min(at, BEGAN) + max(0.0, at - until)
