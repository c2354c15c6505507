"""Rules made up by hypothesis, and their dates by an expander of the tests' own: day by day, from RFC 5545's table."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice

from hypothesis import strategies as st

from schedules.recurrence import HORIZON, Recurrence
from schedules.rule import Frequency, OnWeekday, Rule, Weekday

LAST_YEAR = 2060


def wall(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return what the clock on the wall shows, wherever that is."""
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001


weekdays = st.sampled_from(Weekday)
moments = st.datetimes(wall(2000, 1, 1), wall(LAST_YEAR, 12, 31)).map(partial(datetime.replace, microsecond=0))


def few(values: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(values, max_size=4).map(tuple)


def signed(most: int) -> st.SearchStrategy[int]:
    return st.integers(1, most) | st.integers(-most, -1)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Any rule that our office can have."""
    frequency = draw(st.sampled_from(Frequency))
    long = frequency in {Frequency.MONTHLY, Frequency.YEARLY}
    months = draw(st.just(()) | few(st.integers(1, 12)))
    days_of_month = draw(st.just(()) | few(signed(31))) if frequency is not Frequency.WEEKLY else ()
    most = 53 if frequency is Frequency.YEARLY and not months else 5
    ordinals = draw(st.sampled_from([st.just(0), signed(most)])) if long and not days_of_month else st.just(0)
    days = draw(st.just(()) | st.lists(st.builds(OnWeekday, weekdays, ordinals), max_size=7).map(tuple))
    ends = draw(st.sampled_from(["never", "count", "until"]))
    return Rule(
        frequency=frequency,
        interval=draw(st.integers(1, 14)),
        by_day=days,
        by_month_day=days_of_month,
        by_month=months,
        by_position=draw(st.just(()) | few(signed(10))) if long and (months or days_of_month or days) else (),
        count=draw(st.integers(1, 60)) if ends == "count" else None,
        until=draw(moments).replace(tzinfo=UTC) if ends == "until" else None,
        week_start=draw(weekdays),
    )


def dates_of(series: Recurrence) -> list[datetime]:
    """Expand the rule without dateutil: every day of its periods is looked at; nothing is dropped or moved."""
    rule, first = series.rule, series.first
    found = (
        datetime.combine(day, first.time())
        for period in _periods(rule, first.date(), (first + HORIZON).date())
        for day in _at_positions(rule, [day for day in period if _fits(rule, first.date(), day)])
    )
    dates = (one for one in found if first <= one <= first + HORIZON)
    return list(islice((one for one in dates if _in_time(series, one)), rule.count))


def _in_time(series: Recurrence, one: datetime) -> bool:
    """In zones without clock changes only."""
    hours = {"Asia/Ho_Chi_Minh": 7, "UTC": 0}[series.zone]
    return series.rule.until is None or one - timedelta(hours=hours) <= series.rule.until.replace(tzinfo=None)


def _periods(rule: Rule, first: date, last: date) -> Iterator[list[date]]:
    """Yield the days of every interval-th period, from the one of the first date on."""
    begins = {
        Frequency.DAILY: first,
        Frequency.WEEKLY: first - timedelta(days=(first.weekday() - rule.week_start) % 7),
        Frequency.MONTHLY: first.replace(day=1),
        Frequency.YEARLY: first.replace(day=1, month=1),
    }[rule.frequency]
    while begins <= last:
        ends = _later(rule.frequency, begins, 1)
        yield [begins + timedelta(days=days) for days in range((ends - begins).days)]
        begins = _later(rule.frequency, begins, rule.interval)


def _later(frequency: Frequency, begins: date, periods: int) -> date:
    if frequency is Frequency.DAILY:
        return begins + timedelta(days=periods)
    if frequency is Frequency.WEEKLY:
        return begins + timedelta(weeks=periods)
    months = begins.month - 1 + periods * (12 if frequency is Frequency.YEARLY else 1)
    return begins.replace(year=begins.year + months // 12, month=months % 12 + 1)


def _fits(rule: Rule, first: date, day: date) -> bool:
    """Whether a day of a period is one of the rule's: what the rule leaves open is taken from the first date."""
    open_ = not rule.by_day and not rule.by_month_day
    if open_ and rule.frequency is Frequency.WEEKLY and day.weekday() != first.weekday():
        return False
    if open_ and rule.frequency in {Frequency.MONTHLY, Frequency.YEARLY} and day.day != first.day:
        return False
    if open_ and rule.frequency is Frequency.YEARLY and not rule.by_month and day.month != first.month:
        return False
    if rule.by_month and day.month not in rule.by_month:
        return False
    from_end = (day - _later(Frequency.MONTHLY, day.replace(day=1), 1)).days
    if rule.by_month_day and not {day.day, from_end} & set(rule.by_month_day):
        return False
    return not rule.by_day or any(_is(rule, day, wanted) for wanted in rule.by_day)


def _is(rule: Rule, day: date, wanted: OnWeekday) -> bool:
    if day.weekday() != wanted.weekday:
        return False
    if not wanted.ordinal:
        return True
    in_year = rule.frequency is Frequency.YEARLY and not rule.by_month
    step = timedelta(weeks=1 if wanted.ordinal > 0 else -1)
    same = [day - step * weeks for weeks in range(54)]
    before = [one for one in same if one.year == day.year and (in_year or one.month == day.month)]
    return len(before) == abs(wanted.ordinal)


def _at_positions(rule: Rule, days: list[date]) -> list[date]:
    if not rule.by_position:
        return days
    places = {place - 1 if place > 0 else len(days) + place for place in rule.by_position}
    return [day for place, day in enumerate(days) if place in places]
