"""Deadlines: what is read, what is refused, and how late something is."""

from datetime import date

import pytest

from server.core.deadlines import BadDueDate, Deadline, Lateness, Precision, day, deadline, lateness

DAY = Deadline(Precision.DAY, date(2026, 12, 15), date(2026, 12, 15))


@pytest.mark.parametrize(
    ("due", "read"),
    [
        ("", None),
        ("2026-12-15", DAY),
        ("2028-02-29", Deadline(Precision.DAY, date(2028, 2, 29), date(2028, 2, 29))),
        ("2026-12", Deadline(Precision.MONTH, date(2026, 12, 1), date(2026, 12, 31))),
        ("2027-02", Deadline(Precision.MONTH, date(2027, 2, 1), date(2027, 2, 28))),
        ("2026-Q1", Deadline(Precision.QUARTER, date(2026, 1, 1), date(2026, 3, 31))),
        ("2026-Q4", Deadline(Precision.QUARTER, date(2026, 10, 1), date(2026, 12, 31))),
    ],
)
def test_a_due_date_is_a_day_a_month_or_a_quarter(due: str, read: Deadline | None) -> None:
    assert deadline(due) == read


@pytest.mark.parametrize(
    "due",
    [
        "2026",
        "2026-13",
        "2026-00",
        "2026-02-30",
        "2027-02-29",
        "2026-12-00",
        "2026-Q0",
        "2026-Q5",
        "2026-q4",
        "2026-12-15 ",
        "2026-12-15\n",
        "20261215",
        "1999-12-31",
        "2200-01",
        "０026-12",
        "٢٠٢٦-12",
        "tháng 12",
    ],
)
def test_what_is_no_date_is_refused(due: str) -> None:
    with pytest.raises(BadDueDate):
        deadline(due)


@pytest.mark.parametrize("due", ["", "2026-12", "2026-Q4"])
def test_only_a_day_is_a_day(due: str) -> None:
    assert day("2026-12-15") == date(2026, 12, 15)
    with pytest.raises(BadDueDate):
        day(due)


@pytest.mark.parametrize(
    ("due", "on", "late"),
    [
        ("2026-12-15", date(2026, 12, 15), Lateness(0, 0, Precision.DAY)),
        ("2026-12-15", date(2026, 12, 16), Lateness(1, 1, Precision.DAY)),
        ("2026-12-15", date(2027, 1, 15), Lateness(31, 31, Precision.DAY)),
        ("2026-12", date(2026, 12, 31), Lateness(0, 0, Precision.MONTH)),
        ("2026-12", date(2027, 1, 1), Lateness(1, 1, Precision.MONTH)),
        ("2026-12", date(2027, 2, 1), Lateness(32, 2, Precision.MONTH)),
        ("2026-Q3", date(2026, 7, 1), Lateness(0, 0, Precision.QUARTER)),
        ("2026-Q3", date(2026, 9, 30), Lateness(0, 0, Precision.QUARTER)),
        ("2026-Q3", date(2026, 10, 1), Lateness(1, 1, Precision.QUARTER)),
        ("2026-Q3", date(2026, 12, 31), Lateness(92, 1, Precision.QUARTER)),
        ("2026-Q3", date(2027, 4, 1), Lateness(183, 3, Precision.QUARTER)),
        ("2026-Q4", date(2027, 1, 1), Lateness(1, 1, Precision.QUARTER)),
    ],
)
def test_lateness_begins_after_the_last_day_and_is_counted_as_exactly_as_the_date(
    due: str, on: date, late: Lateness
) -> None:
    read = deadline(due)

    assert read is not None
    assert lateness(read, on) == late
