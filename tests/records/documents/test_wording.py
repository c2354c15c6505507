"""Dates and times as Vietnamese papers write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from server.records.documents.wording import day, hour_and_day, length, number

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("when", "written"),
    [
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 10), "ngày 10 tháng 02 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_days_below_ten_and_the_first_two_months_have_two_digits(when: date, written: str) -> None:
    assert day(when) == written


def test_a_moment_is_written_in_local_time_also_over_midnight() -> None:
    assert hour_and_day(datetime(2026, 2, 2, 18, 5, tzinfo=UTC), ZONE) == "01 giờ 05 phút, ngày 03 tháng 02 năm 2026"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "0 giây"),
        (59.6, "1 phút 00 giây"),
        (187.4, "3 phút 07 giây"),
        (3600, "1 giờ 00 phút 00 giây"),
        (3723, "1 giờ 02 phút 03 giây"),
    ],
)
def test_a_length_is_written_to_the_second(seconds: float, written: str) -> None:
    assert length(seconds) == written


def test_thousands_are_set_apart_by_points() -> None:
    assert [number(count) for count in (0, 999, 1234, 1234567)] == ["0", "999", "1.234", "1.234.567"]
