"""Dates, times and lengths of time as Vietnamese papers write them (Decree 30/2020, annex I: two digits below 10)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from server.core.events import Classification

STAMPS: Mapping[Classification, str] = MappingProxyType(
    {
        Classification.CONFIDENTIAL: "MẬT",
        Classification.SECRET: "TỐI MẬT",
        Classification.TOP_SECRET: "TUYỆT MẬT",
    }
)
"""What is stamped on papers that hold state secrets (Circular 24/2020/TT-BCA, forms 01 to 03)."""


def day(when: date) -> str:
    """Write a date: days below 10 and the months January and February have two digits, so that none can be added."""
    return f"ngày {when.day:02} {month(when)}"


def days(first: date, last: date) -> str:
    """Write a span of days: "từ ngày 01 tháng 01 năm 2026 đến ngày 30 tháng 6 năm 2026"."""
    return day(first) if first == last else f"từ {day(first)} đến {day(last)}"


def month(when: date) -> str:
    """Write the month of a date."""
    digits = f"{when.month:02}" if when.month <= 2 else str(when.month)  # noqa: PLR2004
    return f"tháng {digits} năm {when.year}"


def hour(moment: datetime, zone: ZoneInfo) -> str:
    """Write the time of day: "08 giờ 05 phút"."""
    local = moment.astimezone(zone)
    return f"{local.hour:02} giờ {local.minute:02} phút"


def hour_and_day(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment: "08 giờ 05 phút, ngày 03 tháng 02 năm 2026"."""
    return f"{hour(moment, zone)}, {day(moment.astimezone(zone).date())}"


def length(seconds: float) -> str:
    """Write a length of time, to the second: "1 giờ 02 phút 03 giây"."""
    whole = timedelta(seconds=round(seconds)) // timedelta(seconds=1)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} giờ {minutes:02} phút {rest:02} giây"
    return f"{minutes} phút {rest:02} giây" if minutes else f"{rest} giây"


def number(count: int) -> str:
    """Write a number with points between thousands."""
    return f"{count:,}".replace(",", ".")


def capital(text: str) -> str:
    """Begin a text with a capital letter, and leave the others as they are."""
    return text[:1].upper() + text[1:]
