"""What a viewer heard and saw while its line was bad, and how soon all was well again: from samples, pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

_FROZEN = 0.5  # seconds without a new picture that people notice
_BACK = 0.5  # seconds over which sound must flow again
_FLOWS = 0.9  # of the time, what flows
_LIVELY = 0.7  # of the pictures there were before


class Sample(NamedTuple):
    """What one viewer has had by a moment; counts go on when its session is another one."""

    at: float  # seconds since 1970
    heard: float  # seconds of sound, without what the player made up
    gaps: int  # times at which the player had to make something up
    frames: int  # decoded
    height: int  # of the latest picture, in pixels
    sessions: int


@dataclass(frozen=True, slots=True)
class Sight:
    """How it was on a bad line, and after it; times in seconds."""

    unheard: float  # sound that did not come in time
    gaps: int
    frozen: float  # time without a new picture, in freezes of half a second and more
    longest: float  # the longest of these
    sound_back: float | None  # from the end of it until sound flows
    picture_back: float | None  # until the first new picture
    full_back: float | None  # until the picture is as large and lively as before
    sessions: int  # new ones


def sight(samples: Sequence[Sample], began: float, ended: float) -> Sight:
    """Judge what was had of a line that was bad from `began` to `ended`, by samples of before and after, too."""
    good = [one for one in samples if one.at <= began]
    bad = [one for one in samples if began <= one.at <= ended]
    after = [one for one in samples if one.at >= ended]
    frozen = list(_freezes(bad))
    return Sight(
        unheard=max(0.0, bad[-1].at - bad[0].at - (bad[-1].heard - bad[0].heard)),
        gaps=bad[-1].gaps - bad[0].gaps,
        frozen=sum(frozen),
        longest=max(frozen, default=0.0),
        sound_back=_sound_back(after, ended),
        picture_back=next((one.at - ended for one in after if one.frames > after[0].frames), None),
        full_back=_full_back(good, after),
        sessions=after[-1].sessions - bad[0].sessions,
    )


def _full_back(good: Sequence[Sample], after: Sequence[Sample]) -> float | None:
    """Tell when the picture was as it had been, from the first sample of `after`; None: not yet."""
    wanted = max(one.height for one in good), max(1.0, _LIVELY * _rate(good))
    for index, one in enumerate(after):
        second = [later for later in after[index:] if later.at <= one.at + 1]
        if after[-1].at >= one.at + 1 and one.height >= wanted[0] and _rate(second) >= wanted[1]:
            return one.at - after[0].at
    return None


def _rate(samples: Sequence[Sample]) -> float:
    """Count the pictures of a second."""
    elapsed = samples[-1].at - samples[0].at
    return (samples[-1].frames - samples[0].frames) / elapsed if elapsed else 0.0


def _freezes(samples: Sequence[Sample]) -> Iterator[float]:
    changes = [samples[0], *(later for one, later in pairwise(samples) if later.frames != one.frames), samples[-1]]
    return (gap for one, later in pairwise(changes) if (gap := later.at - one.at) >= _FROZEN)


def _sound_back(after: Sequence[Sample], ended: float) -> float | None:
    for one in after:
        later = next((later for later in after if later.at >= one.at + _BACK), None)
        if later is not None and later.heard - one.heard >= _FLOWS * (later.at - one.at):
            return one.at - ended
    return None
