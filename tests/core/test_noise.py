"""The noise floor: down at once, up slowly, and never up to a speaker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.noise import ASSUMED, HIGHEST, Noise, listen


def after(*spans: tuple[float, int]) -> float:
    """Listen to (seconds, loudness) spans and return the floor."""
    noise = Noise()
    for seconds, loudness in spans:
        for _ in range(round(seconds * 10)):
            noise = listen(noise, loudness)
    return noise.floor


def test_a_room_not_heard_yet_is_taken_for_an_ordinary_one() -> None:
    assert Noise().floor == ASSUMED


def test_digital_silence_says_nothing_about_the_room() -> None:
    assert after((60, 0)) == ASSUMED


def test_the_floor_falls_to_a_quieter_room_within_a_second() -> None:
    assert after((1, 50)) == pytest.approx(50, abs=1)


def test_the_floor_follows_a_fan_within_ten_seconds_and_not_before_seven() -> None:
    assert after((30, 50), (7, 75)) == pytest.approx(50, abs=0.5)
    assert after((30, 50), (12.5, 75)) == pytest.approx(75, abs=0.5)


def test_the_floor_stays_under_speech_that_pauses() -> None:
    talk = [(1.5, 100), (0.5, 55)] * 30

    assert after((10, 55), *talk) < 65


def test_steady_loud_sound_is_not_taken_for_noise() -> None:
    assert after((60, 110)) == HIGHEST


def test_a_drop_out_of_one_window_hardly_lowers_the_floor() -> None:
    assert after((30, 75), (0.1, 30)) == pytest.approx(60)


@given(st.lists(st.integers(0, 127), max_size=400))
def test_the_floor_is_never_above_its_bound_nor_above_what_was_just_heard_smoothed(loudness: list[int]) -> None:
    noise = Noise()
    for one in loudness:
        noise = listen(noise, one)
        assert noise.floor <= min(HIGHEST, noise.smooth)
