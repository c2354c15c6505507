"""Working days: those of the years that are announced, those that the law gives, and those that an office decides."""

from collections import Counter
from datetime import date, timedelta

import pytest

from schedules.working_days import (
    BadDays,
    Basis,
    DayKind,
    NoWorkingDay,
    SpecialDay,
    WorkCalendar,
    calendar_of,
    read_days,
    vietnam,
)
from tests.schedules.moon import lunar

HEAD = "day,kind,name_vi,name_en,basis\n"
VIETNAM = calendar_of(vietnam())


def free(calendar: WorkCalendar, year: int) -> list[str]:
    """The weekdays on which people rest, and the weekends on which they work, as MM-DD."""
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(365))
    return [f"{day:%m-%d}" for day in days if calendar.is_working(day) != (day.weekday() < 5)]


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2023, "01-02 01-20 01-23 01-24 01-25 01-26 05-01 05-02 05-03 09-01 09-04"),
        (2024, "01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 05-04 09-02 09-03"),
        (2025, "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-26 04-30 05-01 05-02 09-01 09-02"),
        (2026, "01-01 01-02 01-10 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-22 08-31 09-01 09-02"),
        (2027, "01-01 02-05 02-08 02-09 02-10 04-16 04-30 05-03 09-02"),
    ],
)
def test_the_days_off_are_those_of_the_year(year: int, expected: str) -> None:
    assert free(VIETNAM, year) == expected.split()


@pytest.mark.parametrize("year", range(2023, 2036))
def test_lunar_holidays_are_where_the_moon_has_them(year: int) -> None:
    names = {one.day: one.name_en for one in vietnam()}
    tet = lunar(year, 1, 1)

    assert names[lunar(year, 3, 10)] == "Hùng Kings' anniversary"
    assert {names.get(tet + timedelta(days=days)) for days in range(-1, 3)} == {"Lunar New Year"}


@pytest.mark.parametrize("year", range(2023, 2036))
def test_every_year_has_the_holidays_that_are_sure(year: int) -> None:
    rows = [one for one in vietnam() if one.day.year == year and one.kind is DayKind.HOLIDAY]
    decided = year <= 2026

    assert {one.basis for one in rows} == {Basis.DECIDED if decided else Basis.LAW}
    assert Counter(one.name_en for one in rows) == {
        "New Year's Day": 1,
        "Lunar New Year": 5 if decided else 4,
        "Hùng Kings' anniversary": 1,
        "Victory Day": 1,
        "International Labour Day": 1,
        "National Day": 2 if decided else 1,
    }
    assert VIETNAM.is_decided(year) == decided


def test_a_year_of_which_nothing_is_known_is_not_decided() -> None:
    assert not VIETNAM.is_decided(2050)


def test_a_holiday_on_a_weekend_gives_the_next_working_day() -> None:
    assert VIETNAM.special[date(2026, 4, 27)] == SpecialDay(
        date(2026, 4, 27), DayKind.IN_PLACE, "Giỗ Tổ Hùng Vương", "Hùng Kings' anniversary"
    )


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, date(2026, 2, 25)), (1, date(2026, 2, 24)), (3, date(2026, 2, 13)), (4, date(2026, 2, 12))],
)
def test_working_days_before_leave_out_the_holidays(count: int, expected: date) -> None:
    assert VIETNAM.before(date(2026, 2, 25), count) == expected


def test_the_working_day_after_a_holiday_is_found() -> None:
    assert VIETNAM.after(date(2026, 2, 13)) == date(2026, 2, 23)
    assert VIETNAM.after(date(2026, 8, 21)) == date(2026, 8, 22)  # a Saturday in exchange
    assert VIETNAM.after(date(2026, 8, 22), 2) == date(2026, 8, 25)


def test_an_office_adds_days_and_takes_days_back() -> None:
    office = read_days(
        HEAD + "2026-11-24,holiday,Truyền thống,Foundation,decided\n2026-01-02,workday,Làm việc,At work,decided\n"
    )
    calendar = calendar_of(vietnam(), office)

    assert (VIETNAM.is_working(date(2026, 11, 24)), calendar.is_working(date(2026, 11, 24))) == (True, False)
    assert (VIETNAM.is_working(date(2026, 1, 2)), calendar.is_working(date(2026, 1, 2))) == (False, True)


def test_an_office_that_never_works_has_no_working_day() -> None:
    days = (date(2026, 1, 1) + timedelta(days=number) for number in range(4000))
    calendar = calendar_of(SpecialDay(day, DayKind.DAY_OFF, "", "") for day in days)

    with pytest.raises(NoWorkingDay):
        calendar.after(date(2026, 1, 1))


def test_a_file_from_a_spreadsheet_is_read() -> None:
    assert read_days("\ufeffday,kind,name_vi,name_en,basis\r\n2027-02-04,holiday,Tết,Tết,decided\r\n\r\n") == (
        SpecialDay(date(2027, 2, 4), DayKind.HOLIDAY, "Tết", "Tết"),
    )


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("", "day,kind,name_vi,name_en,basis"),
        ("date,name\n", "day,kind,name_vi,name_en,basis"),
        (HEAD + "2026-02-30,holiday,a,b,law\n", "2"),
        (HEAD + "2026-01-01,holiday,a,b,law\n1899-01-01,holiday,a,b,law\n", "3"),
        (HEAD + "2026-01-01,in_place,a,b,law\n", "2"),
        (HEAD + "2026-01-01,holiday,a,b,perhaps\n", "2"),
        (HEAD + "2026-01-01,holiday\n", "2"),
        (HEAD + '2026-01-01,holiday,"a,b,law\n', "2"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_its_line(text: str, detail: str) -> None:
    with pytest.raises(BadDays) as refused:
        read_days(text)

    assert refused.value.detail == detail
