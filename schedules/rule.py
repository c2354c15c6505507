"""A recurrence rule (RFC 5545, section 3.3.10) as a value, and its text: days, weeks, months and years, never hours.

Three forms that programs expand differently are refused, for each can be said plainly: BYSETPOS in daily and weekly
rules (name the weekday), BYDAY with ordinals beside BYMONTHDAY (name one of the two), and BYDAY with ordinals beside
BYDAY without (name the ordinals).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any, Final, NamedTuple

from server.core.deadlines import FIRST_YEAR, LAST_YEAR
from server.core.errors import Invalid

LONGEST_TEXT: Final = 500
"""Characters of a rule's text: enough for every month, every day of it and every weekday at once."""

MOST_PERIODS: Final = 1000
"""The largest INTERVAL."""

MOST_COUNTED: Final = 10_000
"""The largest COUNT."""

MONTHS: Final = 12
MOST_DAYS_OF_MONTH: Final = 31
MOST_DAYS_OF_YEAR: Final = 366
MOST_OF_A_WEEKDAY_IN_MONTH: Final = 5
MOST_OF_A_WEEKDAY_IN_YEAR: Final = 53

_DAY_OF_WEEK = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,5}", re.ASCII)
_MOMENT = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
_MOMENT_FORM = "%Y%m%dT%H%M%SZ"


class BadRule(Invalid):
    """This is no recurrence rule of RFC 5545; correct the part that is named."""

    code = "bad_rule"


class UnsupportedRule(Invalid):
    """Briefings recur by days, weeks, months or years; leave out the part that is named, or say it differently."""

    code = "unsupported_rule"


