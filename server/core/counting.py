"""What counts on from one date of a series to the next: the number of a briefing, and the period that it reports on."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from server.core.errors import Conflict
from server.core.events import Period, Plan

MONTHS = 12
_NUMBER = re.compile(r"(\D*)(\d{1,9})(.*)", re.DOTALL)


class CannotCount(Conflict):
    """A number without digits cannot count on to the other dates; change it for this date alone."""

    code = "cannot_count"


@dataclass(frozen=True, slots=True)
class Own:
    """What a date has of its own, and the dates after it are to have counted on; None stays as each has it."""

    number: str | None = None
    period: Period | None = None
    without_period: bool = False  # no date is to have one


def counted_on(own: Own, origin: date, dates: Sequence[date]) -> dict[date, Own]:
    """Say what each of these days has where `origin`, which is one of them, has this. Raises CannotCount.

    A number that names the year of its day, as 12/2026 does, begins anew with 1 in a later one; a day for which it
    would be less than 1 keeps what it has. A period of whole months moves by the months between the days, any other
    by the days.
    """
    place = {day: number for number, day in enumerate(sorted(dates))}
    numbers = {day: _number(own.number, origin, day, place) for day in place}
    return {day: replace(own, number=numbers[day], period=_period(own.period, origin, day)) for day in place}


def with_own(plan: Plan, own: Own) -> Plan:
    """Return a plan with what its date is to have of its own."""
    number = plan.number if own.number is None else own.number
    period = None if own.without_period else own.period or plan.period
    return replace(plan, number=number, period=period)


def _number(number: str | None, origin: date, day: date, place: dict[date, int]) -> str | None:
    if not number:
        return number
    form = _NUMBER.fullmatch(number)
    if form is None:
        raise CannotCount
    before, digits, rest = form.groups()
    width = len(digits) if digits.startswith("0") else 1
    of_year = day.year != origin.year and re.search(rf"(?<!\d){origin.year}(?!\d)", rest) is not None
    if of_year:
        rest = re.sub(rf"(?<!\d){origin.year}(?!\d)", str(day.year), rest)
        count = place[day] - min(at for one, at in place.items() if one.year == day.year) + 1
        return f"{before}{count:0{width}}{rest}" if day > origin else None
    count = int(digits) + place[day] - place[origin]
    return f"{before}{count:0{width}}{rest}" if count >= 1 else None


def _period(period: Period | None, origin: date, day: date) -> Period | None:
    if period is None:
        return None
    if period.first.day == 1 and period.last.day == monthrange(period.last.year, period.last.month)[1]:
        months = (day.year - origin.year) * MONTHS + day.month - origin.month
        return Period(_month(period.first, months), _month(period.last + timedelta(1), months) - timedelta(1))
    by = day - origin
    return Period(period.first + by, period.last + by)


def _month(first: date, months: int) -> date:
    """Return the first day of the month that is so many later."""
    year, month = divmod(first.year * MONTHS + first.month - 1 + months, MONTHS)
    return date(year, month + 1, 1)
