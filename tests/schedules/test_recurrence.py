"""Our dates beside those of an expander of the tests' own, and beside those of another program's library."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import process_time

import pytest
import recurring_ical_events
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from schedules import calendar
from schedules.calendar import Instance, Meeting
from schedules.recurrence import (
    HORIZON,
    Move,
    NoDates,
    NoSuchDate,
    Occurrence,
    OddStart,
    Recurrence,
    UnknownZone,
    begin,
    drop,
    instant,
    move,
    occurrences,
    restore,
)
from schedules.rule import Rule, read_rule
from server.core.ids import BriefingId
from tests.core.cast import plan
from tests.schedules.rules import dates_of, moments, rules, wall

HANOI = "Asia/Ho_Chi_Minh"
SIX_MONTHLY = read_rule("FREQ=MONTHLY;INTERVAL=6;BYDAY=-1FR;COUNT=4")
MAY_27, NOVEMBER_27, MAY_28, NOVEMBER_28 = (
    wall(2027, 5, 28, 8),
    wall(2027, 11, 26, 8),
    wall(2028, 5, 26, 8),
    wall(2028, 11, 24, 8),
)


HOUR = timedelta(hours=1)
BY_DAY = range(5, 21)
"""Hours that clocks neither skip nor show twice."""

MOST_COMPARED = 300
"""Dates that are compared of a series that hypothesis made: the other library takes its time for each."""


def six_monthly() -> Recurrence:
    return begin(SIX_MONTHLY, wall(2027, 5, 1, 8))


def named(series: Recurrence) -> list[datetime]:
    return [one.original for one in occurrences(series)]


@st.composite
def series_of_any_rule(draw: st.DrawFn, zones: st.SearchStrategy[str], hours: range = range(24)) -> Recurrence:
    earliest = draw(moments).replace(hour=draw(st.sampled_from(hours)))
    try:
        return begin(draw(rules()), earliest, draw(zones))
    except NoDates:
        assume(condition=False)
        raise


def within_reach(series: Recurrence) -> Recurrence:
    """Count the dates of a rule that has many, or soon no more: dateutil would look on until the year 9999."""
    rule = replace(series.rule, count=None, until=None)
    goes_on = [one for one in named(replace(series, rule=rule)) if one > series.first + 0.9 * HORIZON]
    dates = named(series)
    if goes_on and len(dates) < MOST_COMPARED:
        return series
    return replace(series, rule=replace(rule, count=min(len(dates), MOST_COMPARED)))


@st.composite
def changed_series(draw: st.DrawFn) -> Recurrence:
    """A series in which dates were dropped and moved."""
    zones = st.sampled_from([HANOI, "UTC", "Europe/Berlin", "America/New_York"])
    series = within_reach(draw(series_of_any_rule(zones, BY_DAY)))
    known = st.sampled_from(named(series))
    for one in draw(st.lists(known, max_size=4, unique=True)):
        series = drop(series, one)
    for one in draw(st.lists(known, max_size=4, unique=True)):
        if one not in series.dropped:
            series = move(series, one, _another_time(draw, one))
    return series


def _another_time(draw: st.DrawFn, one: datetime) -> datetime:
    return one.replace(hour=draw(st.sampled_from(BY_DAY))) + timedelta(days=draw(st.integers(-40, 40)))


def as_calendar(series: Recurrence) -> Calendar:
    """Write a series as it is given to other programs, with an event of its own for each moved date."""
    starts_at = instant(series.first, series.zone)
    meeting = Meeting(BriefingId("series-s1"), plan(starts_at=starts_at, ends_at=starts_at + HOUR), 0, starts_at)
    moved = [(one.original, instant(one.to, series.zone)) for one in series.moved]
    instances = [Instance(original, at, at + HOUR, meeting.plan.title) for original, at in moved]
    return Calendar.from_ical(calendar.series(meeting, series, instances, name="Giao ban"))


def by_the_library(series: Recurrence) -> list[datetime]:
    """Return when `recurring-ical-events` has the series' dates, in UTC, up to its horizon and a while after."""
    begins, ends = (instant(at, series.zone) for at in (series.first, series.first + HORIZON))
    found = recurring_ical_events.of(as_calendar(series)).between(begins - timedelta(days=50), ends)
    return sorted(one["DTSTART"].dt.astimezone(UTC) for one in found)


