"""A series before it is saved: each of its dates, whether people work then, what it runs into, and what is free."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from schedules.conflicts import Alternatives, Booking, Clash, Diary, Needs, alternatives
from schedules.recurrence import Occurrence
from schedules.working_days import SpecialDay, WorkCalendar


@dataclass(frozen=True, slots=True)
class Prospect:
    """One date of a series, as it would be."""

    original: datetime  # the date's name, on the series' clock
    starts_at: datetime
    ends_at: datetime
    working: bool  # whether people work on that day
    special: SpecialDay | None  # why the day is no ordinary one
    decided: bool  # whether the days off of its year are announced
    clashes: tuple[Clash, ...]  # with other briefings, and with other dates of the series
    alternatives: Alternatives | None  # None: nothing is in the way


def prospects(
    dates: Sequence[Occurrence],
    length: timedelta,
    needs: Needs,
    *,
    taken: Iterable[Booking],
    calendar: WorkCalendar,
    zone: str,
) -> tuple[Prospect, ...]:
    """Look at the dates of a series beside everything that is taken; other times are offered where something is wrong.

    A booking of the series is named for its date (ISO 8601). Raises UnknownZone, and NoWorkingDay for an office that
    never works.
    """
    wanted = [Booking(name_of(one), one.starts_at, one.starts_at + length, needs) for one in dates]
    diary = Diary([*taken, *wanted])
    return tuple(_prospect(one, booking, diary, calendar, zone) for one, booking in zip(dates, wanted, strict=True))


def name_of(date: Occurrence) -> str:
    """Return what a date is called in a diary."""
    return date.original.isoformat()


def _prospect(one: Occurrence, booking: Booking, diary: Diary, calendar: WorkCalendar, zone: str) -> Prospect:
    day = one.starts_at.astimezone(ZoneInfo(zone)).date()
    found, working = diary.clashes(booking), calendar.is_working(day)
    return Prospect(
        original=one.original,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        working=working,
        special=calendar.special.get(day),
        decided=calendar.is_decided(day.year),
        clashes=found,
        alternatives=None if working and not found else alternatives(booking, diary, calendar=calendar, zone=zone),
    )
