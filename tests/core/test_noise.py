"""The noise of a room: what is steady is learned at once and taken back; a voice never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.noise import ASSUMED, HIGHEST, MEMORY, Noise, listen
from tests.core.traces import spoken


def after(*windows: int) -> Noise:
    noise = Noise()
    for loudness in windows:
        noise = listen(noise, loudness)
    return noise


def voice(loudness: int, windows: int) -> list[int]:
    return [-spoken(-loudness, window) for window in range(windows)]


def test_a_room_not_heard_yet_is_taken_for_an_ordinary_one() -> None:
    assert after() == after(*[0] * 600) == Noise(ASSUMED, 0, ())


@pytest.mark.parametrize("top", [40, 62, 91, HIGHEST])
def test_a_fan_is_known_after_a_second(top: int) -> None:
    fan = [top, top - 2, top - 4, top - 1] * 3

    assert (after(*fan[:9]).top, after(*fan[:9]).steady) == (ASSUMED, 0)
    assert (after(*fan[:10]).top, after(*fan[:10]).steady) == (top, 10)


def test_the_murmur_of_a_crowd_is_known_after_two_seconds() -> None:
    murmur = [90, 84, 80, 87, 82] * 4

    assert (after(*murmur[:19]).steady, after(*murmur).steady, after(*murmur).top) == (0, 20, 90)


def test_a_voice_is_never_noise_and_leaves_what_is_known_of_the_room() -> None:
    noise = after(*[60] * 20, *voice(100, 300))

    assert (noise.top, noise.steady) == (60, 0)


def test_the_beginning_of_a_sentence_does_not_raise_the_noise() -> None:
    assert after(*[80] * 20, 84, 89, 90).top == 80


def test_loud_steady_sound_is_not_taken_for_noise() -> None:
    assert after(*[HIGHEST + 1] * 100) == Noise(ASSUMED, 0, (HIGHEST + 1,) * MEMORY)


def test_a_microphone_that_was_off_begins_anew_but_in_the_same_room() -> None:
    noise = after(*[60] * 20, 0, *[80] * 9)

    assert (noise.top, noise.steady, noise.latest) == (60, 0, (80,) * 9)


@given(st.lists(st.integers(0, 127), max_size=100))
def test_whatever_is_heard_the_top_is_bounded_and_what_is_remembered_too(loudness: list[int]) -> None:
    noise = after(*loudness)

    assert 0 < noise.top <= HIGHEST
    assert len(noise.latest) <= MEMORY
    assert noise.steady <= len(noise.latest)
