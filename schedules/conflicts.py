"""Conflicts: what a briefing needs that another has at the same time, and when it would be free.

A briefing needs its sites, by the codes of its roster; the officials who preside; rooms; and equipment of the hub. Two
that share one of these must not overlap; one may begin when the other ends.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from schedules.recurrence import instant
from schedules.working_days import WorkCalendar
from server.core.ids import EndpointCode, RosterName

NOTHING: Final[frozenset[str]] = frozenset()

MOST_OFFERED: Final = 3
"""Other times that are offered on the same day, and on the days after."""

DAYS_AHEAD: Final = 10
"""Working days after the wanted one that are looked at."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a briefing needs, or what two of them share. People, rooms and equipment are the same if their names are."""

    roster: RosterName
    sites: frozenset[EndpointCode] = frozenset()
    officials: frozenset[str] = NOTHING
    rooms: frozenset[str] = NOTHING
    equipment: frozenset[str] = NOTHING

    def __bool__(self) -> bool:
        return bool(self.sites or self.officials or self.rooms or self.equipment)

    def __and__(self, other: "Needs") -> "Needs":
        return Needs(
            self.roster,
            self.sites & other.sites if self.roster == other.roster else frozenset(),
            self.officials & other.officials,
            self.rooms & other.rooms,
            self.equipment & other.equipment,
        )


@dataclass(frozen=True, slots=True)
class Booking:
    """What is needed from one moment to another, and by what: a briefing's id, or the name of a series' date."""

    name: str
    starts_at: datetime
    ends_at: datetime
    needs: Needs


@dataclass(frozen=True, slots=True)
class Clash:
    """Two bookings that need the same at the same time."""

    wanted: Booking
    taken: Booking
    shared: Needs


@dataclass(frozen=True, slots=True)
class Hours:
    """When briefings are held: from one time of the day to another, beginning at every step."""

    first: time = time(7, 30)
    last: time = time(17, 0)
    step: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Other beginnings at which nothing is taken, in UTC."""

    same_day: tuple[datetime, ...]  # the nearest first
    later: tuple[datetime, ...]  # at the same time of day, on the working days after


class Diary:
    """Bookings in order of time, asked which of them another runs into."""

    def __init__(self, bookings: Iterable[Booking]) -> None:
        self._bookings = sorted(bookings, key=lambda one: one.starts_at)
        self._starts = [one.starts_at for one in self._bookings]
        self._longest = max((one.ends_at - one.starts_at for one in self._bookings), default=timedelta())

    def clashes(self, wanted: Booking) -> tuple[Clash, ...]:
        """Return what a booking runs into, in order of time; never itself."""
        found = ((one, wanted.needs & one.needs) for one in self._beside(wanted))
        return tuple(Clash(wanted, one, shared) for one, shared in found if shared)

    def is_free(self, wanted: Booking) -> bool:
        """Whether a booking runs into nothing."""
        return not any(wanted.needs & one.needs for one in self._beside(wanted))

    def _beside(self, wanted: Booking) -> Iterator[Booking]:
        """Yield the bookings that overlap a booking, but for those of its own name."""
        begin = bisect_left(self._starts, wanted.starts_at - self._longest)
        end = bisect_left(self._starts, wanted.ends_at)
        for one in self._bookings[begin:end]:
            if one.ends_at > wanted.starts_at and one.name != wanted.name:
                yield one


def clashes(wanted: Sequence[Booking], taken: Iterable[Booking]) -> dict[str, tuple[Clash, ...]]:
    """Return what each wanted booking runs into, by name: what is taken, and the others that are wanted."""
    diary = Diary([*taken, *wanted])
    found = {one.name: diary.clashes(one) for one in wanted}
    return {name: some for name, some in found.items() if some}


def overlapping(spans: Iterable[tuple[str, datetime, datetime]]) -> frozenset[str]:
    """Return the names of all spans (name, begin, end) that overlap another: only these can run into something."""
    found: set[str] = set()
    running: list[tuple[str, datetime]] = []
    for name, begins, ends in sorted(spans, key=lambda one: one[1]):
        running = [(other, until) for other, until in running if until > begins]
        if running:
            found.update((name, *(other for other, _ in running)))
        running.append((name, ends))
    return frozenset(found)


def alternatives(
    wanted: Booking, diary: Diary, *, calendar: WorkCalendar, zone: str, hours: Hours | None = None
) -> Alternatives:
    """Offer other times for a booking, of the same length, at which it runs into nothing in the diary.

    `hours` are on the clock of the zone. Raises UnknownZone, and NoWorkingDay for an office that never works.
    """
    begins = wanted.starts_at.astimezone(ZoneInfo(zone))
    same = _on_the_day(wanted, begins, calendar, hours or Hours())
    later = (datetime.combine(calendar.after(begins.date(), days), begins.time()) for days in range(1, DAYS_AHEAD + 1))
    return Alternatives(_free(wanted, diary, same, zone), _free(wanted, diary, later, zone))


def _on_the_day(wanted: Booking, begins: datetime, calendar: WorkCalendar, hours: Hours) -> list[datetime]:
    """Return the beginnings of a working day at which the whole booking is within the hours, the nearest first."""
    if not calendar.is_working(begins.date()):
        return []
    length, wall = wanted.ends_at - wanted.starts_at, begins.replace(tzinfo=None)
    return sorted(_starts(begins.date(), hours, length), key=lambda one: abs(one - wall))


def _starts(day: date, hours: Hours, length: timedelta) -> Iterator[datetime]:
    start, last = (datetime.combine(day, one) for one in (hours.first, hours.last))
    while start + length <= last:
        yield start
        start += hours.step


def _free(wanted: Booking, diary: Diary, walls: Iterable[datetime], zone: str) -> tuple[datetime, ...]:
    length = wanted.ends_at - wanted.starts_at
    moments = (instant(wall, zone) for wall in walls)
    others = (one for one in moments if one != wanted.starts_at.astimezone(UTC))
    free = (one for one in others if diary.is_free(Booking(wanted.name, one, one + length, wanted.needs)))
    return tuple(islice(free, MOST_OFFERED))
