"""Working days: public holidays, days off and working days in exchange as data, days off in place, and counting.

People work from Monday to Friday, unless a row says otherwise. A holiday on a Saturday or Sunday gives the next working
day off in its place (Labour Code of 2019, article 111).
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Final

from server.core import deadlines
from server.core.deadlines import BadDueDate
from server.core.errors import Conflict, Invalid

LONGEST_SEARCH: Final = 3660
"""Days after which no further working day is looked for: an office's file may have no working days at all."""

_COLUMNS: Final = ["day", "kind", "name_vi", "name_en", "basis"]
_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


class BadDays(Invalid):
    """A line of the file of days cannot be read; correct the line that is named."""

    code = "bad_days"


class NoWorkingDay(Conflict):
    """There is no such working day within ten years; look at the office's file of days."""

    code = "no_working_day"


class DayKind(StrEnum):
    """Why a day is no ordinary one."""

    HOLIDAY = "holiday"
    IN_PLACE = "in_place"  # off, for a holiday fell on a weekend: worked out, never in a file
    DAY_OFF = "day_off"  # in exchange for a working day
    WORKDAY = "workday"  # in exchange for a day off


class Basis(StrEnum):
    """How sure a day is."""

    DECIDED = "decided"  # announced for its year
    LAW = "law"  # what the law alone says, before the year's decision


_IN_FILES: Final = {kind.value: kind for kind in DayKind if kind is not DayKind.IN_PLACE}


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day on which people work or rest against the week's order, or would rest anyway."""

    day: date
    kind: DayKind
    name_vi: str
    name_en: str
    basis: Basis = Basis.DECIDED


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days people work on; made by `calendar_of`."""

    special: Mapping[date, SpecialDay]

    def is_working(self, day: date) -> bool:
        """Whether people work on a day."""
        found = self.special.get(day)
        return found.kind is DayKind.WORKDAY if found else day.weekday() < _SATURDAY

    def is_decided(self, year: int) -> bool:
        """Whether the year's days are as announced: of other years more days may be off than are known."""
        bases = {one.basis for day, one in self.special.items() if day.year == year}
        return bases == {Basis.DECIDED}

    def before(self, day: date, count: int) -> date:
        """Return the working day that is so many before a day: 0 is the day itself. Raises NoWorkingDay."""
        return self._counted(day, count, -_DAY)

    def after(self, day: date, count: int = 1) -> date:
        """Return the working day that is so many after a day. Raises NoWorkingDay."""
        return self._counted(day, count, _DAY)

    def _counted(self, day: date, count: int, step: timedelta) -> date:
        left = count
        for _ in range(LONGEST_SEARCH):
            if not left:
                return day
            day += step
            left -= self.is_working(day)
        raise NoWorkingDay


def read_days(text: str) -> tuple[SpecialDay, ...]:
    """Read days from CSV with the head day,kind,name_vi,name_en,basis. Raises BadDays; the detail is the line."""
    rows = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        if next(rows, None) != _COLUMNS:
            raise BadDays(",".join(_COLUMNS))
        return tuple(_special_day(row, rows.line_num) for row in rows if row)
    except csv.Error:
        raise BadDays(str(rows.line_num)) from None


def _special_day(row: list[str], line: int) -> SpecialDay:
    try:
        day, kind, name_vi, name_en, basis = row
        return SpecialDay(deadlines.day(day), _IN_FILES[kind], name_vi, name_en, Basis(basis))
    except (BadDueDate, ValueError, KeyError):
        raise BadDays(str(line)) from None


def calendar_of(*sources: Iterable[SpecialDay]) -> WorkCalendar:
    """Put days together, a later source's over an earlier one's, and give days off in place of lost holidays."""
    known = {one.day: one for source in sources for one in source}
    return WorkCalendar(known | {one.day: one for one in _in_place(known)})


def _in_place(known: Mapping[date, SpecialDay]) -> Iterator[SpecialDay]:
    """Yield a day off for each holiday on a weekend: the next weekday that nothing is said of yet."""
    taken: set[date] = set()
    for holiday in sorted(known):
        if known[holiday].kind is DayKind.HOLIDAY and holiday.weekday() >= _SATURDAY:
            day = holiday + _DAY
            while day.weekday() >= _SATURDAY or day in known or day in taken:
                day += _DAY
            taken.add(day)
            yield replace(known[holiday], day=day, kind=DayKind.IN_PLACE)


@cache
def vietnam() -> tuple[SpecialDay, ...]:
    """Return the public holidays of Viet Nam that are known."""
    return read_days(files("schedules.data").joinpath("vietnam.csv").read_text(encoding="utf-8"))
