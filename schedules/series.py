"""What a change makes of a series: which date takes over which, what is split off, and what is new or gone."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from schedules.recurrence import (
    HORIZON,
    Move,
    NoSuchDate,
    Occurrence,
    Recurrence,
    begin,
    drop,
    instant,
    occurrences,
)
from schedules.rule import Frequency, Rule, read_rule, write_rule
from schedules.shift import CannotShift, Shift, shifted
from server.core.errors import Invalid
from server.core.events import Plan, SeriesDate
from server.core.ids import SeriesId
from server.core.series import Series, plan_at

MOST_DATES: Final = 120
"""Dates of one series: ten years of months, or more than two of weeks."""

_SECOND: Final = timedelta(seconds=1)


class EndlessSeries(Invalid):
    """A series ends within 120 dates and twenty years; say how often it takes place, or until when."""

    code = "endless_series"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to become of the dates of a series; None stays as it is."""

    rule: Rule | None = None
    at: time | None = None
    length: timedelta | None = None
    shift: Shift | None = None  # one date is put on another day, and the others follow
    dropped: tuple[datetime, ...] = ()  # dates that the series would have, and is not to have
    moves: tuple[Move, ...] = ()  # dates that are to take place at another time than it says


@dataclass(frozen=True, slots=True)
class Succession:
    """Which dates a changed series has instead of the old ones, both by their names on the clock."""

    kept: dict[datetime, Occurrence]  # an old date, and the one that its briefing has now
    gone: tuple[datetime, ...]
    new: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A series before and after; where a part of it is split off, that part after, and what is left before."""

    was: Series
    will: Series
    head: Series | None = None  # what is left of the old one
    at: datetime | None = None  # the first date that this is about; None: all of them
    wish: Wish = field(default_factory=Wish)  # what the dates themselves become


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one date."""

    original: datetime | None  # its old name; None: it is new
    was: Plan  # what the series said of it
    will: Plan | None  # what it is to say; None: the series has the date no more
    date: SeriesDate | None  # its new name


def recurrence_of(series: Series) -> Recurrence:
    """Return the dates of a series as a value that can be asked."""
    return Recurrence(read_rule(series.rule), series.first, series.zone, series.dropped)


def dates_of(series: Series) -> tuple[Occurrence, ...]:
    """Return the dates of a series. Raises EndlessSeries, also for a rule that says no end."""
    recurrence = recurrence_of(series)
    found = occurrences(recurrence)
    if len(found) > MOST_DATES or not _ends(recurrence, len(found) + len(series.dropped)):
        raise EndlessSeries
    return found


def _ends(recurrence: Recurrence, count: int) -> bool:
    """Whether a rule comes to its end within the time that is looked at."""
    rule = recurrence.rule
    if rule.until is not None:
        return rule.until <= instant(recurrence.first + HORIZON, recurrence.zone)
    return rule.count == count


def cut(series: Series, at: datetime) -> Series:
    """Return what is left of a series that ends before one of its dates."""
    until = instant(at, series.zone) - _SECOND
    rule = replace(read_rule(series.rule), count=None, until=until)
    return replace(series, rule=write_rule(rule), dropped=tuple(one for one in series.dropped if one < at))


def rest(series: Series, at: datetime, *, id_: SeriesId) -> Series:
    """Return the part of a series that begins with one of its dates, as a series of its own. Raises NoSuchDate."""
    names = _names(series)
    if at not in names:
        raise NoSuchDate(at.isoformat())
    rule = read_rule(series.rule)
    if rule.count is not None:
        rule = replace(rule, count=rule.count - names.index(at))
    return replace(
        series,
        id=id_,
        rule=write_rule(rule),
        first=at,
        plan=plan_at(series.plan, instant(at, series.zone)),
        dropped=tuple(one for one in series.dropped if one >= at),
        edition=1,
    )


