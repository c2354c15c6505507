"""Level traces with the truth beside them: rooms with their noise, sentences, pauses, coughs and doors."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from server.core import speech
from server.core.events import SpeechDetected
from server.core.ids import EndpointCode
from tests.core.cast import HA_NOI, at

WINDOW = 0.1
Frame = tuple[datetime, tuple[tuple[EndpointCode, int], ...]]


@dataclass
class Room:
    """Writes a trace of -dBov per window, and where speech truly was, in seconds from the start."""

    noise: int  # -dBov
    seed: int = 1
    levels: list[int] = field(default_factory=list)
    truth: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    @property
    def now(self) -> float:
        return round(len(self.levels) * WINDOW, 1)

    def quiet(self, seconds: float) -> "Room":
        """Nothing but the room: its noise wavers by 2 dB."""
        self.levels += [self._around(self.noise, 2) for _ in range(round(seconds / WINDOW))]
        return self

    def say(self, seconds: float, level: int = 28) -> "Room":
        """Speak: syllables of 200 to 400 ms with dips of 100 ms between them."""
        start, end = self.now, round(self.now + seconds, 1)
        while self.now < end:
            self.levels += [self._around(level, 5) for _ in range(self._random.randint(2, 4))]
            self.levels.append(min(self._around(level + 14, 4), self.noise))
        del self.levels[round(end / WINDOW) :]
        self.levels[-1] = self._around(level, 5)
        self.truth.append((start, end))
        return self

    def bang(self, seconds: float, level: int = 20) -> "Room":
        """A cough, a door, a pen: loud, short, no speech."""
        self.levels += [self._around(level, 3) for _ in range(round(seconds / WINDOW))]
        return self

    def _around(self, level: int, spread: int) -> int:
        return max(0, min(126, level + self._random.randint(-spread, spread)))


def spoken(level: int, window: int) -> int:
    """Return the level of a window of speech: every third is the end of a syllable. What never falls is no speech."""
    return level + 12 if window % 3 == 1 else level


def frames(levels: Iterable[int], source: EndpointCode = HA_NOI) -> Iterator[Frame]:
    return ((at(index * WINDOW), ((source, level),)) for index, level in enumerate(levels))


def detect(heard: Iterable[Frame], on_air: frozenset[EndpointCode] = frozenset()) -> list[SpeechDetected]:
    """Run the detector over a trace to its end."""
    state, found = speech.Speech(), list[SpeechDetected]()
    end = at(0)
    for moment, levels in heard:
        state, detected = speech.hear(state, moment, WINDOW, levels, on_air)
        found += detected
        end = state.until or end
    _, detected = speech.finish(state, end)
    return [*found, *detected]


def spans(found: Iterable[SpeechDetected]) -> list[tuple[float, float]]:
    """Return the seconds from the start of each segment."""
    return [((one.started_at - at(0)).total_seconds(), (one.ended_at - at(0)).total_seconds()) for one in found]
