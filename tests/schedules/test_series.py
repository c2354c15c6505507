"""What a change makes of a series: split, moved, longer and shorter ones, and which date takes over which."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.recurrence import NoSuchDate, instant
from schedules.rule import read_rule
from schedules.series import (
    MOST_DATES,
    EndlessSeries,
    Wish,
    change_of,
    changed,
    cut,
    dates_of,
    rest,
    steps_of,
    succession,
)
from server.core.events import Plan, SeriesDate
from server.core.ids import EndpointCode, RosterName, SeriesId
from server.core.series import Series

ZONE = "Asia/Ho_Chi_Minh"
NEW = SeriesId("new")


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def series(rule: str = "FREQ=MONTHLY;BYDAY=-1FR;COUNT=4", first: str = "2026-11-27T08:00:00", **more: Any) -> Series:
    starts = instant(wall(first), ZONE)
    plan = Plan("Giao ban", starts, starts + timedelta(hours=2), RosterName("63"), (EndpointCode("01"),))
    return Series(SeriesId("old"), rule, wall(first), ZONE, plan, **more)


def days(one: Series) -> list[str]:
    return [f"{date.original:%d/%m/%Y %H:%M}" for date in dates_of(one)]


def test_a_series_has_the_dates_of_its_rule() -> None:
    assert days(series()) == ["27/11/2026 08:00", "25/12/2026 08:00", "29/01/2027 08:00", "26/02/2027 08:00"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY",
        "FREQ=YEARLY",
        "FREQ=YEARLY;INTERVAL=4;COUNT=7",
        "FREQ=YEARLY;UNTIL=20990101T000000Z",
        f"FREQ=WEEKLY;COUNT={MOST_DATES + 1}",
    ],
)
def test_a_series_without_an_end_or_with_too_many_dates_is_refused(rule: str) -> None:
    with pytest.raises(EndlessSeries):
        dates_of(series(rule))


@given(st.integers(1, 5), st.sampled_from(["WEEKLY", "MONTHLY", "YEARLY", "DAILY"]), st.integers(1, 4), st.data())
def test_the_two_parts_of_a_series_have_its_dates_and_no_others(
    count: int, frequency: str, interval: int, data: st.DataObject
) -> None:
    whole = series(f"FREQ={frequency};INTERVAL={interval};COUNT={count}")
    names = [one.original for one in dates_of(whole)]
    at = data.draw(st.sampled_from(names))

    tail = rest(whole, at, id_=NEW)

    assert [one.original for one in dates_of(tail)] == [one for one in names if one >= at]
    if at > whole.first:
        assert [one.original for one in dates_of(cut(whole, at))] == [one for one in names if one < at]
    assert (tail.id, tail.edition, tail.plan.starts_at) == (NEW, 1, instant(at, ZONE))


def test_a_date_that_was_dropped_goes_with_its_part() -> None:
    whole = series(dropped=(wall("2026-12-25T08:00:00"), wall("2027-02-26T08:00:00")))

    assert cut(whole, wall("2027-01-29T08:00:00")).dropped == (wall("2026-12-25T08:00:00"),)
    assert days(rest(whole, wall("2027-01-29T08:00:00"), id_=NEW)) == ["29/01/2027 08:00"]


def test_a_series_cannot_be_split_where_it_has_no_date() -> None:
    with pytest.raises(NoSuchDate):
        rest(series(), wall("2026-12-24T08:00:00"), id_=NEW)


def test_another_time_of_the_day_keeps_the_days_the_end_and_what_was_dropped() -> None:
    until = series("FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270226T010000Z", dropped=(wall("2027-01-29T08:00:00"),))

    later = changed(until, Wish(at=time(14), length=timedelta(hours=1)))

    assert days(later) == ["27/11/2026 14:00", "25/12/2026 14:00", "26/02/2027 14:00"]
    assert (later.plan.starts_at, later.plan.ends_at) == (
        datetime(2026, 11, 27, 7, tzinfo=UTC),
        datetime(2026, 11, 27, 8, tzinfo=UTC),
    )


def test_a_date_keeps_its_day_where_both_rules_have_it_and_its_month_else() -> None:
    thursdays = changed(series(), Wish(rule=read_rule("FREQ=MONTHLY;BYDAY=-1TH;COUNT=3")))
    names = [one.original for one in dates_of(series())]

    found = succession(names, thursdays)

    assert days(thursdays) == ["31/12/2026 08:00", "28/01/2027 08:00", "25/02/2027 08:00"]
    assert {f"{old:%d/%m}": f"{new.original:%d/%m}" for old, new in found.kept.items()} == {
        "25/12": "31/12",
        "29/01": "28/01",
        "26/02": "25/02",
    }
    assert found.gone == (wall("2026-11-27T08:00:00"),)
    assert found.new == ()


def test_a_longer_series_has_new_dates() -> None:
    longer = changed(series(), Wish(rule=read_rule("FREQ=MONTHLY;BYDAY=-1FR;COUNT=5")))

    found = succession([one.original for one in dates_of(series())], longer)

    assert (len(found.kept), found.gone) == (4, ())
    assert [f"{one.original:%d/%m/%Y}" for one in found.new] == ["26/03/2027"]


def test_a_title_for_all_is_a_change_of_the_same_series() -> None:
    whole = series()
    plan = replace(whole.plan, title="Giao ban tháng")

    change = change_of(whole, (), at=None, plan=plan, wish=Wish(), new_id=NEW)

    assert (change.will, change.head) == (replace(whole, plan=plan), None)
    steps = steps_of(change, [one.original for one in dates_of(whole)])
    assert [step.will and step.will.title for step in steps] == ["Giao ban tháng"] * 4
    assert steps[1].date == SeriesDate(SeriesId("old"), "2026-12-25T08:00:00")


def test_a_title_from_a_date_on_splits_the_series_there() -> None:
    whole = series()
    at = wall("2027-01-29T08:00:00")

    change = change_of(whole, (), at=at, plan=replace(whole.plan, title="Mới"), wish=Wish(), new_id=NEW)

    assert change.head
    assert days(change.head) == ["27/11/2026 08:00", "25/12/2026 08:00"]
    assert days(change.will) == ["29/01/2027 08:00", "26/02/2027 08:00"]
    steps = steps_of(change, [one.original for one in dates_of(whole)])
    assert [step.date for step in steps] == [
        SeriesDate(NEW, "2027-01-29T08:00:00"),
        SeriesDate(NEW, "2027-02-26T08:00:00"),
    ]


def test_other_times_for_all_begin_with_the_first_date_that_has_not_begun() -> None:
    whole = series()
    ahead = [one.original for one in dates_of(whole)][2:]

    change = change_of(whole, ahead, at=None, plan=whole.plan, wish=Wish(at=time(9)), new_id=NEW)

    assert change.head
    assert days(change.head) == ["27/11/2026 08:00", "25/12/2026 08:00"]
    assert days(change.will) == ["29/01/2027 09:00", "26/02/2027 09:00"]


def test_a_change_from_the_first_date_on_is_one_for_all() -> None:
    whole = series()

    change = change_of(whole, (), at=whole.first, plan=whole.plan, wish=Wish(at=time(9)), new_id=NEW)

    assert (change.head, change.will.id) == (None, whole.id)


def test_other_times_from_a_date_that_has_begun_begin_with_the_first_that_has_not() -> None:
    whole = series()
    ahead = [one.original for one in dates_of(whole)][2:]

    change = change_of(whole, ahead, at=whole.first, plan=whole.plan, wish=Wish(at=time(9)), new_id=NEW)

    assert change.head
    assert days(change.head) == ["27/11/2026 08:00", "25/12/2026 08:00"]
    assert [step.original for step in steps_of(change, [one.original for one in dates_of(whole)])] == ahead
