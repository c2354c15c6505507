"""Briefings as iCalendar, read back by another program's parser."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from schedules.calendar import Guest, Instance, Meeting, cancel, feed, meeting_of, request, series
from schedules.letters import Office
from schedules.recurrence import begin, instant, occurrences
from schedules.rule import read_rule
from server.core import events as e
from server.core.ids import Actor, BriefingId, EndpointCode, RosterName
from server.core.journal import Entry, Head, seal
from server.core.state import Briefing, fold
from tests.schedules.rules import wall

HA_NOI_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 8:30 in Hà Nội
OFFICE = Office("vanphong@example.vn", "Văn phòng, Bộ Nội vụ", "giaoban@may.example.vn")
GUEST = Guest('UBND tỉnh "Thanh Hóa"', "ubnd+hop@thanhhoa.example.vn", "https://giaoban.example.vn/join/abc")


def plan(**changes: object) -> e.Plan:
    fields: dict[str, object] = {
        "title": "Hội nghị giao ban công tác tháng 11; quý IV, năm 2026",
        "starts_at": START,
        "ends_at": START + timedelta(hours=2),
        "roster": RosterName("63"),
        "endpoints": (EndpointCode("01"), EndpointCode("38")),
        "agenda": (e.AgendaItem("Khai mạc", 5), e.AgendaItem("Thảo luận về cải cách hành chính", 50)),
        "presiding": (e.Official("Trần Văn Bình", "Thứ trưởng", leads=True),),
        "dress": "Lễ phục",
    }
    return e.Plan(**{**fields, **changes})  # type: ignore[arg-type]


def journal(*events: e.Event) -> Iterable[Entry]:
    """Seal events, one minute apart."""
    head = Head()
    for number, event in enumerate(events):
        at = START - timedelta(days=9) + timedelta(minutes=number)
        [entry] = seal(BriefingId("b1"), head, [event], actor=Actor("user:lan"), at=at)
        head = Head(entry.seq, entry.hash)
        yield entry


def known(*events: e.Event) -> Meeting | None:
    return meeting_of(fold(Briefing(BriefingId("b1")), journal(*events)))


def published(*events: e.Event, **changes: object) -> Meeting:
    meeting = known(e.BriefingDrafted(plan(**changes)), e.BriefingScheduled(), *events)
    assert meeting
    return meeting


def invited(meeting: Meeting, guest: Guest = GUEST) -> bytes:
    return request(meeting, guest, office=OFFICE, zone=HA_NOI_TIME)


def read(content: bytes) -> Any:
    """Read a calendar; what is in it has as many types as RFC 5545 has."""
    return Calendar.from_ical(content)


def event_in(content: bytes) -> Any:
    [event] = read(content).walk("VEVENT")
    return event


def test_draft_is_in_no_calendar() -> None:
    assert known(e.BriefingDrafted(plan()), e.BriefingEdited(plan(title="Khác"))) is None
    assert known(e.BriefingDrafted(plan()), e.BriefingCancelled("không họp")) is None


LATER = {"starts_at": START + timedelta(days=1), "ends_at": START + timedelta(days=1, hours=2)}


@pytest.mark.parametrize(
    ("events", "sequence"),
    [
        ((), 0),
        ((e.BriefingEdited(plan(agenda=(), dress="")),), 0),
        ((e.BriefingEdited(plan(title="Khác")),), 1),
        ((e.BriefingEdited(plan(place="Phòng họp tầng 2")),), 1),
        ((e.BriefingEdited(plan(endpoints=("01", "38", "96"))),), 0),
        ((e.BriefingEdited(plan(**LATER)),), 1),
        ((e.BriefingEdited(plan(ends_at=START + timedelta(hours=3))),), 1),
        ((e.BriefingEdited(plan(endpoints=("01",))),), 1),
        ((e.BriefingEdited(plan(**LATER)), e.BriefingEdited(plan(**LATER, dress="")), e.BriefingEdited(plan())), 2),
        ((e.BriefingEdited(plan(**LATER)), e.BriefingCancelled("")), 2),
        ((e.BriefingOpened(), e.BriefingStarted(), e.BriefingClosed(e.ClosedBecause.CHAIR)), 0),
    ],
)
def test_sequence_rises_with_time_title_and_place_and_what_takes_it_off_and_with_nothing_else(
    events: tuple[e.Event, ...], sequence: int
) -> None:
    assert published(*events).sequence == sequence


def test_invitation_says_what_it_is_about_to_whom_and_from_whom() -> None:
    content = invited(published())

    calendar, event = read(content), event_in(content)
    assert {name: str(calendar[name]) for name in calendar} == {
        "VERSION": "2.0",
        "PRODID": "-//Giao Ban//Giao Ban//VI",
        "CALSCALE": "GREGORIAN",
        "METHOD": "REQUEST",
    }
    assert (event.start, event.end) == (START, START + timedelta(hours=2))
    assert event["DTSTART"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert event["DTSTAMP"].dt == START - timedelta(days=9) + timedelta(minutes=1)
    assert {name: str(event[name]) for name in ("UID", "SEQUENCE", "STATUS", "SUMMARY", "CLASS", "URL")} == {
        "UID": "giaoban-b1",
        "SEQUENCE": "0",
        "STATUS": "CONFIRMED",
        "SUMMARY": "Hội nghị giao ban công tác tháng 11; quý IV, năm 2026",
        "CLASS": "PUBLIC",
        "URL": GUEST.link,
    }
    assert str(event["DESCRIPTION"]).splitlines() == [
        "Chủ trì: Trần Văn Bình, Thứ trưởng",
        "Trang phục: Lễ phục",
        "Chương trình:",
        "1. Khai mạc (5 phút)",
        "2. Thảo luận về cải cách hành chính (50 phút)",
        f"Đường kết nối của điểm cầu: {GUEST.link}",
    ]
    assert (str(event["ORGANIZER"]), dict(event["ORGANIZER"].params)) == (
        "mailto:vanphong@example.vn",
        {"CN": "Văn phòng, Bộ Nội vụ", "SENT-BY": "mailto:giaoban@may.example.vn"},
    )
    assert (str(event["ATTENDEE"]), dict(event["ATTENDEE"].params)) == (
        "mailto:ubnd+hop@thanhhoa.example.vn",
        {
            "CN": 'UBND tỉnh "Thanh Hóa"',  # RFC 6868
            "CUTYPE": "GROUP",
            "ROLE": "REQ-PARTICIPANT",
            "PARTSTAT": "NEEDS-ACTION",
            "RSVP": "TRUE",
        },
    )
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [timedelta(days=-1), timedelta(minutes=-15)]


def test_lines_are_folded_at_75_bytes_within_no_letter_and_end_with_crlf() -> None:
    content = invited(published(title="Đẩy mạnh phân cấp, phân quyền " * 9))

    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert content.count(b"\n") == content.count(b"\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert [line.decode() for line in content.split(b"\r\n")]


def test_moved_meeting_keeps_its_uid_and_rises() -> None:
    first, moved = event_in(invited(published())), event_in(invited(published(e.BriefingEdited(plan(**LATER)))))

    assert (moved["UID"], moved.start) == (first["UID"], START + timedelta(days=1))
    assert (first["SEQUENCE"], moved["SEQUENCE"]) == (0, 1)


def test_cancelled_meeting_is_taken_off_with_its_status() -> None:
    content = cancel(published(e.BriefingCancelled("bão")), GUEST, office=OFFICE, zone=HA_NOI_TIME)

    event = event_in(content)
    assert str(read(content)["METHOD"]) == "CANCEL"
    assert (str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == ("giaoban-b1", 1, "CANCELLED")
    assert str(event["ATTENDEE"]) == "mailto:ubnd+hop@thanhhoa.example.vn"
    assert ("URL" in event, event.walk("VALARM")) == (False, [])


def test_site_that_is_invited_no_more_hears_it_of_itself_alone() -> None:
    dropped = published(e.BriefingEdited(plan(endpoints=("01",))))

    event = event_in(cancel(dropped, GUEST, office=OFFICE, zone=HA_NOI_TIME))

    assert (event["SEQUENCE"], "STATUS" in event) == (1, False)


def test_remarks_keep_their_lines_as_a_calendar_writes_them() -> None:
    content = invited(published(notes="Vào phòng trước 30 phút.\nTắt điện thoại; tắt loa.", dress="", agenda=()))

    unfolded = content.replace(b"\r\n ", b"").decode()
    assert "Lưu ý: Vào phòng trước 30 phút.\\nTắt điện thoại\\; tắt loa.\\n" in unfolded
    assert "\nLưu ý: Vào phòng trước 30 phút.\nTắt điện thoại; tắt loa.\n" in str(event_in(content)["DESCRIPTION"])


@pytest.mark.parametrize(
    ("classification", "said"),
    [(e.Classification.INTERNAL, "PRIVATE"), (e.Classification.CONFIDENTIAL, "CONFIDENTIAL")],
)
def test_classification_is_told_and_a_state_secret_is_not(classification: e.Classification, said: str) -> None:
    content = invited(published(classification=classification))

    assert str(event_in(content)["CLASS"]) == said
    secret = classification is e.Classification.CONFIDENTIAL
    unfolded = content.replace(b"\r\n ", b"").decode()
    assert [words in unfolded for words in ("quý IV", "cải cách", "Trần Văn Bình")] == [not secret] * 3
    assert GUEST.link in unfolded


def test_feed_lists_what_stands_and_what_was_cancelled() -> None:
    standing, cancelled = published(), published(e.BriefingCancelled("bão"))

    content = feed([(standing, GUEST.link), (cancelled, GUEST.link)], name="Giao ban: Thanh Hóa", zone=HA_NOI_TIME)

    calendar = read(content)
    assert {name: str(calendar[name]) for name in ("NAME", "X-WR-CALNAME", "X-PUBLISHED-TTL")} == {
        "NAME": "Giao ban: Thanh Hóa",
        "X-WR-CALNAME": "Giao ban: Thanh Hóa",
        "X-PUBLISHED-TTL": "PT1H",
    }
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in content
    assert [(str(one["STATUS"]), "URL" in one, len(one.walk("VALARM"))) for one in calendar.walk("VEVENT")] == [
        ("CONFIRMED", True, 2),
        ("CANCELLED", False, 0),
    ]
    assert [name for name in ("METHOD", "ORGANIZER", "ATTENDEE") if name.encode() in content] == []


def test_feed_without_meetings_is_a_calendar() -> None:
    assert read(feed([], name="Giao ban", zone=HA_NOI_TIME)).walk("VEVENT") == []


@example(datetime(2026, 10, 25, 0, 30), "Europe/Paris")  # noqa: DTZ001 - 2:30 for the first time
@example(datetime(2026, 10, 25, 1, 30), "Europe/Paris")  # noqa: DTZ001 - and for the second
@given(
    st.datetimes(datetime(2000, 1, 2), datetime(2199, 12, 30)),  # noqa: DTZ001 - the zone is put on
    st.sampled_from(["Asia/Ho_Chi_Minh", "Europe/Paris", "America/New_York", "Australia/Lord_Howe"]),
)
def test_another_program_puts_it_at_the_same_moment(start: datetime, zone: str) -> None:
    starts_at = start.replace(microsecond=0, tzinfo=UTC)
    meeting = published(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))

    content = request(meeting, GUEST, office=OFFICE, zone=ZoneInfo(zone))

    day, calendar = starts_at.replace(hour=0, minute=0, second=0), read(content)
    [found] = recurring_ical_events.of(calendar).between(day, day + timedelta(days=1))
    assert [one.astimezone(UTC) for one in (found.start, found.end)] == [starts_at, starts_at + timedelta(hours=2)]
    [described] = calendar.walk("VTIMEZONE")
    begins = event_in(content)["DTSTART"]
    if "TZID" in begins.params:
        theirs = described.to_tz(lookup_tzid=False)  # who knows no zone of that name
        assert begins.dt.replace(tzinfo=theirs).astimezone(UTC) == starts_at


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_read_back_without_what_calendars_cannot_hold(title: str, dress: str) -> None:
    content = invited(published(title=title, dress=dress))

    kept = "".join(letter for letter in title if letter in "\t\n" or (letter >= " " and letter != "\x7f"))
    assert str(event_in(content)["SUMMARY"]) == kept
    assert max(map(len, content.split(b"\r\n"))) <= 75


FIRST_FRIDAYS = begin(read_rule("FREQ=MONTHLY;BYDAY=1FR;COUNT=5"), wall(2026, 12, 1, 8), "Europe/Paris")


def of_series(*instances: Instance, dropped: int = 0) -> bytes:
    """Return a series of two hours with these dates, its first ones dropped."""
    dates = [one.original for one in occurrences(FIRST_FRIDAYS)]
    recurrence = replace(FIRST_FRIDAYS, dropped=tuple(dates[1 : 1 + dropped]))
    starts_at = instant(FIRST_FRIDAYS.first, "Europe/Paris")
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
    meeting = Meeting(BriefingId("series-s1"), plan(**times, title="Giao ban; tháng"), 3, START)
    return series(meeting, recurrence, instances, name="Giao ban")


def instance(original: datetime, to: datetime | None = None, **said: Any) -> Instance:
    starts_at = instant(to or original, "Europe/Paris")
    fields = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), "title": "Giao ban; tháng"}
    return Instance(original, **{**fields, **said})


def expanded(content: bytes) -> list[tuple[str, str, str]]:
    """Return what another program shows in two years: when, what and how it stands."""
    found = recurring_ical_events.of(read(content)).between((2026, 12, 1), (2028, 12, 1))
    shown = ((one.start.strftime("%Y-%m-%d %H:%M"), str(one["SUMMARY"]), str(one["STATUS"])) for one in found)
    return sorted(shown)


def test_series_is_one_event_with_its_rule_and_those_that_differ_beside_it() -> None:
    december, _january, february, march, april = (one.original for one in occurrences(FIRST_FRIDAYS))

    content = of_series(
        instance(december),
        instance(february, wall(2027, 2, 8, 14)),
        instance(march, cancelled=True),
        instance(april, title="Giao ban tháng 4"),
        instance(wall(2027, 6, 4, 8)),  # the rule has it no more
        dropped=1,
    )

    title = "Giao ban; tháng"
    assert expanded(content) == [
        ("2026-12-04 08:00", title, "CONFIRMED"),
        ("2027-02-08 14:00", title, "CONFIRMED"),
        ("2027-03-05 08:00", title, "CANCELLED"),
        ("2027-04-02 08:00", "Giao ban tháng 4", "CONFIRMED"),
        ("2027-06-04 08:00", title, "CONFIRMED"),
    ]
    whole, *others = read(content).walk("VEVENT")
    assert {str(one["UID"]) for one in (whole, *others)} == {"giaoban-series-s1"}
    assert [one["RECURRENCE-ID"].dt.strftime("%Y-%m-%d %H:%M") for one in others] == [
        "2027-02-05 08:00",
        "2027-03-05 08:00",
        "2027-04-02 08:00",
    ]
    assert [one["RECURRENCE-ID"].params["TZID"] for one in others] == ["Europe/Paris"] * 3
    assert (str(whole["SEQUENCE"]), len(read(content).walk("VTIMEZONE"))) == ("3", 1)
