"""Rules as text: what is read is what was written, and what no rule is, is refused by name."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.rule import BadRule, Frequency, OnWeekday, Rule, UnsupportedRule, Weekday, read_rule, write_rule
from tests.schedules.rules import rules


@given(rules())
def test_a_rule_that_was_written_is_read_as_it_was(rule: Rule) -> None:
    assert read_rule(write_rule(rule)) == rule


def test_every_part_is_read() -> None:
    assert read_rule("freq=yearly;interval=2;BYDAY=-1FR,+2MO;BYMONTH=12,6;BYSETPOS=-1,1;WKST=SU;COUNT=4") == Rule(
        Frequency.YEARLY,
        interval=2,
        by_day=(OnWeekday(Weekday.MO, 2), OnWeekday(Weekday.FR, -1)),
        by_month=(6, 12),
        by_position=(-1, 1),
        count=4,
        week_start=Weekday.SU,
    )
    assert read_rule("FREQ=DAILY;BYMONTHDAY=-1;UNTIL=20301231T013000Z") == Rule(
        Frequency.DAILY, by_month_day=(-1,), until=datetime(2030, 12, 31, 1, 30, tzinfo=UTC)
    )


def test_a_rule_is_written_shortly() -> None:
    assert write_rule(Rule(Frequency.MONTHLY, 6, by_day=(OnWeekday(Weekday.FR, -1),))) == (
        "FREQ=MONTHLY;INTERVAL=6;BYDAY=-1FR"
    )


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("", ""),
        ("FREQ", "FREQ"),
        ("INTERVAL=2", "FREQ"),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY"),
        ("FREQ=DAILY;", ""),
        ("FREQ=OFTEN", "FREQ=OFTEN"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=1001", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=x", "INTERVAL=X"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=DAILY;COUNT=99999999999999999999", "COUNT=99999999999999999999"),
        ("FREQ=DAILY;COUNT=٣", "COUNT=٣"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20301231T000000Z", "COUNT, UNTIL"),
        ("FREQ=DAILY;UNTIL=20301231", "UNTIL=20301231"),
        ("FREQ=DAILY;UNTIL=20301231T000000", "UNTIL=20301231T000000"),
        ("FREQ=DAILY;UNTIL=20300230T000000Z", "UNTIL=20300230T000000Z"),
        ("FREQ=DAILY;UNTIL=99991231T235959Z", "UNTIL"),
        ("FREQ=DAILY;BYDAY=1MO", "DAILY, BYDAY"),
        ("FREQ=WEEKLY;BYDAY=-1MO", "WEEKLY, BYDAY"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "WEEKLY, BYMONTHDAY"),
        ("FREQ=MONTHLY;BYDAY=XX", "BYDAY=XX"),
        ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY=0MO"),
        ("FREQ=MONTHLY;BYDAY=6MO", "BYDAY"),
        ("FREQ=YEARLY;BYDAY=54MO", "BYDAY"),
        ("FREQ=YEARLY;BYMONTH=6;BYDAY=-6MO", "BYDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,,2", "BYMONTHDAY="),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "BYSETPOS"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=DAILY;WKST=XX", "WKST=XX"),
        ("FREQ=DAILY;" + "X" * 500, "511 > 500"),
    ],
)
def test_what_is_no_rule_is_refused_by_its_part(text: str, detail: str) -> None:
    with pytest.raises(BadRule) as refused:
        read_rule(text)

    assert refused.value.detail == detail


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("FREQ=HOURLY", "FREQ=HOURLY"),
        ("FREQ=DAILY;BYHOUR=8;BYEASTER=1", "BYEASTER, BYHOUR"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO"),
        ("FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1", "WEEKLY, BYSETPOS"),
        ("FREQ=DAILY;BYDAY=MO;BYSETPOS=1", "DAILY, BYSETPOS"),
        ("FREQ=MONTHLY;BYDAY=MO,1FR", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=1FR;BYMONTHDAY=13", "BYDAY, BYMONTHDAY"),
    ],
)
def test_a_rule_that_briefings_do_not_have_is_refused_by_its_part(text: str, detail: str) -> None:
    with pytest.raises(UnsupportedRule) as refused:
        read_rule(text)

    assert refused.value.detail == detail


@given(st.text(alphabet="FREQ=DAILYMONTHBUSP;,-0123456789T Z\0\ud800"))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    try:
        rule = read_rule(text)
    except (BadRule, UnsupportedRule):
        return
    assert read_rule(write_rule(rule)) == rule


def test_equal_rules_are_equal_values() -> None:
    assert read_rule("FREQ=MONTHLY;BYMONTHDAY=15,1,15") == read_rule("FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=1,15;WKST=MO")
