"""Sounds whose truth is known: voices with the moments they speak, the noise of rooms, babble, and walls that echo.

Samples are arrays of floats, full scale 1, at `RATE`; one frame is what one packet carries.
"""

import math
from array import array
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from endpoints import encoding, wordlists
from endpoints.clips import AudioClip, AudioFrame
from endpoints.rtp import level_extension
from endpoints.voices import ESPEAK_RATE, VOICES, Sound, Voice, speak

Samples = npt.NDArray[np.float64]
Spans = list[tuple[float, float]]
"""Stretches of time in seconds, in order, none touching the next."""

RATE = ESPEAK_RATE  # Hz
TICK = 0.02  # seconds of a frame
FRAME = round(RATE * TICK)

NOMINAL = -26.0
"""dBov of active speech (ITU-T P.56 and G.191 test at this level)."""

QUIET_ROOM = -65.0
"""dBov of a room with its microphone open."""

_AUDIBLE = -25.0  # dB: a frame of the clean voice below its mean level by more is a pause
_PAUSE = 0.3  # seconds: a shorter pause belongs to the speech (NIST RT-09 evaluation plan, section 4.1)
_VOICE_LEVEL = 50  # -dBov: what is louder counts as voice

MORE_VOICES = (*VOICES, Voice("vi", 15, 170), Voice("vi-vn-x-central", 80, 165), Voice("vi-vn-x-south", 60, 175))
"""Those of the simulated sites, and three that are faster."""


def amplitude(level: float) -> float:
    """Return the root mean square of a level in dBov."""
    return float(10 ** (level / 20))


def frames_of(seconds: float) -> int:
    """Return how many frames a time is long."""
    return round(seconds / TICK)


def sentences() -> list[str]:
    """Return what is said in a briefing, sentence by sentence."""
    texts = (*wordlists.bodies(), wordlists.hub_speech())
    return [f"{sentence.strip('. ')}." for text in texts for sentence in text.split(". ")]


@cache
def voice(text: str, who: int) -> tuple[Samples, Spans]:
    """Let a voice say a text at the nominal level; also tell when it truly speaks, by its own clean samples."""
    sound = speak(text, MORE_VOICES[who % len(MORE_VOICES)])
    assert sound.rate == RATE, "espeak-ng is needed: other voices are not speech"
    clean = np.array(array("h", sound.samples), dtype=np.float64) / encoding.FULL_SCALE
    clean *= amplitude(NOMINAL) / _active(clean)
    return clean, speaking(clean)


def _active(clean: Samples) -> float:
    """Return the root mean square of what is not pause."""
    levels = _levels(clean)
    return float(np.sqrt(np.mean(levels[levels > levels.max() / 10] ** 2)))


def speaking(clean: Samples) -> Spans:
    """Tell when a clean voice at the nominal level speaks, pauses below `_PAUSE` included."""
    loud = np.flatnonzero(_levels(clean) > amplitude(NOMINAL + _AUDIBLE))
    return joined(((place * TICK, (place + 1) * TICK) for place in loud.tolist()), _PAUSE)


def _levels(samples: Samples) -> Samples:
    count = len(samples) // FRAME
    power: Samples = np.mean(samples[: count * FRAME].reshape(count, FRAME) ** 2, axis=1)
    return np.sqrt(power)


def joined(spans: Iterable[tuple[float, float]], pause: float) -> Spans:
    """Put stretches together that lie less than `pause` seconds apart."""
    found: Spans = []
    for start, end in sorted(spans):
        if found and start - found[-1][1] < pause:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def common(one: Iterable[tuple[float, float]], other: Iterable[tuple[float, float]]) -> Spans:
    """Return the time that lies in both."""
    others = list(other)
    both = ((max(start, since), min(end, until)) for start, end in one for since, until in others)
    return joined((span for span in both if span[1] > span[0]), 0.0)


def without(spans: Spans, holes: Iterable[tuple[float, float]]) -> Spans:
    """Return the time that lies in no hole."""
    edges = [-math.inf, *(edge for hole in joined(holes, 0.0) for edge in hole), math.inf]
    return common(spans, list(pairwise(edges))[::2])


def hiss(seconds: float, level: float, seed: int) -> Samples:
    """Make white noise of a level in dBov."""
    return np.random.default_rng(seed).normal(0.0, amplitude(level), frames_of(seconds) * FRAME)


def babble(seconds: float, level: float, seed: int, *, voices: int = 6) -> Samples:
    """Make the murmur of people who all talk at once, of a level in dBov."""
    said, length = sentences(), frames_of(seconds) * FRAME
    mixed = np.zeros(length)
    for number in range(voices):
        own = " ".join(said[(seed + 3 * number + step) % len(said)] for step in range(6))
        clean, _ = voice(own, seed + number)
        mixed += np.resize(np.roll(clean, FRAME * (31 * seed + 83 * number)), length)
    return mixed * (amplitude(level) / float(np.sqrt(np.mean(mixed**2))))


def echoing(samples: Samples, *, decay: float = 0.5, seed: int = 1) -> Samples:
    """Play samples in a room whose sound decays by 60 dB in `decay` seconds; what comes directly stays as it is.

    The reverberation is noise that decays exponentially, as strong altogether as the direct sound: a speaker who sits
    about two metres from the microphone of a meeting room.
    """
    count = round(RATE * decay)
    fall = np.exp(-math.log(1_000) * np.arange(count) / count)
    tail: Samples = np.random.default_rng(seed).normal(0.0, 1.0, count) * fall
    tail /= float(np.sqrt(np.sum(tail**2)))
    size = 1 << (len(samples) + count).bit_length()
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(tail, size), size)[: len(samples)]
    return samples + wet


def encoded(samples: Samples) -> AudioClip:
    """Encode samples as what a site sends: Opus with the levels a browser would tell."""
    whole = np.clip(samples * encoding.FULL_SCALE, -encoding.FULL_SCALE, encoding.FULL_SCALE - 1).astype("<i2")
    packets = encoding.opus(Sound(RATE, whole.tobytes()))
    return AudioClip(
        tuple(AudioFrame(payload, level_extension(level, voice=level < _VOICE_LEVEL)) for payload, level in packets)
    )
