"""The dominant speaker: who beats the present one in loudness, over a window and over a second."""

from math import comb, log

import pytest

from server.core.dominance import IMMEDIATE, LONG, MEDIUM, SILENT, Activity, decide, observe, scores
from server.core.ids import EndpointCode
from tests.core.cast import CA_MAU, HA_NOI, THANH_HOA

TALKING = Activity(sub_band=10, blocks=0b1111111111)
QUIET_ROOM = 60


def heard(*loudness: int, least: int = QUIET_ROOM) -> Activity:
    activity = SILENT
    for one in loudness:
        activity = observe(activity, one, least)
    return activity


def test_observe_keeps_the_latest_sub_band_and_a_second_of_blocks() -> None:
    assert heard(105, 60, 107) == Activity(sub_band=10, blocks=0b101)
    assert heard(*[105] * 30) == TALKING


def test_what_does_not_rise_above_the_noise_is_silence() -> None:
    assert heard(89, least=90) == Activity(sub_band=0, blocks=0)
    assert heard(90, least=90) == Activity(sub_band=9, blocks=1)


def test_the_loudest_possible_level_has_a_sub_band() -> None:
    assert heard(127).sub_band == 12


def test_scores_follow_the_formula_and_never_fall_below_the_least() -> None:
    immediate = log(comb(13, 10)) - 13 * log(2) - log(0.78) + 0.78 * 10

    assert scores(TALKING) == (log(immediate), MEDIUM[5], LONG[10])
    assert scores(SILENT) == (log(1e-10),) * 3
    assert [len(IMMEDIATE), len(MEDIUM), len(LONG)] == [14, 6, 11]


def test_nobody_dominates_until_somebody_speaks() -> None:
    assert decide(None, {}) is None
    assert decide(None, {HA_NOI: SILENT, CA_MAU: heard(60)}) is None


def test_the_first_to_speak_dominates() -> None:
    assert decide(None, {HA_NOI: SILENT, CA_MAU: heard(105)}) == CA_MAU


def test_the_dominant_one_stays_through_its_silence() -> None:
    assert decide(HA_NOI, {HA_NOI: SILENT, CA_MAU: SILENT}) == HA_NOI


def test_the_dominant_one_stays_while_both_speak() -> None:
    louder = Activity(sub_band=12, blocks=0b1111111111)

    assert decide(HA_NOI, {HA_NOI: TALKING, CA_MAU: louder}) == HA_NOI


@pytest.mark.parametrize(("windows", "dominant"), [(4, HA_NOI), (5, HA_NOI), (6, CA_MAU)])
def test_another_takes_over_once_it_has_had_more_of_the_last_second(windows: int, dominant: EndpointCode) -> None:
    """A cough of less than half a second does not turn the conference around."""
    before = heard(*[105] * 10, *[50] * windows)
    after = heard(*[105] * windows)

    assert decide(HA_NOI, {HA_NOI: before, CA_MAU: after}) == dominant


def test_of_several_challengers_the_longest_wins() -> None:
    activities = {HA_NOI: SILENT, THANH_HOA: heard(105, 105), CA_MAU: heard(*[105] * 5)}

    assert decide(HA_NOI, activities) == CA_MAU
    assert decide(HA_NOI, dict(reversed(activities.items()))) == CA_MAU


def test_one_that_has_gone_is_beaten_by_whoever_speaks() -> None:
    assert decide(HA_NOI, {CA_MAU: heard(105)}) == CA_MAU
