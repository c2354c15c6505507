"""Dates that people set: a day, a month or a quarter, and how late something is that was due then.

Written `2026-12-15`, `2026-12` (ISO 8601) and `2026-Q4`; what is due in a month or a quarter is late after its last
day.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from server.core.errors import Invalid

FIRST_YEAR, LAST_YEAR = 2000, 2199

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)


class BadDueDate(Invalid):
    """A due date is a day, a month or a quarter: 2026-12-15, 2026-12 or 2026-Q4; correct it."""

    code = "bad_due_date"


class Precision(StrEnum):
    """How exactly a date was set."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date as it was set: everything between its first and its last day is in time."""

    precision: Precision
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Lateness:
    """How long after a deadline something is."""

    days: int  # after its last day; 0: in time
    periods: int  # days, months or quarters, as exactly as the date was set: the first after it counts 1
    precision: Precision


def deadline(due: str) -> Deadline | None:
    """Read a due date; nothing is no deadline. Raises BadDueDate."""
    if not due:
        return None
    try:
        read = _read(due)
    except ValueError:  # the thirteenth month, the thirtieth of February
        read = None
    if read is None or not FIRST_YEAR <= read.first.year <= LAST_YEAR:
        raise BadDueDate(due)
    return read


def day(text: str) -> date:
    """Read a day, 2026-12-15. Raises BadDueDate."""
    read = deadline(text)
    if read is None or read.precision is not Precision.DAY:
        raise BadDueDate(text)
    return read.first


def lateness(due: Deadline, on: date) -> Lateness:
    """Say how late something is on a day, counted as exactly as its date was set."""
    days = max(0, (on - due.last).days)
    return Lateness(days, _periods(due, on) if days else 0, due.precision)


def _read(due: str) -> Deadline | None:
    if form := _DAY.fullmatch(due):
        year, month, day_of_month = map(int, form.groups())
        return Deadline(Precision.DAY, date(year, month, day_of_month), date(year, month, day_of_month))
    if form := _MONTH.fullmatch(due):
        year, month = map(int, form.groups())
        return Deadline(Precision.MONTH, date(year, month, 1), _last_day(year, month))
    if form := _QUARTER.fullmatch(due):
        year, last = int(form[1]), int(form[2]) * 3
        return Deadline(Precision.QUARTER, date(year, last - 2, 1), _last_day(year, last))
    return None


def _last_day(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def _periods(due: Deadline, on: date) -> int:
    """Count the days, months or quarters that have begun since; `on` is after the deadline's last day."""
    years = on.year - due.last.year
    if due.precision is Precision.QUARTER:
        return years * 4 + (on.month - 1) // 3 - (due.last.month - 1) // 3
    if due.precision is Precision.MONTH:
        return years * 12 + on.month - due.last.month
    return (on - due.last).days