@given(series_of_any_rule(st.sampled_from([HANOI, "UTC"])))
@settings(max_examples=100)
@example(begin(read_rule("FREQ=MONTHLY;BYMONTHDAY=31"), wall(2027, 1, 31, 8)))
@example(begin(read_rule("FREQ=YEARLY"), wall(2028, 2, 29, 8)))
@example(begin(read_rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU"), wall(2027, 1, 3, 8)))
def test_dates_are_those_of_the_rfc(series: Recurrence) -> None:
    assert named(series) == dates_of(series)


@given(changed_series())
@settings(max_examples=40)
@example(begin(read_rule("FREQ=MONTHLY;INTERVAL=6;BYDAY=-1FR"), wall(2027, 5, 1, 8)))
@example(begin(read_rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR"), wall(2027, 5, 1, 8), "Europe/Berlin"))
@example(move(drop(six_monthly(), MAY_28), NOVEMBER_27, wall(2027, 11, 29, 14)))
def test_dates_are_those_of_another_library_over_twenty_years(series: Recurrence) -> None:
    last = instant(series.first + HORIZON, series.zone)

    ours = [one.starts_at for one in occurrences(series) if one.starts_at < last]

    assert by_the_library(series) == ours


def test_a_series_begins_with_the_first_date_of_its_rule() -> None:
    series = begin(SIX_MONTHLY, wall(2026, 11, 28, 8))

    assert series.first == MAY_27
    assert named(series) == [MAY_27, NOVEMBER_27, MAY_28, NOVEMBER_28]


def test_every_other_week_is_counted_from_the_first_date() -> None:
    series = begin(read_rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=2"), wall(2026, 11, 24, 8))

    assert named(series) == [wall(2026, 12, 7, 8), wall(2026, 12, 21, 8)]


def test_a_dropped_date_counts_but_does_not_take_place() -> None:
    assert named(drop(six_monthly(), NOVEMBER_27)) == [MAY_27, MAY_28, NOVEMBER_28]


def test_a_moved_date_keeps_its_name_and_comes_in_its_time() -> None:
    series = move(six_monthly(), MAY_27, wall(2027, 12, 1, 14))

    assert occurrences(series)[:2] == (
        Occurrence(NOVEMBER_27, datetime(2027, 11, 26, 1, tzinfo=UTC)),
        Occurrence(MAY_27, datetime(2027, 12, 1, 7, tzinfo=UTC)),
    )


def test_a_date_moved_twice_is_where_it_was_moved_last() -> None:
    series = move(move(six_monthly(), MAY_28, wall(2028, 5, 29, 8)), MAY_28, wall(2028, 5, 30, 8))

    assert series.moved == (Move(MAY_28, wall(2028, 5, 30, 8)),)


def test_a_date_moved_back_is_as_if_it_had_not_been_moved() -> None:
    assert move(move(six_monthly(), MAY_28, wall(2028, 5, 29, 8)), MAY_28, MAY_28) == six_monthly()


def test_a_moved_date_that_is_dropped_and_restored_is_where_the_rule_has_it() -> None:
    dropped = drop(move(six_monthly(), MAY_28, wall(2028, 5, 29, 8)), MAY_28)

    assert named(dropped) == [MAY_27, NOVEMBER_27, NOVEMBER_28]
    assert restore(dropped, MAY_28) == six_monthly()


def test_a_date_that_there_is_not_is_neither_dropped_nor_moved_nor_restored() -> None:
    elsewhere, dropped = wall(2027, 5, 27, 8), drop(six_monthly(), MAY_28)

    assert refuses(drop, six_monthly(), elsewhere)
    assert refuses(move, six_monthly(), elsewhere, MAY_27)
    assert refuses(restore, six_monthly(), MAY_27)
    assert refuses(drop, dropped, MAY_28)
    assert refuses(move, dropped, MAY_28, elsewhere)


def refuses(change: Callable[..., Recurrence], *given: object) -> bool:
    with pytest.raises(NoSuchDate):
        change(*given)
    return True


def test_the_last_moment_is_included() -> None:
    series = begin(read_rule("FREQ=DAILY;UNTIL=20270103T010000Z"), wall(2027, 1, 1, 8))

    assert named(series) == [wall(2027, 1, day, 8) for day in (1, 2, 3)]


def test_the_wall_clock_holds_where_clocks_are_changed() -> None:
    series = begin(read_rule("FREQ=DAILY;COUNT=2"), wall(2027, 3, 27, 8), "Europe/Berlin")

    assert [one.starts_at.hour for one in occurrences(series)] == [7, 6]


def test_a_skipped_time_is_as_if_the_clocks_had_not_been_changed() -> None:
    assert instant(wall(2027, 3, 28, 2, 30), "Europe/Berlin") == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=DAILY;UNTIL=20000101T000000Z",
    ],
)
def test_a_rule_that_never_comes_true_is_not_sought_for_long(text: str) -> None:
    begun = process_time()

    with pytest.raises(NoDates):
        begin(read_rule(text), wall(2027, 1, 5, 8))

    assert process_time() - begun < 2  # seconds; 7 without the horizon's cycle


def test_a_series_without_an_end_is_looked_at_for_twenty_years() -> None:
    found = named(begin(read_rule("FREQ=DAILY"), wall(2027, 1, 1, 8)))

    assert (len(found), found[-1].date()) == (7306, date(2047, 1, 1))


@pytest.mark.parametrize("zone", ["", "Hanoi", "../etc/passwd", "Asia", "Asia/Ho_Chi_Minh\0", "/etc/localtime"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZone):
        begin(SIX_MONTHLY, wall(2027, 5, 1, 8), zone)


@pytest.mark.parametrize("year", [1999, 2200])
def test_a_series_of_another_century_is_refused(year: int) -> None:
    with pytest.raises(OddStart):
        begin(SIX_MONTHLY, wall(year, 5, 1, 8))


@given(rules(), st.sampled_from([wall(2199, 12, 31, 23, 59), wall(2000, 1, 1), wall(2000, 2, 29)]))
@settings(max_examples=40)
def test_series_at_the_edges_of_time_are_expanded(rule: Rule, earliest: datetime) -> None:
    try:
        series = begin(rule, earliest, "America/New_York")
    except NoDates:
        return
    assert occurrences(series)[0].original == series.first >= earliest
