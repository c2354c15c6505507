"""A date of a series on another day, and the others with it: which rules say so, and which cannot."""

from datetime import date, datetime, time

import pytest

from schedules.recurrence import Move, NoSuchDate, begin, occurrences
from schedules.rule import read_rule, write_rule
from schedules.series import Wish, change_of, steps_of
from schedules.shift import CannotShift, Shift, shifted
from tests.schedules.test_series import NEW, days, series, wall

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("rule", "to", "after", "dates"),
    [
        ("FREQ=WEEKLY;COUNT=2", "2026-11-26", "FREQ=WEEKLY;COUNT=2", "26/11 03/12"),
        ("FREQ=WEEKLY;BYDAY=FR;COUNT=2", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO;COUNT=2", "30/11 07/12"),
        ("FREQ=WEEKLY;BYDAY=TU,FR;COUNT=3", "2026-11-26", "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3", "26/11 01/12 03/12"),
        ("FREQ=DAILY;INTERVAL=10;COUNT=2", "2026-11-30", "FREQ=DAILY;INTERVAL=10;COUNT=2", "30/11 10/12"),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", "2026-11-26", "FREQ=MONTHLY;BYDAY=-1TH;COUNT=2", "26/11 31/12"),
        ("FREQ=MONTHLY;BYDAY=4FR;COUNT=2", "2026-11-30", "FREQ=MONTHLY;BYDAY=-1MO;COUNT=2", "30/11 28/12"),
        ("FREQ=MONTHLY;BYDAY=4FR;COUNT=2", "2026-11-03", "FREQ=MONTHLY;BYDAY=1TU;COUNT=2", "03/11 01/12"),
        ("FREQ=MONTHLY;INTERVAL=6;COUNT=2", "2026-11-10", "FREQ=MONTHLY;INTERVAL=6;COUNT=2", "10/11 10/05"),
        ("FREQ=MONTHLY;BYMONTHDAY=27;COUNT=2", "2026-11-05", "FREQ=MONTHLY;BYMONTHDAY=5;COUNT=2", "05/11 05/12"),
        ("FREQ=MONTHLY;BYMONTHDAY=-4;COUNT=2", "2026-11-30", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2", "30/11 31/12"),
        ("FREQ=YEARLY;COUNT=2", "2026-12-15", "FREQ=YEARLY;COUNT=2", "15/12 15/12"),
        (
            "FREQ=YEARLY;BYMONTH=5,11;BYDAY=-1FR;COUNT=2",
            "2026-11-26",
            "FREQ=YEARLY;BYMONTH=5,11;BYDAY=-1TH;COUNT=2",
            "26/11 27/05",
        ),
        (
            "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=27;COUNT=2",
            "2026-10-20",
            "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=20;COUNT=2",
            "20/10 20/10",
        ),
    ],
)
def test_a_rule_follows_its_date_to_another_day(rule: str, to: str, after: str, dates: str) -> None:
    found, earliest = shifted(read_rule(rule), FRIDAY, FRIDAY, date.fromisoformat(to))

    assert write_rule(found) == after
    expanded = occurrences(begin(found, datetime.combine(earliest, time(8))))
    assert " ".join(f"{one.original:%d/%m}" for one in expanded) == dates


@pytest.mark.parametrize(
    ("rule", "to"),
    [
        ("FREQ=DAILY;COUNT=5", "2026-11-28"),  # every day is every day
        ("FREQ=WEEKLY;BYDAY=TU,FR;COUNT=3", "2026-11-24"),  # there is one already
        ("FREQ=WEEKLY;BYDAY=TU,FR;COUNT=3", "2026-11-23"),  # they would cross
        ("FREQ=WEEKLY;BYDAY=TU,FR;COUNT=3", "2026-12-03"),  # in another week
        ("FREQ=WEEKLY;BYMONTH=11;COUNT=3", "2026-11-26"),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", "2026-12-04"),
        ("FREQ=MONTHLY;BYDAY=FR;COUNT=2", "2026-11-26"),  # every Friday of the month
        ("FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=-1;COUNT=2", "2026-11-26"),
        ("FREQ=MONTHLY;COUNT=2", "2026-11-29"),  # February has none
        ("FREQ=MONTHLY;BYMONTHDAY=1,27;COUNT=2", "2026-11-26"),
        ("FREQ=YEARLY;COUNT=2", "2027-01-05"),
        ("FREQ=YEARLY;BYDAY=-5FR;COUNT=2", "2026-11-26"),
        ("FREQ=YEARLY;BYMONTH=5,11;BYMONTHDAY=27;COUNT=2", "2026-10-26"),
    ],
)
def test_a_rule_that_cannot_follow_is_refused(rule: str, to: str) -> None:
    with pytest.raises(CannotShift):
        shifted(read_rule(rule), FRIDAY, FRIDAY, date.fromisoformat(to))


def test_each_date_goes_to_the_one_of_its_place_and_what_was_dropped_with_it() -> None:
    whole = series("FREQ=WEEKLY;UNTIL=20261219T010000Z", dropped=(wall("2026-12-11T08:00:00"),))
    names = [wall(f"{day}T08:00:00") for day in ("2026-11-27", "2026-12-04", "2026-12-18")]
    wish = Wish(shift=Shift(names[1], date(2026, 12, 8)))

    change = change_of(whole, (), at=names[1], plan=whole.plan, wish=wish, new_id=NEW)
    steps = steps_of(change, names)

    assert change.head
    assert days(change.head) == ["27/11/2026 08:00"]
    assert days(change.will) == ["08/12/2026 08:00", "22/12/2026 08:00"]
    assert change.will.dropped == (wall("2026-12-15T08:00:00"),)
    assert [(step.original, step.date and step.date.original[:10]) for step in steps] == [
        (names[1], "2026-12-08"),
        (names[2], "2026-12-22"),
    ]


def test_a_date_that_the_rule_does_not_have_takes_none_with_it() -> None:
    wish = Wish(shift=Shift(wall("2026-11-26T08:00:00"), date(2026, 11, 25)))

    with pytest.raises(CannotShift):
        change_of(series(), (), at=None, plan=series().plan, wish=wish, new_id=NEW)


def test_dates_are_left_out_and_moved_while_the_rule_changes() -> None:
    whole = series()
    names = [wall(f"{day}T08:00:00") for day in ("2026-11-27", "2026-12-25", "2027-01-29", "2027-02-26")]
    left_out, elsewhere = wall("2026-12-31T08:00:00"), wall("2027-01-28T08:00:00")
    wish = Wish(
        rule=read_rule("FREQ=MONTHLY;BYDAY=-1TH;COUNT=4"),
        dropped=(left_out,),
        moves=(Move(elsewhere, wall("2027-01-27T14:00:00")),),
    )

    steps = steps_of(change_of(whole, (), at=None, plan=whole.plan, wish=wish, new_id=NEW), names)

    will = {
        f"{step.original:%d/%m}": step.will and f"{step.will.starts_at:%d/%m %H:%M}" for step in steps if step.original
    }
    assert will == {"25/12": None, "29/01": "27/01 07:00", "26/02": "25/02 01:00", "27/11": None}
    assert [f"{step.will.starts_at:%d/%m/%Y}" for step in steps if step.will and not step.original] == ["25/03/2027"]


def test_a_date_that_is_not_there_cannot_be_moved() -> None:
    whole = series()
    wish = Wish(moves=(Move(wall("2026-11-26T08:00:00"), wall("2026-11-25T08:00:00")),))

    with pytest.raises(NoSuchDate):
        steps_of(change_of(whole, (), at=None, plan=whole.plan, wish=wish, new_id=NEW), [whole.first])
