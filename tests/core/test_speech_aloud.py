"""Speech detection on a voice that really speaks Vietnamese, over the noise of a room."""

import math
import random
from array import array
from collections.abc import Iterator, Sequence

import pytest

from endpoints.voices import VOICES, speak
from tests.core.traces import WINDOW, detect, frames, spans

REPORT = (
    "Báo cáo đồng chí chủ trì, tỉnh chúng tôi đã triển khai đầy đủ các nhiệm vụ được giao, còn hai nội dung vướng mắc."
)
BEFORE, BETWEEN, AFTER = 3.03, 2.5, 2.0
"""Seconds of nothing around the two times that the voice speaks; odd, so that windows do not begin where it does."""

FRAME = 0.02
"""Seconds of one packet, and so of one level."""

AUDIBLE = 10 ** (-42 / 20)


def spoken(text: str) -> tuple[int, Sequence[float]]:
    """Return the rate and the samples of a text, full scale 1, without the silence around it."""
    sound = speak(text, VOICES[1])
    samples = [one / 32768 for one in array("h", sound.samples)]
    audible = [place for place, one in enumerate(samples) if abs(one) > AUDIBLE]
    return sound.rate, samples[audible[0] : audible[-1] + 1]


def levels(samples: Sequence[float], rate: int, noise: float) -> Iterator[int]:
    """Return the loudest level of each window as a browser would send them: -dBov over 20 ms (RFC 6464)."""
    hiss = random.Random(1)
    size, per_window = round(rate * FRAME), round(WINDOW / FRAME)
    loud: list[int] = []
    for start in range(0, len(samples) - size, size):
        power = sum((one + hiss.gauss(0, noise)) ** 2 for one in samples[start : start + size]) / size
        loud.append(min(127, max(0, round(-10 * math.log10(power)))))
    yield from (min(loud[start : start + per_window]) for start in range(0, len(loud), per_window))


@pytest.mark.parametrize("noise", [-80, -50])
def test_both_ends_of_what_a_voice_says_are_within_a_window_of_the_truth(noise: int) -> None:
    rate, voice = spoken(REPORT)
    quiet = [[0.0] * round(rate * seconds) for seconds in (BEFORE, BETWEEN, AFTER)]
    trace = levels([*quiet[0], *voice, *quiet[1], *voice, *quiet[2]], rate, 10 ** (noise / 20))

    (first, second) = spans(detect(frames(trace)))

    length = len(voice) / rate
    again = BEFORE + length + BETWEEN
    assert [*first, *second] == pytest.approx([BEFORE, BEFORE + length, again, again + length], abs=WINDOW)