def changed(series: Series, wish: Wish) -> Series:
    """Return a series at other times: by another rule, on other days, at another hour, or of another length.

    Dates that were dropped stay dropped where the rule still has that day. Raises NoDates, EndlessSeries, NoSuchDate
    and CannotShift.
    """
    clock = wish.at or series.first.time()
    if wish.shift:
        rule, earliest, dropped = _shifted(series, wish.shift, clock)
    else:
        earliest = datetime.combine(series.first.date(), clock)
        rule = wish.rule or _later(read_rule(series.rule), earliest - series.first)
        days = {one.date() for one in series.dropped}
        found = occurrences(begin(rule, earliest, series.zone))
        dropped = tuple(one.original for one in found if one.original.date() in days)
    whole = begin(rule, earliest, series.zone)
    for one in sorted(set(wish.dropped) - set(dropped)):
        dropped = drop(replace(whole, dropped=dropped), one).dropped
    starts_at = instant(whole.first, series.zone)
    length = wish.length or series.plan.ends_at - series.plan.starts_at
    plan = replace(series.plan, starts_at=starts_at, ends_at=starts_at + length)
    made = replace(series, rule=write_rule(rule), first=whole.first, plan=plan, dropped=dropped)
    dates_of(made)
    return made


def _shifted(series: Series, shift: Shift, clock: time) -> tuple[Rule, datetime, tuple[datetime, ...]]:
    """Return the rule, its earliest date and what it drops; it has as many dates as before. Raises CannotShift."""
    rule, day = shifted(read_rule(series.rule), series.first.date(), shift.original.date(), shift.to)
    names = _names(series)
    rule, earliest = replace(rule, until=None, count=len(names)), datetime.combine(day, clock)
    order = dict(zip(names, _all_dates(begin(rule, earliest, series.zone)), strict=False))
    if len(order) < len(names) or order.get(shift.original) != datetime.combine(shift.to, clock):
        raise CannotShift
    return rule, earliest, tuple(order[one] for one in series.dropped if one in order)


def _names(series: Series) -> list[datetime]:
    """Return the names of all dates of a series, those that were dropped included."""
    return _all_dates(replace(recurrence_of(series), dropped=()))


def _all_dates(recurrence: Recurrence) -> list[datetime]:
    return [one.original for one in occurrences(recurrence)]


def _later(rule: Rule, by: timedelta) -> Rule:
    """Move the end of a rule with the time of its dates, so that it has the same days."""
    return rule if rule.until is None else replace(rule, until=rule.until + by)


def rule_of(series: Series, dates: Sequence[datetime]) -> str:
    """Return the rule that these dates of a series recur by, counted from the first of them; "" if one is no rule's."""
    ruled = {one.original for one in occurrences(replace(recurrence_of(series), dropped=()))}
    return rest(series, min(dates), id_=series.id).rule if ruled.issuperset(dates) else ""


def change_of(
    series: Series, ahead: Sequence[datetime], *, at: datetime | None, plan: Plan, wish: Wish, new_id: SeriesId
) -> Change:
    """Say how a series is to be written, for all dates or from one on.

    `ahead` are the dates that have not begun, if others have: history is not written anew, so other times begin with
    the first of them, whatever date was named. Raises NoSuchDate, NoDates, EndlessSeries.
    """
    moved = wish != Wish()
    if moved and ahead and (at is None or at < min(ahead)):
        at = min(ahead)
    head, tail = None, series
    if at is not None and at > series.first:
        head, tail = cut(series, at), rest(series, at, id_=new_id)
    tail = replace(tail, plan=plan_at(plan, tail.plan.starts_at))
    return Change(series, changed(tail, wish) if moved else tail, head, at, wish)


def steps_of(change: Change, originals: Iterable[datetime]) -> list[Step]:
    """Say what becomes of each date that a change is about, and which are new."""
    names = [one for one in originals if change.at is None or one >= change.at]
    found = _placed(_succession(change, names), change)
    kept = [_kept(change, original, after) for original, after in found.kept.items()]
    gone = [Step(original, _said(change.was, original), None, None) for original in found.gone]
    blank = change.will.plan
    new = [Step(None, blank, plan_at(blank, one.starts_at), _named(change.will, one)) for one in found.new]
    return [*kept, *gone, *new]


