"""A series in words, in Vietnamese and English: from the same first date, the same words mean the same dates.

"Sáu tháng một lần, vào thứ Sáu cuối cùng của tháng"; "Every six months, on the last Friday of the month".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from schedules.recurrence import Recurrence
from schedules.rule import Frequency, OnWeekday, Rule, Weekday

_WORKWEEK: Final = tuple(OnWeekday(day) for day in Weekday if day < Weekday.SA)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said in one language; `{}` is where the rest goes."""

    every: Mapping[Frequency, str]
    every_few: Mapping[Frequency, str]
    numbers: tuple[str, ...]  # from two
    weekdays: tuple[str, ...]  # from Monday
    workweek: str
    month: Callable[[int], str]
    conjunction: str
    ordinals: tuple[str, ...]  # from the first
    further: Callable[[int], str]
    last: str
    from_end: str
    nth_weekday: str
    all_of: str
    day: Callable[[int], str]  # of the month
    day_from_end: str
    of_month: str
    of_year: str
    among: str
    on: str
    only_if: str
    in_months: str
    in_every_month: str
    times: Callable[[int], str]
    until: str
    week_starts: str


_VIETNAMESE: Final = _Words(
    every={
        Frequency.DAILY: "Hằng ngày",
        Frequency.WEEKLY: "Hằng tuần",
        Frequency.MONTHLY: "Hằng tháng",
        Frequency.YEARLY: "Hằng năm",
    },
    every_few={
        Frequency.DAILY: "{} ngày một lần",
        Frequency.WEEKLY: "{} tuần một lần",
        Frequency.MONTHLY: "{} tháng một lần",
        Frequency.YEARLY: "{} năm một lần",
    },
    numbers=("hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai"),
    weekdays=("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    workweek="các ngày từ thứ Hai đến thứ Sáu",
    month="tháng {}".format,
    conjunction=" và ",
    ordinals=("đầu tiên", "thứ hai", "thứ ba", "thứ tư", "thứ năm"),
    further="thứ {}".format,
    last="cuối cùng",
    from_end="{} từ cuối",
    nth_weekday="{day} {nth}",
    all_of="mọi {}",
    day="ngày {}".format,
    day_from_end="ngày {} của tháng",
    of_month="{} của tháng",
    of_year="{} của năm",
    among="ngày {nth} trong số {days}",
    on="vào {}",
    only_if="{days}, nếu là {numbers}",
    in_months="trong {}",
    in_every_month="trong mọi tháng",
    times="tổng cộng {} lần".format,
    until="đến hết ngày {}",
    week_starts="tuần bắt đầu từ {}",
)


def _numbered(number: int) -> str:
    """Write 1st, 2nd, 3rd, 4th, 11th, 21st."""
    teens = range(11, 14)
    ending = "th" if number % 100 in teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_ENGLISH: Final = _Words(
    every={
        Frequency.DAILY: "Every day",
        Frequency.WEEKLY: "Every week",
        Frequency.MONTHLY: "Every month",
        Frequency.YEARLY: "Every year",
    },
    every_few={
        Frequency.DAILY: "Every {} days",
        Frequency.WEEKLY: "Every {} weeks",
        Frequency.MONTHLY: "Every {} months",
        Frequency.YEARLY: "Every {} years",
    },
    numbers=("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    workweek="the days from Monday to Friday",
    month=lambda number: _MONTHS[number - 1],
    conjunction=" and ",
    ordinals=("first", "second", "third", "fourth", "fifth"),
    further=_numbered,
    last="last",
    from_end="{} to last",
    nth_weekday="the {nth} {day}",
    all_of="every {}",
    day=lambda number: f"the {_numbered(number)}",
    day_from_end="the {} day of the month",
    of_month="{} of the month",
    of_year="{} of the year",
    among="the {nth} of {days}",
    on="on {}",
    only_if="{days}, if it is {numbers}",
    in_months="in {}",
    in_every_month="in every month",
    times=lambda count: "once" if count == 1 else f"{count} times",
    until="until {}",
    week_starts="weeks begin on {}",
)

_LANGUAGES: Final[Mapping[str, _Words]] = {"vi": _VIETNAMESE, "en": _ENGLISH}


def in_words(series: Recurrence, language: Literal["vi", "en"]) -> str:
    """Say how a series recurs, without its time of day and without what was dropped or moved."""
    words, rule = _LANGUAGES[language], _spelt_out(series)
    parts = (_every(words, rule), _days(words, rule), _months(words, rule), *_limits(words, series))
    return ", ".join(part for part in parts if part)


def _spelt_out(series: Recurrence) -> Rule:
    """Return the rule with what it takes from the first date (RFC 5545, section 3.3.10)."""
    rule, first = series.rule, series.first
    if rule.by_day or rule.by_month_day or rule.frequency is Frequency.DAILY:
        return rule
    if rule.frequency is Frequency.WEEKLY:
        return replace(rule, by_day=(OnWeekday(Weekday(first.weekday())),))
    yearly = rule.frequency is Frequency.YEARLY and not rule.by_month
    return replace(rule, by_month_day=(first.day,), by_month=(first.month,) if yearly else rule.by_month)


def _every(words: _Words, rule: Rule) -> str:
    if rule.interval == 1:
        return words.every[rule.frequency]
    known = dict(enumerate(words.numbers, start=2))
    said = words.every_few[rule.frequency].format(known.get(rule.interval, rule.interval))
    return said[0].upper() + said[1:]


def _days(words: _Words, rule: Rule) -> str:
    weekdays = _joined(words, _weekdays(words, rule))
    numbers = _joined(words, (_day_of_month(words, number) for number in _from_the_first(rule.by_month_day)))
    days = words.only_if.format(days=weekdays, numbers=numbers) if weekdays and numbers else weekdays or numbers
    if rule.by_position:
        nth = _joined(words, (_nth(words, position) for position in _from_the_first(rule.by_position)))
        days = _of_period(words, rule, words.among.format(nth=nth, days=days))
    return words.on.format(days) if days else ""


def _weekdays(words: _Words, rule: Rule) -> Iterator[str]:
    long = rule.frequency in {Frequency.MONTHLY, Frequency.YEARLY}
    if rule.by_day == _WORKWEEK:
        yield words.workweek
        return
    for weekday, ordinals in _by_weekday(rule.by_day).items():
        name = words.weekdays[weekday]
        if 0 in ordinals:
            yield words.all_of.format(name) if long else name
        for ordinal in _from_the_first(one for one in ordinals if one):
            yield _of_counted(words, rule, words.nth_weekday.format(day=name, nth=_nth(words, ordinal)))


def _by_weekday(days: Iterable[OnWeekday]) -> dict[Weekday, list[int]]:
    found: dict[Weekday, list[int]] = {}
    for day in days:
        found.setdefault(day.weekday, []).append(day.ordinal)
    return found


def _of_counted(words: _Words, rule: Rule, what: str) -> str:
    """Say what an ordinal of a weekday counts in: a year, if the rule is yearly and names no months."""
    yearly = rule.frequency is Frequency.YEARLY and not rule.by_month
    return (words.of_year if yearly else words.of_month).format(what)


def _of_period(words: _Words, rule: Rule, what: str) -> str:
    return (words.of_year if rule.frequency is Frequency.YEARLY else words.of_month).format(what)


def _day_of_month(words: _Words, number: int) -> str:
    return words.day(number) if number > 0 else words.day_from_end.format(_nth(words, number))


def _nth(words: _Words, number: int) -> str:
    if number == -1:
        return words.last
    if number < 0:
        return words.from_end.format(_nth(words, -number))
    return words.ordinals[number - 1] if number <= len(words.ordinals) else words.further(number)


def _months(words: _Words, rule: Rule) -> str:
    if rule.by_month:
        return words.in_months.format(_joined(words, map(words.month, rule.by_month)))
    return words.in_every_month if rule.frequency is Frequency.YEARLY and rule.by_month_day else ""


def _limits(words: _Words, series: Recurrence) -> Iterator[str]:
    rule = series.rule
    if rule.frequency is Frequency.WEEKLY and rule.interval > 1 and rule.week_start is not Weekday.MO:
        yield words.week_starts.format(words.weekdays[rule.week_start])
    if rule.count is not None:
        yield words.times(rule.count)
    if rule.until is not None:
        yield words.until.format(f"{_last_day(series, rule.until):%d/%m/%Y}")


def _last_day(series: Recurrence, until: datetime) -> date:
    """Return the last day on which the series may have a date: the day before, if its end is earlier in the day."""
    end = until.astimezone(ZoneInfo(series.zone))
    return end.date() if end.time() >= series.first.time() else end.date() - timedelta(days=1)


def _from_the_first(numbers: Iterable[int]) -> list[int]:
    """Order places as they come: counted from the beginning, then those counted from the end."""
    return sorted(numbers, key=lambda number: (number < 0, number))


def _joined(words: _Words, texts: Iterable[str]) -> str:
    *head, tail = texts if (texts := list(texts)) else [""]
    return words.conjunction.join([", ".join(head), tail]) if head else tail
