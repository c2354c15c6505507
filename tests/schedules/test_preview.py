"""A series before it is saved, beside what is taken and the days off."""

from datetime import timedelta

from schedules.conflicts import Booking, Clash, Needs
from schedules.preview import Prospect, name_of, prospects
from schedules.recurrence import Occurrence, begin, instant, move, occurrences
from schedules.rule import read_rule
from schedules.working_days import calendar_of, vietnam
from server.core.ids import EndpointCode, RosterName
from tests.schedules.rules import wall

HANOI = "Asia/Ho_Chi_Minh"
TWO_HOURS = timedelta(hours=2)
CALENDAR = calendar_of(vietnam())
NEEDS = Needs(RosterName("63"), frozenset({EndpointCode("01"), EndpointCode("38")}))
MONTHLY = begin(read_rule("FREQ=MONTHLY;COUNT=2"), wall(2026, 4, 30, 8))  # Victory Day, and a Saturday


def looked_at(dates: tuple[Occurrence, ...], taken: tuple[Booking, ...] = ()) -> tuple[Prospect, ...]:
    return prospects(dates, TWO_HOURS, NEEDS, taken=taken, calendar=CALENDAR, zone=HANOI)


def test_a_date_on_an_ordinary_day_needs_no_alternatives() -> None:
    monday = occurrences(begin(read_rule("FREQ=WEEKLY;COUNT=1"), wall(2026, 11, 23, 8)))

    assert looked_at(monday) == (
        Prospect(
            original=wall(2026, 11, 23, 8),
            starts_at=instant(wall(2026, 11, 23, 8), HANOI),
            ends_at=instant(wall(2026, 11, 23, 10), HANOI),
            working=True,
            special=None,
            decided=True,
            clashes=(),
            alternatives=None,
        ),
    )


def test_on_a_holiday_and_on_a_weekend_other_days_are_offered() -> None:
    holiday, weekend = looked_at(occurrences(MONTHLY))

    assert (holiday.working, holiday.special, weekend.working, weekend.special) == (
        False,
        CALENDAR.special[wall(2026, 4, 30).date()],
        False,
        None,
    )
    assert [one.alternatives and one.alternatives.later[0] for one in (holiday, weekend)] == [
        instant(wall(2026, 5, 4, 8), HANOI),
        instant(wall(2026, 6, 1, 8), HANOI),
    ]


def test_a_conflict_is_told_and_other_times_are_offered() -> None:
    dates = occurrences(begin(read_rule("FREQ=WEEKLY;COUNT=1"), wall(2026, 11, 23, 8)))
    begins = instant(wall(2026, 11, 23, 9), HANOI)
    taken = Booking("b1", begins, begins + TWO_HOURS, NEEDS)

    (found,) = looked_at(dates, (taken,))

    wanted = Booking(name_of(dates[0]), found.starts_at, found.ends_at, NEEDS)
    assert found.clashes == (Clash(wanted, taken, NEEDS),)
    assert found.alternatives
    assert found.alternatives.same_day[0] == instant(wall(2026, 11, 23, 11), HANOI)


def test_a_date_that_is_moved_into_another_clashes_with_it() -> None:
    series = begin(read_rule("FREQ=WEEKLY;COUNT=2"), wall(2026, 11, 23, 8))

    found = looked_at(occurrences(move(series, wall(2026, 11, 23, 8), wall(2026, 11, 30, 9))))

    assert [[clash.taken.name for clash in one.clashes] for one in found] == [
        ["2026-11-23T08:00:00"],
        ["2026-11-30T08:00:00"],
    ]


def test_a_year_that_is_not_announced_is_marked() -> None:
    found = looked_at(occurrences(begin(read_rule("FREQ=YEARLY;COUNT=2"), wall(2026, 11, 23, 8))))

    assert [one.decided for one in found] == [True, False]