def _succession(change: Change, names: Sequence[datetime]) -> Succession:
    if change.wish == Wish():
        return _unmoved(names, change.will)
    return _in_order(change, names) if change.wish.shift else succession(names, change.will)


def _in_order(change: Change, names: Sequence[datetime]) -> Succession:
    """Let each date go to the one of the same place in the rule; what is in no place of it any more stays as it is."""
    before = [one for one in _names(change.was) if change.at is None or one >= change.at]
    order = dict(zip(before, _names(change.will), strict=True))
    zone = change.will.zone
    return Succession({one: Occurrence(order[one], instant(order[one], zone)) for one in names if one in order}, (), ())


def _placed(found: Succession, change: Change) -> Succession:
    """Let dates take place where they are wished to. Raises NoSuchDate for one that is not there."""
    moves = {one.original: instant(one.to, change.will.zone) for one in change.wish.moves}
    there = {one.original for one in (*found.kept.values(), *found.new)}
    if strangers := moves.keys() - there:
        raise NoSuchDate(min(strangers).isoformat())

    def at(one: Occurrence) -> Occurrence:
        return Occurrence(one.original, moves.get(one.original, one.starts_at))

    kept = {name: at(one) for name, one in found.kept.items()}
    return Succession(kept, found.gone, tuple(at(one) for one in found.new))


def _kept(change: Change, original: datetime, after: Occurrence) -> Step:
    will = plan_at(change.will.plan, after.starts_at)
    return Step(original, _said(change.was, original), will, _named(change.will, after))


def _said(series: Series, original: datetime) -> Plan:
    return plan_at(series.plan, instant(original, series.zone))


def _named(series: Series, one: Occurrence) -> SeriesDate:
    return SeriesDate(series.id, one.original.isoformat())


def _unmoved(names: Iterable[datetime], series: Series) -> Succession:
    return Succession({one: Occurrence(one, instant(one, series.zone)) for one in names}, (), ())


def succession(old: Iterable[datetime], series: Series) -> Succession:
    """Say which date of a changed series takes over which old one.

    A day that both have keeps its briefing; what remains goes over within the same week, month or year, by what the
    rule counts: the last Friday of a month to the last Thursday of that month. What finds none is gone.
    """
    dates = {one.original: one for one in dates_of(series)}
    left, free = sorted(old), sorted(dates)
    kept: dict[datetime, Occurrence] = {}
    for period in (datetime.date, _PERIODS[read_rule(series.rule).frequency]):
        for before, after in _paired(left, free, period):
            kept[before] = dates[after]
        taken = {one.original for one in kept.values()}
        left, free = [one for one in left if one not in kept], [one for one in free if one not in taken]
    return Succession(kept, tuple(left), tuple(dates[one] for one in free))


def _paired(
    old: Sequence[datetime], new: Sequence[datetime], period: Callable[[datetime], object]
) -> list[tuple[datetime, datetime]]:
    """Pair what lies in the same period, in order."""
    by_period: defaultdict[object, tuple[list[datetime], list[datetime]]] = defaultdict(lambda: ([], []))
    for place, dates in enumerate((old, new)):
        for one in dates:
            by_period[period(one)][place].append(one)
    return [pair for before, after in by_period.values() for pair in zip(before, after, strict=False)]


def _week(moment: datetime) -> tuple[int, int]:
    return moment.isocalendar()[:2]


def _month(moment: datetime) -> date:
    return moment.date().replace(day=1)


def _year(moment: datetime) -> int:
    return moment.year


_PERIODS: Final = MappingProxyType(
    {
        Frequency.DAILY: datetime.date,
        Frequency.WEEKLY: _week,
        Frequency.MONTHLY: _month,
        Frequency.YEARLY: _year,
    }
)
