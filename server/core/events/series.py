"""A briefing as one date of a series."""

from dataclasses import dataclass

from server.core.ids import PublicationId, SeriesId


@dataclass(frozen=True, slots=True)
class SeriesDate:
    """Which date of which series, wherever it was moved to."""

    series: SeriesId
    original: str  # what the series' clock shows where its rule has the date: "2026-11-27T08:00:00"


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """What calendars know a date by that was published together with others of its series; it never changes.

    All of them have one UID, and each its RECURRENCE-ID (RFC 5545, section 3.8.4.4). Times are those of a zone's clock.
    """

    publication: PublicationId
    original: str  # the RECURRENCE-ID: "2026-11-27T08:00:00"
    first: str  # from where on the rule counts
    rule: str  # of the series when it was published; empty: the dates are no rule's
    zone: str


@dataclass(frozen=True, slots=True)
class PlacedInSeries:
    """The briefing is a date of a series from now on, and of no other."""

    date: SeriesDate
