"""A briefing as one date of a series."""

from dataclasses import dataclass

from server.core.ids import SeriesId


@dataclass(frozen=True, slots=True)
class SeriesDate:
    """Which date of which series, wherever it was moved to."""

    series: SeriesId
    original: str  # what the series' clock shows where its rule has the date: "2026-11-27T08:00:00"


@dataclass(frozen=True, slots=True)
class PlacedInSeries:
    """The briefing is a date of a series from now on, and of no other."""

    date: SeriesDate
