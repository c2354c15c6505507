"""The planning pages: all briefings of a year on twelve small months, and of a month day by day, drafts included."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field

from schedules.recurrence import instant
from schedules.working_days import SpecialDay
from server.core.summary import BriefingSummary
from server.store import briefings as stored
from server.web.bodies import Query, queried
from server.web.keys import CALENDAR, CLOCK, DATABASE, SETTINGS
from server.web.pages.views import page
from server.web.routing import STAFF, Routes

routes = Routes()

MONTH_NAMES = {
    1: "January",
    2: "February",
    3: "March",
    4: "April",
    5: "May",
    6: "June",
    7: "July",
    8: "August",
    9: "September",
    10: "October",
    11: "November",
    12: "December",
}
"""The months in English: messages of the `pages` catalogue."""

WEEKDAY_NAMES = {
    0: "Monday",
    1: "Tuesday",
    2: "Wednesday",
    3: "Thursday",
    4: "Friday",
    5: "Saturday",
    6: "Sunday",
}
"""The days of the week in English, as `date.weekday` numbers them: messages of the `pages` catalogue."""

SHORT_NAMES = {0: "Mon", 1: "Tue", 2: "Wed", 3: "Thu", 4: "Fri", 5: "Sat", 6: "Sun"}
"""The same where there is little room: messages of the `pages` catalogue."""

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2199
DAY: Final = timedelta(days=1)

NAMES: Final[dict[str, Any]] = {"months": MONTH_NAMES, "weekdays": WEEKDAY_NAMES, "short": SHORT_NAMES}


class ChosenMonth(Query):
    """Which month; empty: this one."""

    month: str = Field("", pattern=r"^(2[01]\d\d-(0[1-9]|1[0-2]))?$")


class ChosenYear(Query):
    """Which year; empty: this one."""

    year: str = Field("", pattern=r"^(2[01]\d\d)?$")


@dataclass(frozen=True, slots=True)
class Day:
    """One day as the planning pages show it."""

    day: date
    inside: bool  # of the month that is shown
    working: bool
    special: SpecialDay | None  # why it is no ordinary day
    briefings: tuple[BriefingSummary, ...]  # that begin on it, the earliest first


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday to Sunday, with the days of its neighbours that fill them."""

    first: date
    weeks: tuple[tuple[Day, ...], ...]
    decided: bool  # whether the days off of its year are announced

    @property
    def name(self) -> str:
        """The month as addresses have it: 2026-11."""
        return f"{self.first:%Y-%m}"

    @property
    def count(self) -> int:
        """How many briefings begin in it."""
        return sum(len(day.briefings) for week in self.weeks for day in week if day.inside)


@routes.page("/planning/month", allow=STAFF)
async def month_page(request: web.Request) -> web.Response:
    """Show the briefings of one month, day by day."""
    chosen = queried(request, ChosenMonth).month
    today = _today(request)
    first = date.fromisoformat(f"{chosen}-01") if chosen else today.replace(day=1)
    shown = (await _months(request, [first]))[0]
    values = {"shown": shown, "before": _moved(first, -1), "after": _moved(first, 1), "today": today, **NAMES}
    return page(request, "planning/month.html", values)


@routes.page("/planning/year", allow=STAFF)
async def year_page(request: web.Request) -> web.Response:
    """Show the briefings of one year."""
    chosen = queried(request, ChosenYear).year
    today = _today(request)
    year = int(chosen) if chosen else today.year
    shown = await _months(request, [date(year, month, 1) for month in MONTH_NAMES])
    near = [one if FIRST_YEAR <= one <= LAST_YEAR else None for one in (year - 1, year + 1)]
    values = {"year": year, "shown": shown, "before": near[0], "after": near[1], "today": today, **NAMES}
    return page(request, "planning/year.html", values)


async def _months(request: web.Request, firsts: Sequence[date]) -> list[Month]:
    """Lay out months; all of their briefings are read in one query."""
    zone = request.app[SETTINGS].time_zone
    weeks = {first: Calendar().monthdatescalendar(first.year, first.month) for first in firsts}
    begins, ends = weeks[firsts[0]][0][0], weeks[firsts[-1]][-1][-1] + DAY
    async with request.app[DATABASE].read() as session:
        found = await stored.within(session, _midnight(begins, zone), _midnight(ends, zone))
    by_day = _by_day(found, ZoneInfo(zone))
    return [_month(request, first, weeks[first], by_day) for first in firsts]


def _month(
    request: web.Request, first: date, weeks: Iterable[Iterable[date]], by_day: Mapping[date, Sequence[BriefingSummary]]
) -> Month:
    calendar = request.app[CALENDAR]

    def laid_out(day: date) -> Day:
        briefings = tuple(by_day.get(day, ()))
        return Day(day, day.month == first.month, calendar.is_working(day), calendar.special.get(day), briefings)

    days = tuple(tuple(laid_out(day) for day in week) for week in weeks)
    return Month(first, days, calendar.is_decided(first.year))


def _by_day(found: Iterable[BriefingSummary], zone: ZoneInfo) -> dict[date, list[BriefingSummary]]:
    by_day: defaultdict[date, list[BriefingSummary]] = defaultdict(list)
    for one in found:
        by_day[one.starts_at.astimezone(zone).date()].append(one)
    return dict(by_day)


def _midnight(day: date, zone: str) -> datetime:
    return instant(datetime(day.year, day.month, day.day), zone)  # noqa: DTZ001 - what the clock on the wall shows


def _today(request: web.Request) -> date:
    return request.app[CLOCK]().astimezone(ZoneInfo(request.app[SETTINGS].time_zone)).date()


def _moved(first: date, months: int) -> str | None:
    """Return the month that is so many later, as addresses have it; None where the years end."""
    place = first.year * 12 + first.month - 1 + months
    year, month = divmod(place, 12)
    return f"{year}-{month + 1:02}" if FIRST_YEAR <= year <= LAST_YEAR else None
