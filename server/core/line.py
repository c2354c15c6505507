"""A site's line: what is measured of it each second, and how good that is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LineState(StrEnum):
    """How good a site's line is, at a glance."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class Received:
    """What the site receives."""

    bitrate: int  # bit/s
    loss: float  # 0..1
    picture: str  # of the stage, as its line carries it: full, reduced, or still


@dataclass(frozen=True, slots=True)
class LineHealth:
    """One second of a site's line."""

    state: LineState
    at: datetime
    bitrate: int  # bit/s, from the site
    loss: float  # 0..1, from the site
    round_trip: float | None  # seconds
    frames: float  # video frames per second, from the site
    received: Received | None = None
    signals: tuple[str, ...] = ()  # what is wrong with its picture and sound, in the media plane's words
    still: datetime | None = None  # when its latest still was taken; None: there is none
    level: int | None = None  # of its sound at the loudest, in -dBov: 127 is digital silence; None: no sound comes
    estimate: int | None = None  # bit/s that its line was found to carry; None: it was not found full


def grade(loss: float, round_trip: float | None, picture: str) -> LineState:
    """Say how good a line is: speech suffers from 2 % loss or 300 ms, and breaks at 8 % or 800 ms (ITU-T G.114).

    A line that carries a smaller `picture` than there is, or none, is no good one either.
    """
    delay = round_trip or 0.0
    if loss >= 0.08 or delay >= 0.8 or picture == "still":  # noqa: PLR2004
        return LineState.POOR
    if loss >= 0.02 or delay >= 0.3 or picture == "reduced":  # noqa: PLR2004
        return LineState.FAIR
    return LineState.GOOD