class Frequency(StrEnum):
    """What the rule counts."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class Weekday(IntEnum):
    """The days of the week, as `date.weekday` numbers them."""

    MO = 0
    TU = 1
    WE = 2
    TH = 3
    FR = 4
    SA = 5
    SU = 6


class OnWeekday(NamedTuple):
    """A weekday: every one, or the n-th of its month or year, counted from the end if negative."""

    weekday: Weekday
    ordinal: int = 0  # 0: every one

    def __str__(self) -> str:
        return f"{self.ordinal or ''}{self.weekday.name}"


@dataclass(frozen=True, slots=True)
class Rule:
    """On which days something recurs; what it leaves open is taken from its first date.

    Days and positions are kept in order, each once, so that equal rules are equal values. Raises BadRule and
    UnsupportedRule, with the parts in the detail.
    """

    frequency: Frequency
    interval: int = 1
    by_day: tuple[OnWeekday, ...] = ()
    by_month_day: tuple[int, ...] = ()  # negative: from the month's end
    by_month: tuple[int, ...] = ()
    by_position: tuple[int, ...] = ()  # BYSETPOS: which of a period's days; negative: from its end
    count: int | None = None  # dates, those that are dropped later included
    until: datetime | None = None  # UTC; the last moment a date may begin
    week_start: Weekday = Weekday.MO

    def __post_init__(self) -> None:
        for name in ("by_day", "by_month_day", "by_month", "by_position"):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))
        _require_bounds(self)
        _require_sense(self)


def read_rule(text: str) -> Rule:
    """Read the value of an RRULE property. Raises BadRule, UnsupportedRule; the detail names the part."""
    if len(text) > LONGEST_TEXT:
        raise BadRule(f"{len(text)} > {LONGEST_TEXT}")
    parts = _parts(text)
    if unknown := parts.keys() - _READERS.keys():
        raise UnsupportedRule(", ".join(sorted(unknown)))
    if "FREQ" not in parts:
        raise BadRule("FREQ")
    fields: dict[str, Any] = {_FIELDS[name]: _READERS[name](name, value) for name, value in parts.items()}
    return Rule(**fields)


def write_rule(rule: Rule) -> str:
    """Write the value of an RRULE property; `read_rule` gives the same rule back."""
    parts = {
        "FREQ": rule.frequency.value,
        "INTERVAL": "" if rule.interval == 1 else str(rule.interval),
        "BYMONTH": _list(rule.by_month),
        "BYMONTHDAY": _list(rule.by_month_day),
        "BYDAY": _list(rule.by_day),
        "BYSETPOS": _list(rule.by_position),
        "COUNT": "" if rule.count is None else str(rule.count),
        "UNTIL": "" if rule.until is None else rule.until.strftime(_MOMENT_FORM),
        "WKST": "" if rule.week_start is Weekday.MO else rule.week_start.name,
    }
    return ";".join(f"{name}={value}" for name, value in parts.items() if value)


def _list(values: Iterable[object]) -> str:
    return ",".join(map(str, values))


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.strip().upper().split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise BadRule(part)
        parts[name] = value
    return parts


def _frequency(name: str, value: str) -> Frequency:
    if value in {"SECONDLY", "MINUTELY", "HOURLY"}:
        raise UnsupportedRule(f"{name}={value}")
    try:
        return Frequency(value)
    except ValueError:
        raise BadRule(f"{name}={value}") from None


def _number(name: str, value: str) -> int:
    if not _NUMBER.fullmatch(value):
        raise BadRule(f"{name}={value}")
    return int(value)


def _numbers(name: str, value: str) -> tuple[int, ...]:
    return tuple(_number(name, one) for one in value.split(","))


def _days(name: str, value: str) -> tuple[OnWeekday, ...]:
    return tuple(_day(name, one) for one in value.split(","))


def _day(name: str, value: str) -> OnWeekday:
    form = _DAY_OF_WEEK.fullmatch(value)
    if not form or (form[1] and not int(form[1])):
        raise BadRule(f"{name}={value}")
    return OnWeekday(Weekday[form[2]], int(form[1] or 0))


def _week_start(name: str, value: str) -> Weekday:
    if value not in Weekday.__members__:
        raise BadRule(f"{name}={value}")
    return Weekday[value]


def _until(name: str, value: str) -> datetime:
    """Read a moment in UTC, as a rule with a time zone must have it."""
    if not _MOMENT.fullmatch(value):
        raise BadRule(f"{name}={value}")
    try:
        return datetime.strptime(value, _MOMENT_FORM).replace(tzinfo=UTC)
    except ValueError:  # the thirtieth of February
        raise BadRule(f"{name}={value}") from None


_FIELDS: Final = {
    "FREQ": "frequency",
    "INTERVAL": "interval",
    "BYDAY": "by_day",
    "BYMONTHDAY": "by_month_day",
    "BYMONTH": "by_month",
    "BYSETPOS": "by_position",
    "COUNT": "count",
    "UNTIL": "until",
    "WKST": "week_start",
}

_READERS: Final = {
    "FREQ": _frequency,
    "INTERVAL": _number,
    "BYDAY": _days,
    "BYMONTHDAY": _numbers,
    "BYMONTH": _numbers,
    "BYSETPOS": _numbers,
    "COUNT": _number,
    "UNTIL": _until,
    "WKST": _week_start,
}


def _require_bounds(rule: Rule) -> None:
    """Raise BadRule for a number that is out of its bounds."""
    wrong = {
        "INTERVAL": not 1 <= rule.interval <= MOST_PERIODS,
        "COUNT": rule.count is not None and not 1 <= rule.count <= MOST_COUNTED,
        "UNTIL": rule.until is not None and not _is_moment(rule.until),
        "BYMONTH": not all(1 <= month <= MONTHS for month in rule.by_month),
        "BYMONTHDAY": not all(1 <= abs(day) <= MOST_DAYS_OF_MONTH for day in rule.by_month_day),
        "BYSETPOS": not all(1 <= abs(position) <= MOST_DAYS_OF_YEAR for position in rule.by_position),
        "BYDAY": any(abs(day.ordinal) > _most_of_a_weekday(rule) for day in rule.by_day),
    }
    _raise_for(BadRule, wrong)


def _is_moment(until: datetime) -> bool:
    return until.tzinfo is UTC and not until.microsecond and FIRST_YEAR <= until.year <= LAST_YEAR


def _most_of_a_weekday(rule: Rule) -> int:
    """How often a weekday can come in what its ordinal counts in: a month, or a year."""
    in_year = rule.frequency is Frequency.YEARLY and not rule.by_month
    return MOST_OF_A_WEEKDAY_IN_YEAR if in_year else MOST_OF_A_WEEKDAY_IN_MONTH


def _require_sense(rule: Rule) -> None:
    """Raise BadRule, UnsupportedRule for parts that do not go together."""
    ordinals = any(day.ordinal for day in rule.by_day)
    short = rule.frequency in {Frequency.DAILY, Frequency.WEEKLY}
    named = bool(rule.by_day or rule.by_month_day or rule.by_month)
    wrong = {
        "COUNT, UNTIL": rule.count is not None and rule.until is not None,
        f"{rule.frequency}, BYDAY": ordinals and short,
        f"{rule.frequency}, BYMONTHDAY": bool(rule.by_month_day) and rule.frequency is Frequency.WEEKLY,
        "BYSETPOS": bool(rule.by_position) and not named,
    }
    _raise_for(BadRule, wrong)
    odd = {
        f"{rule.frequency}, BYSETPOS": bool(rule.by_position) and short,
        "BYDAY, BYMONTHDAY": ordinals and bool(rule.by_month_day),
        "BYDAY": ordinals and not all(day.ordinal for day in rule.by_day),
    }
    _raise_for(UnsupportedRule, odd)


def _raise_for(kind: type[Invalid], wrong: dict[str, bool]) -> None:
    if names := [name for name, is_wrong in wrong.items() if is_wrong]:
        raise kind("; ".join(names))
