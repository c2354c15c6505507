"""A date of a series is put on another day, and the others with it: the rule that says so, where one does plainly."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from schedules.rule import Frequency, OnWeekday, Rule, Weekday
from server.core.errors import Conflict

EVERY_MONTH_HAS: Final = 28
"""Days that every month has: a later one would leave some months out."""

_WEEK: Final = 7
_FIFTH: Final = 5


class CannotShift(Conflict):
    """The other dates cannot follow to that day; move this one alone, or change how the series is repeated."""

    code = "cannot_shift"


@dataclass(frozen=True, slots=True)
class Shift:
    """A date of a series, and the day that it is put on."""

    original: datetime  # its name, on the series' clock
    to: date


def shifted(rule: Rule, first: date, original: date, to: date) -> tuple[Rule, date]:
    """Return the rule whose dates follow one that is put on another day, and from which day on it counts.

    `first` is the rule's first date. A Friday becomes a Thursday, the last Friday of the month the last Thursday, the
    27th the 26th. Raises CannotShift where a rule names several days that would cross, or the month would change.
    """
    if rule.by_position:
        raise CannotShift
    return _SHIFTS[rule.frequency](rule, first, original, to)


def _days(rule: Rule, first: date, original: date, to: date) -> tuple[Rule, date]:
    if rule.interval == 1 or rule.by_day or rule.by_month_day or rule.by_month:
        raise CannotShift
    return rule, first + (to - original)


def _weeks(rule: Rule, first: date, original: date, to: date) -> tuple[Rule, date]:
    if rule.by_month:
        raise CannotShift
    by = to - original
    if not rule.by_day:
        return rule, first + by
    named = [one.weekday for one in rule.by_day]
    if len(named) > 1:
        _require_order(rule, named, original, to)
    days = [Weekday(to.weekday()) if one == original.weekday() else one for one in named]
    alone = len(named) == 1 or first.weekday() == original.weekday()
    return replace(rule, by_day=tuple(map(OnWeekday, days))), first + by if alone else first


def _require_order(rule: Rule, named: list[Weekday], original: date, to: date) -> None:
    """Raise CannotShift unless a day stays in its week, and between its neighbours."""

    def place(weekday: int) -> int:
        return (weekday - rule.week_start) % _WEEK

    if to - timedelta(place(to.weekday())) != original - timedelta(place(original.weekday())):
        raise CannotShift
    others = [place(one) for one in named if one != original.weekday()]
    before, after = place(original.weekday()), place(to.weekday())
    if any(min(before, after) <= one <= max(before, after) for one in others):
        raise CannotShift


def _months(rule: Rule, first: date, original: date, to: date) -> tuple[Rule, date]:
    if (to.year, to.month) != (original.year, original.month):
        raise CannotShift
    return _in_month(rule, first, to)


def _years(rule: Rule, first: date, original: date, to: date) -> tuple[Rule, date]:
    if to.year != original.year:
        raise CannotShift
    if not rule.by_month:
        if rule.by_day or rule.by_month_day:
            raise CannotShift
        return _in_month(rule, first.replace(month=to.month, day=1), to)
    if to.month != original.month:
        if len(rule.by_month) > 1:
            raise CannotShift
        rule, first = replace(rule, by_month=(to.month,)), first.replace(month=to.month, day=1)
    return _in_month(rule, first, to)


def _in_month(rule: Rule, first: date, to: date) -> tuple[Rule, date]:
    """Put the one day of a month that a rule names on another: it stays the n-th, or one counted from the end."""
    if not rule.by_day and not rule.by_month_day:
        return rule, first.replace(day=_of_every_month(to, from_end=False))
    if len(rule.by_day) + len(rule.by_month_day) > 1:
        raise CannotShift
    begin = first.replace(day=1)
    if rule.by_month_day:
        return replace(rule, by_month_day=(_of_every_month(to, from_end=rule.by_month_day[0] < 0),)), begin
    if not rule.by_day[0].ordinal:
        raise CannotShift
    return replace(rule, by_day=(_nth(to, from_end=rule.by_day[0].ordinal < 0),)), begin


def _of_every_month(to: date, *, from_end: bool) -> int:
    if from_end and to.day == monthrange(to.year, to.month)[1]:
        return -1
    if to.day > EVERY_MONTH_HAS:
        raise CannotShift
    return to.day


def _nth(to: date, *, from_end: bool) -> OnWeekday:
    """Say which of its month a weekday is; the fifth, which few months have, is the last, or the first."""
    days = monthrange(to.year, to.month)[1]
    ordinal = (days - to.day) // _WEEK + 1 if from_end else (to.day - 1) // _WEEK + 1
    sign = -1 if from_end else 1
    return OnWeekday(Weekday(to.weekday()), -sign if ordinal == _FIFTH else sign * ordinal)


_SHIFTS: Final = MappingProxyType(
    {Frequency.DAILY: _days, Frequency.WEEKLY: _weeks, Frequency.MONTHLY: _months, Frequency.YEARLY: _years}
)
