"""A series of dates: a rule, its first date on the clock of a time zone, and the dates that were dropped or moved.

A date is named by the wall-clock time at which the rule has it (RFC 5545's RECURRENCE-ID), wherever it is moved to.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from itertools import islice, takewhile
from typing import Final, Literal
from zoneinfo import ZoneInfo

from dateutil import rrule

from schedules.rule import Frequency, Rule
from server.core.deadlines import FIRST_YEAR, LAST_YEAR
from server.core.errors import Conflict, Invalid

HORIZON: Final = timedelta(days=7305)
"""Twenty years: how far a series reaches from its first date. So it has at most 7,306 dates, whatever its rule."""

MANY_CYCLES: Final = 19 * 400
"""Years after which the calendar is the same, weekdays included, and the year 9999 is near."""

_FREQUENCIES: Final[Mapping[Frequency, Literal[0, 1, 2, 3]]] = {
    Frequency.DAILY: rrule.DAILY,
    Frequency.WEEKLY: rrule.WEEKLY,
    Frequency.MONTHLY: rrule.MONTHLY,
    Frequency.YEARLY: rrule.YEARLY,
}


class NoDates(Invalid):
    """The rule gives no date within twenty years; look at its days and months."""

    code = "no_dates"


class UnknownZone(Invalid):
    """There is no time zone of that name; write it as Asia/Ho_Chi_Minh."""

    code = "unknown_zone"


class OddStart(Invalid):
    """A series begins between the years 2000 and 2199; choose another first date."""

    code = "odd_start"


class NoSuchDate(Conflict):
    """The series has no such date, or it was dropped; look at its dates again."""

    code = "no_such_date"


@dataclass(frozen=True, slots=True)
class Move:
    """A date that takes place at another time; both are on the series' clock."""

    original: datetime
    to: datetime


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A series of dates, made by `begin`, changed by `drop`, `move` and `restore`; its times are naive: the clock's."""

    rule: Rule
    first: datetime
    zone: str = "Asia/Ho_Chi_Minh"
    dropped: tuple[datetime, ...] = ()  # EXDATE, in order of time
    moved: tuple[Move, ...] = ()  # in order of the original times


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a series."""

    original: datetime  # what the rule says, on the series' clock: its name
    starts_at: datetime  # UTC

    def __lt__(self, other: "Occurrence") -> bool:
        return (self.starts_at, self.original) < (other.starts_at, other.original)


def begin(rule: Rule, earliest: datetime, zone: str = "Asia/Ho_Chi_Minh") -> Recurrence:
    """Return the series whose first date is the rule's first at or after a wall-clock time.

    Every other week, month or year is counted from that date on. Raises NoDates, OddStart, UnknownZone.
    """
    if not FIRST_YEAR <= earliest.year <= LAST_YEAR:
        raise OddStart(str(earliest.year))
    _clock(zone)
    wanted = Recurrence(rule, earliest.replace(microsecond=0), zone)
    first = next(_found(rule, wanted.first, zone), None)
    if first is None:
        raise NoDates
    return replace(wanted, first=first)


def occurrences(series: Recurrence) -> tuple[Occurrence, ...]:
    """Return the dates within twenty years from the first, those moved where they now are, in order of time."""
    moved = {one.original: one.to for one in series.moved}
    dropped = set(series.dropped)
    kept = (date for date in _dates(series) if date not in dropped)
    return tuple(sorted(Occurrence(date, instant(moved.get(date, date), series.zone)) for date in kept))


def drop(series: Recurrence, original: datetime) -> Recurrence:
    """Let a date not take place, moved or not. Raises NoSuchDate."""
    _require_date(series, original)
    moved = tuple(one for one in series.moved if one.original != original)
    return replace(series, dropped=tuple(sorted({*series.dropped, original})), moved=moved)


def move(series: Recurrence, original: datetime, to: datetime) -> Recurrence:
    """Let a date take place at another time; where the rule has it, it is back in its place. Raises NoSuchDate."""
    _require_date(series, original)
    moves = {one.original: one.to for one in series.moved} | {original: to}
    moved = (Move(date, moves[date]) for date in sorted(moves) if moves[date] != date)
    return replace(series, moved=tuple(moved))


def restore(series: Recurrence, original: datetime) -> Recurrence:
    """Let a dropped date take place after all, where the rule has it. Raises NoSuchDate."""
    if original not in series.dropped:
        raise NoSuchDate(original.isoformat())
    return replace(series, dropped=tuple(one for one in series.dropped if one != original))


def instant(wall: datetime, zone: str) -> datetime:
    """Return the moment, in UTC, at which a zone's clocks show a time.

    Of a time shown twice the first, and one that is skipped as if the clocks had not been changed (RFC 5545, section
    3.3.5). Raises UnknownZone.
    """
    return wall.replace(tzinfo=_clock(zone), fold=0).astimezone(UTC)


def _require_date(series: Recurrence, original: datetime) -> None:
    dates = _dates(series)
    place = bisect_left(dates, original)
    if original in series.dropped or dates[place : place + 1] != (original,):
        raise NoSuchDate(original.isoformat())


def _dates(series: Recurrence) -> tuple[datetime, ...]:
    return _all_dates(series.rule, series.first, series.zone)


@lru_cache(maxsize=8)
def _all_dates(rule: Rule, first: datetime, zone: str) -> tuple[datetime, ...]:
    """Expand a rule once for all that is asked of its dates, one after another."""
    return tuple(_found(rule, first, zone))


def _found(rule: Rule, first: datetime, zone: str) -> Iterator[datetime]:
    """Yield what the rule gives from the first date on, on the series' clock, in order of time."""
    found = _expanded(rule, first)
    if rule.until is not None:
        last = rule.until
        found = takewhile(lambda date: instant(date, zone) <= last, found)
    return islice(found, rule.count)


def _expanded(rule: Rule, first: datetime) -> Iterator[datetime]:
    """Yield the days of the rule's parts up to the horizon: by dateutil, near the end of its time (ADR 0040)."""
    late = first.replace(year=first.year + MANY_CYCLES)
    found = rrule.rrule(
        _FREQUENCIES[rule.frequency],
        dtstart=late,
        interval=rule.interval,
        wkst=int(rule.week_start),
        bysetpos=rule.by_position or None,
        bymonth=rule.by_month or None,
        bymonthday=rule.by_month_day or None,
        byweekday=[rrule.weekday(day.weekday, day.ordinal or None) for day in rule.by_day] or None,
        until=late + HORIZON,
    )
    return (date.replace(year=date.year - MANY_CYCLES) for date in found)


@cache
def _clock(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # nothing of that name, no name at all, a folder of zones
        raise UnknownZone(zone[:100]) from None
