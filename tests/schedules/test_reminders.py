"""When reminders are due, until when they make sense, and who gets them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schedules.due import Action, Due, Policy, Timetable, dues, pending
from schedules.reminders import Circle, Reminder, circle, last_moment, moment_of, reminders
from schedules.working_days import DayKind, SpecialDay, calendar_of, vietnam
from server.core.contacts import Contact, ContactRole
from server.core.events import Addressee, LeadUnit, ReminderRule
from server.core.ids import HUB, BriefingId, ContactId, EndpointCode, RosterName
from server.core.state import Phase

HA_NOI_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = calendar_of(vietnam())
MONDAY = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 8:30 in Hà Nội
HA_NOI, THANH_HOA = EndpointCode("01"), EndpointCode("38")
LIAISON = (Addressee.LIAISON,)


def rule(count: int, unit: LeadUnit, *addressees: Addressee, on: bool = True) -> ReminderRule:
    return ReminderRule(count, unit, addressees or LIAISON, on)


def moment(count: int, unit: LeadUnit, starts_at: datetime = MONDAY, zone: ZoneInfo = HA_NOI_TIME) -> datetime | None:
    return moment_of(rule(count, unit), starts_at, zone=zone, calendar=CALENDAR)


@pytest.mark.parametrize(
    ("count", "unit", "local"),
    [
        (15, LeadUnit.MINUTES, "23/11/2026 08:15"),
        (60, LeadUnit.MINUTES, "23/11/2026 07:30"),
        (1, LeadUnit.DAYS, "22/11/2026 08:30"),
        (1, LeadUnit.WORKING_DAYS, "20/11/2026 08:30"),
        (3, LeadUnit.WORKING_DAYS, "18/11/2026 08:30"),
    ],
)
def test_reminder_goes_out_at_the_hour_of_the_start_as_many_days_before(count: int, unit: LeadUnit, local: str) -> None:
    found = moment(count, unit)

    assert found
    assert f"{found.astimezone(HA_NOI_TIME):%d/%m/%Y %H:%M}" == local


def test_public_holidays_are_no_working_days() -> None:
    after_tet = datetime(2026, 2, 24, 1, 0, tzinfo=UTC)  # the first Tuesday after Tết Bính Ngọ

    found = moment(3, LeadUnit.WORKING_DAYS, after_tet)

    assert found
    assert found.date() == date(2026, 2, 12)


def test_where_nobody_ever_works_there_is_no_reminder() -> None:
    days = (date(2016, 1, 1) + timedelta(days=count) for count in range(4100))
    idle = calendar_of(SpecialDay(day, DayKind.DAY_OFF, "nghỉ", "off") for day in days)
    wanted = [rule(3, LeadUnit.WORKING_DAYS), rule(15, LeadUnit.MINUTES)]

    found = reminders(wanted, MONDAY, done=(), zone=HA_NOI_TIME, calendar=idle)

    assert [one.rule for one in found] == ["15-minutes"]


@example(
    datetime(2026, 3, 30, 0, 30, tzinfo=UTC), 1, LeadUnit.DAYS, "Europe/Paris"
)  # 2:30 does not come the day before
@given(
    st.datetimes(datetime(2001, 1, 1), datetime(2199, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    st.integers(1, 40),
    st.sampled_from(LeadUnit),
    st.sampled_from(["Asia/Ho_Chi_Minh", "Europe/Paris", "Australia/Lord_Howe"]),
)
def test_reminder_of_any_rule_comes_before_the_start(start: datetime, count: int, unit: LeadUnit, zone: str) -> None:
    found = moment(count, unit, start, ZoneInfo(zone))

    assert found
    assert found < start
    assert found < last_moment(found, start) <= max(start, found + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("minutes", "late"), [(5, timedelta(minutes=5)), (15, timedelta(minutes=5)), (60, timedelta(minutes=20))]
)
def test_reminder_may_be_late_by_a_third_of_its_time(minutes: int, late: timedelta) -> None:
    at = MONDAY - timedelta(minutes=minutes)

    assert last_moment(at, MONDAY) == at + late


def test_what_was_sent_and_what_is_switched_off_is_not_to_be_sent() -> None:
    wanted = [
        rule(1, LeadUnit.DAYS),
        rule(60, LeadUnit.MINUTES, on=False),
        rule(15, LeadUnit.MINUTES),
    ]

    found = reminders(wanted, MONDAY, done={"1-days"}, zone=HA_NOI_TIME, calendar=CALENDAR)

    at = MONDAY - timedelta(minutes=15)
    assert found == (Reminder("15-minutes", at, at + timedelta(minutes=5)),)


B1 = BriefingId("b1")
HOUR, QUARTER = (
    Reminder(f"{minutes}-minutes", MONDAY - timedelta(minutes=minutes), MONDAY - timedelta(minutes=minutes * 2 / 3))
    for minutes in (60, 15)
)


def timetable(phase: Phase) -> Timetable:
    return Timetable(B1, phase, MONDAY, MONDAY + timedelta(hours=2), late_marked=True, reminders=(HOUR, QUARTER))


@pytest.mark.parametrize(
    ("phase", "rules"),
    [
        (Phase.DRAFT, []),
        (Phase.SCHEDULED, ["60-minutes", "15-minutes"]),
        (Phase.OPEN, ["60-minutes", "15-minutes"]),
        (Phase.LIVE, []),
        (Phase.CLOSED, []),
        (Phase.CANCELLED, []),
    ],
)
def test_only_what_is_announced_and_has_not_begun_is_reminded_of(phase: Phase, rules: list[str]) -> None:
    assert [due.rule for due in dues(timetable(phase), Policy()) if due.action is Action.REMIND] == rules


@pytest.mark.parametrize(
    ("before", "rules"),
    [(61, ["60-minutes", "15-minutes"]), (41, ["60-minutes", "15-minutes"]), (40, ["15-minutes"]), (10, [])],
)
def test_reminder_that_would_mislead_is_not_sent_late(before: int, rules: list[str]) -> None:
    found = pending(timetable(Phase.OPEN), Policy(), MONDAY - timedelta(minutes=before))

    assert [due.rule for due in found if due.action is Action.REMIND] == rules


def test_each_reminder_has_an_alarm_of_its_own() -> None:
    assert Due(B1, Action.REMIND, MONDAY, "15-minutes").id == "b1:remind:15-minutes"


def contact(endpoint: str, *roles: ContactRole, name: str = "Lan") -> Contact:
    address = f"{name.lower()}@{endpoint}.example.vn"
    where = EndpointCode(endpoint)
    return Contact(ContactId(address), RosterName("63"), where, name, "", address, "", roles, "vi")


def test_circle_is_who_has_the_role_and_tells_where_nobody_does() -> None:
    lan, minh = contact("01", ContactRole.LIAISON, ContactRole.CLERK), contact("38", ContactRole.TECHNICIAN)
    hoa = contact(HUB, ContactRole.LIAISON, name="Hoa")

    called = replace(contact("38", ContactRole.LIAISON), email="", phone="0912 345 678")

    found = circle(rule(1, LeadUnit.DAYS), (HA_NOI, THANH_HOA), [lan, minh, hoa, called])

    assert found == Circle((lan, hoa), (THANH_HOA,))


def test_reminder_of_the_organizer_alone_leaves_no_site_out() -> None:
    lan = contact("01", ContactRole.LIAISON)

    assert circle(rule(1, LeadUnit.DAYS, Addressee.ORGANIZER), (HA_NOI, THANH_HOA), [lan]) == Circle((), ())


def test_every_role_of_a_contact_can_be_reminded() -> None:
    assert {role.value for role in ContactRole} == {one.value for one in Addressee} - {Addressee.ORGANIZER}
