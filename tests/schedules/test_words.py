"""Series in words: whoever reads them knows the dates."""

from dataclasses import fields, replace
from datetime import datetime

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from schedules.recurrence import NoDates, Recurrence, begin, occurrences
from schedules.rule import BadRule, Rule, UnsupportedRule, read_rule
from schedules.words import in_words
from tests.schedules.rules import moments, rules, wall

SATURDAY = wall(2026, 11, 28, 8)


@pytest.mark.parametrize(
    ("text", "vietnamese", "english"),
    [
        (
            "FREQ=MONTHLY;INTERVAL=6;BYDAY=-1FR",
            "Sáu tháng một lần, vào thứ Sáu cuối cùng của tháng",
            "Every six months, on the last Friday of the month",
        ),
        ("FREQ=DAILY", "Hằng ngày", "Every day"),
        ("FREQ=DAILY;INTERVAL=45;BYMONTH=6", "45 ngày một lần, trong tháng 6", "Every 45 days, in June"),
        ("FREQ=WEEKLY", "Hằng tuần, vào thứ Bảy", "Every week, on Saturday"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU;WKST=SU",
            "Hai tuần một lần, vào thứ Hai, thứ Tư và Chủ nhật, tuần bắt đầu từ Chủ nhật",
            "Every two weeks, on Monday, Wednesday and Sunday, weeks begin on Sunday",
        ),
        (
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=1",
            "Hằng tuần, vào các ngày từ thứ Hai đến thứ Sáu, tổng cộng 1 lần",
            "Every week, on the days from Monday to Friday, once",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=1,11,23",
            "Hằng tháng, vào ngày 1, ngày 11 và ngày 23",
            "Every month, on the 1st, the 11th and the 23rd",
        ),
        ("FREQ=MONTHLY", "Hằng tháng, vào ngày 28", "Every month, on the 28th"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1,-2,22;COUNT=40",
            "Hằng tháng, vào ngày 22, ngày thứ hai từ cuối của tháng và ngày cuối cùng của tháng, tổng cộng 40 lần",
            "Every month, on the 22nd, the second to last day of the month and the last day of the month, 40 times",
        ),
        (
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
            "Hằng tháng, vào mọi thứ Sáu, nếu là ngày 13",
            "Every month, on every Friday, if it is the 13th",
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1",
            "Hằng tháng, vào ngày đầu tiên và cuối cùng trong số các ngày từ thứ Hai đến thứ Sáu của tháng",
            "Every month, on the first and last of the days from Monday to Friday of the month",
        ),
        ("FREQ=YEARLY", "Hằng năm, vào ngày 28, trong tháng 11", "Every year, on the 28th, in November"),
        (
            "FREQ=YEARLY;BYMONTHDAY=15",
            "Hằng năm, vào ngày 15, trong mọi tháng",
            "Every year, on the 15th, in every month",
        ),
        (
            "FREQ=YEARLY;BYDAY=20MO,-2TU",
            "Hằng năm, vào thứ Hai thứ 20 của năm và thứ Ba thứ hai từ cuối của năm",
            "Every year, on the 20th Monday of the year and the second to last Tuesday of the year",
        ),
        (
            "FREQ=YEARLY;BYMONTH=6,12;BYDAY=1MO",
            "Hằng năm, vào thứ Hai đầu tiên của tháng, trong tháng 6 và tháng 12",
            "Every year, on the first Monday of the month, in June and December",
        ),
        (
            "FREQ=WEEKLY;UNTIL=20271231T010000Z",
            "Hằng tuần, vào thứ Bảy, đến hết ngày 31/12/2027",
            "Every week, on Saturday, until 31/12/2027",
        ),
        (
            "FREQ=WEEKLY;UNTIL=20271231T005959Z",
            "Hằng tuần, vào thứ Bảy, đến hết ngày 30/12/2027",
            "Every week, on Saturday, until 30/12/2027",
        ),
    ],
)
def test_a_series_is_said_in_both_languages(text: str, vietnamese: str, english: str) -> None:
    series = Recurrence(read_rule(text), SATURDAY)

    assert (in_words(series, "vi"), in_words(series, "en")) == (vietnamese, english)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Rule, Rule]:
    """Two rules that differ in one part, as it may be said of them."""
    one, other = draw(rules()), draw(rules())
    name = draw(st.sampled_from([field.name for field in fields(Rule)]))
    try:
        return one, replace(one, **{name: getattr(other, name)})
    except (BadRule, UnsupportedRule):
        assume(condition=False)
        raise


@given(pairs(), moments)
@settings(max_examples=50)
@example((read_rule("FREQ=MONTHLY;BYDAY=-1FR"), read_rule("FREQ=YEARLY;BYDAY=-1FR")), SATURDAY)
@example((read_rule("FREQ=YEARLY;BYMONTHDAY=28"), read_rule("FREQ=YEARLY")), SATURDAY)
def test_the_same_words_mean_the_same_dates(pair: tuple[Rule, Rule], earliest: datetime) -> None:
    try:
        series = [begin(rule, earliest) for rule in pair]
    except NoDates:
        return
    if series[0].first == series[1].first and occurrences(series[0]) != occurrences(series[1]):
        assert in_words(series[0], "vi") != in_words(series[1], "vi")
        assert in_words(series[0], "en") != in_words(series[1], "en")
