"""The noise of a room: what is steady, for speech never is.

Loudness is 127 - level, in dB: 0 is digital silence, 127 full scale; that of a window is the loudest 20 ms of 100 ms. A
fan stays within a few dB for a second, and the murmur of a full room within ten for two, but a voice near the
microphone rises and falls by fifteen and more, even where it is only 10 dB louder than the room. So what has been
steady was noise, and the loudest of it but one window is the noise's top. That is known only afterwards: what was
taken for speech meanwhile is taken back.
"""

from dataclasses import dataclass, replace

ASSUMED = 77
"""The top of the noise of a room that was not heard long enough yet: -50 dBov."""

HIGHEST = 101
"""Steady sound above -26 dBov is not taken for noise: whoever hums that loud is somebody."""

STEADY = ((10, 4), (20, 10))
"""How many windows of noise stay within how many dB: a fan shows itself sooner than a crowd."""

ONSET = 3
"""The latest windows of what is steady may be the beginning of speech, so they do not count for its top."""

MEMORY = max(count for count, _ in STEADY)


@dataclass(frozen=True, slots=True)
class Noise:
    """What is known of a room's noise."""

    top: int = ASSUMED
    steady: int = 0  # how many windows up to now were noise
    latest: tuple[int, ...] = ()  # windows without digital silence between them, the latest last


def listen(noise: Noise, loudness: int) -> Noise:
    """Learn from one window; digital silence says nothing about the room."""
    if loudness <= 0:
        return replace(noise, steady=0, latest=()) if noise.latest else noise
    latest = (*noise.latest, loudness)[-MEMORY:]
    steady = max((count for count, within in STEADY if _is_steady(latest, count, within)), default=0)
    return Noise(sorted(latest[-steady:-ONSET])[-2] if steady else noise.top, steady, latest)


def _is_steady(latest: tuple[int, ...], count: int, within: int) -> bool:
    stretch = latest[-count:]
    return len(stretch) == count and max(stretch) <= min(min(stretch) + within, HIGHEST)
