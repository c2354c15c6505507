"""How long the conflicts of a whole series take: forty briefings of a country's provinces and communes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter

from schedules.conflicts import Booking, Diary, Needs, alternatives, clashes
from schedules.working_days import calendar_of, vietnam
from server.core.ids import EndpointCode, RosterName

BRIEFINGS = 40
SITES = 34 + 3_321
"""The provinces and communes since 1 July 2025."""

YEARS = 10
FIRST = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
LENGTH = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Case:
    """What is already in the diary."""

    name: str
    taken: Sequence[Booking]


@dataclass(frozen=True, slots=True)
class Found:
    """One case, measured."""

    case: Case
    clashes: int
    seconds: list[float]  # of each run: the sets, the conflicts, and other times for every date that has one


def cases() -> tuple[Case, ...]:
    """Return a diary of ten years back and forth, and one in which every date is taken ten times over."""
    everywhere = _sites()
    days = [FIRST + timedelta(days=number) for number in range(-YEARS * 365, YEARS * 365)]
    crowded = [(day, number) for day in _dates() for number in range(10)]
    return (
        Case("nothing", ()),
        Case("all sites each day, ten years back and forth", [_booking(f"{day}", day, everywhere) for day in days]),
        Case("all sites ten times at each date", [_booking(f"{day} {no}", day, everywhere) for day, no in crowded]),
    )


def measure(case: Case, runs: int) -> Found:
    """Check the series again and again, each time from the codes on."""
    seconds, count = [], 0
    for _ in range(runs):
        begun = perf_counter()
        count = _check(case)
        seconds.append(perf_counter() - begun)
    return Found(case, count, seconds)


def _check(case: Case) -> int:
    wanted = [_booking(f"new {day}", day, _sites()) for day in _dates()]
    found = clashes(wanted, case.taken)
    diary, calendar = Diary([*case.taken, *wanted]), calendar_of(vietnam())
    for one in wanted:
        if one.name in found:
            alternatives(one, diary, calendar=calendar, zone="Asia/Ho_Chi_Minh")
    return sum(map(len, found.values()))


def _dates() -> list[datetime]:
    return [FIRST + timedelta(weeks=number) for number in range(BRIEFINGS)]


def _sites() -> frozenset[EndpointCode]:
    """Make the codes anew, as when they are read from the database."""
    return frozenset(EndpointCode(f"{number:05}") for number in range(SITES))


def _booking(name: str, begins: datetime, sites: frozenset[EndpointCode]) -> Booking:
    return Booking(name, begins, begins + LENGTH, Needs(RosterName("communes"), sites))
