"""What counts on from date to date: numbers, also over the end of a year, and reporting periods."""

from datetime import UTC, date, datetime

import pytest

from server.core.counting import CannotCount, Own, counted_on, with_own
from server.core.events import Period, Plan
from server.core.ids import RosterName

DAYS = [date(2026, 10, 30), date(2026, 11, 27), date(2026, 12, 25), date(2027, 1, 29), date(2027, 2, 26)]
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("number", "others"),
    [
        ("7", ["6", "7", "8", "9", "10"]),
        ("09/GB", ["08/GB", "09/GB", "10/GB", "11/GB", "12/GB"]),
        ("1", [None, "1", "2", "3", "4"]),
        ("12/2026", ["11/2026", "12/2026", "13/2026", "1/2027", "2/2027"]),
        ("Số 05/2026/TB", ["Số 04/2026/TB", "Số 05/2026/TB", "Số 06/2026/TB", "Số 01/2027/TB", "Số 02/2027/TB"]),
        ("12/12026", ["11/12026", "12/12026", "13/12026", "14/12026", "15/12026"]),
        ("", ["", "", "", "", ""]),
        (None, [None, None, None, None, None]),
    ],
)
def test_a_number_counts_on_and_begins_anew_in_a_year_that_it_names(
    number: str | None, others: list[str | None]
) -> None:
    found = counted_on(Own(number=number), DAYS[1], DAYS)

    assert [found[day].number for day in DAYS] == others


def test_a_number_of_an_earlier_year_is_not_made_up() -> None:
    assert counted_on(Own(number="1/2027"), DAYS[3], DAYS)[DAYS[2]].number is None


def test_a_number_without_digits_does_not_count() -> None:
    with pytest.raises(CannotCount):
        counted_on(Own(number="đặc biệt"), DAYS[1], DAYS)


@pytest.mark.parametrize(
    ("period", "after"),
    [
        (NOVEMBER, Period(date(2027, 2, 1), date(2027, 2, 28))),
        (Period(date(2026, 6, 1), date(2026, 11, 30)), Period(date(2026, 9, 1), date(2027, 2, 28))),
        (Period(date(2026, 11, 20), date(2026, 11, 26)), Period(date(2027, 2, 19), date(2027, 2, 25))),
        (None, None),
    ],
)
def test_a_period_of_months_moves_by_months_and_any_other_by_days(period: Period | None, after: Period | None) -> None:
    assert counted_on(Own(period=period), DAYS[1], DAYS)[DAYS[4]].period == after


def test_a_plan_keeps_what_is_not_said_of_its_date() -> None:
    noon = datetime(2026, 11, 27, 5, tzinfo=UTC)
    plan = Plan("Giao ban", noon, noon, RosterName("63"), (), number="5", period=NOVEMBER)

    assert with_own(plan, Own()) == plan
    assert with_own(plan, Own(number="6")).number == "6"
    assert with_own(plan, Own(number="", without_period=True)).period is None
    assert with_own(plan, Own(number="")).number == ""
