"""Mails about several dates of a series, read as a calendar program does: it shows the dates of the house."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import recurring_ical_events
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from schedules.calendar import feed, meeting_of
from schedules.correspondence import WRITERS
from schedules.letters import Office
from schedules.occasion import Companion, Letter, Links, Occasion
from schedules.recurrence import begin, occurrences
from schedules.rule import read_rule
from server.core import events as e
from server.core import series as rules
from server.core.contacts import Contact, ContactRole
from server.core.ids import Actor, BriefingId, ContactId, EndpointCode, PublicationId, RosterName
from server.core.journal import seal
from server.core.state import Briefing, Phase, fold

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SITE = EndpointCode("38")
OTHER = EndpointCode("01")
FIRST = datetime(2027, 1, 29, 8, 0)  # noqa: DTZ001 - on the series' clock
WRITTEN = datetime(2026, 12, 1, tzinfo=UTC)
RULE = "FREQ=MONTHLY;COUNT=5;BYDAY=-1FR"
OFFICE = Office("vp@example.vn", "Văn phòng")
LIAISON = Contact(
    ContactId("c"), RosterName("63"), SITE, "Lê Thư", "", "thu@example.vn", "", (ContactRole.LIAISON,), "vi"
)


class House:
    """Briefings, and the letters that their journals mean to one site, one moment after the other."""

    def __init__(self) -> None:
        self.now = WRITTEN
        self.states: dict[BriefingId, Briefing] = {}
        self.letters: list[Letter] = []

    def happen(self, events: dict[BriefingId, Sequence[e.Event]]) -> None:
        """Store events in several journals at once, then write what they mean."""
        self.now += timedelta(minutes=1)
        occasions = []
        for name, found in events.items():
            state = self.states.get(name, Briefing(name))
            for entry in seal(name, state.head, found, actor=Actor("lan"), at=self.now):
                before, state = state, fold(state, [entry])
                occasions.append((entry, before, state))
            self.states[name] = state
        for entry, before, after in occasions:
            if type(entry.event) in WRITERS:
                occasion = Occasion(
                    entry, before, after, OFFICE, ZONE, self.now, [LIAISON], company=self.company(after)
                )
                self.letters.extend(WRITERS[type(entry.event)](occasion, entry.event))

    def company(self, own: Briefing) -> list[Companion]:
        date = own.invitations.date
        found = [one for one in self.states.values() if date and one.invitations.date]
        links = {SITE: Links("https://x.vn/join/1", "https://x.vn/reply/1")}
        return [Companion(one, links) for one in found]

    def edit(self, name: BriefingId, **changes: Any) -> None:
        state = self.states[name]
        if state.phase is Phase.SCHEDULED:
            plan = replace(state.planned, **changes)
            added = [code for code in plan.endpoints if code not in state.planned.endpoints]
            sent = [e.InvitationsSent(tuple(added))] if added else []
            self.happen({name: [e.BriefingEdited(plan), *sent]})

    def cancel(self, names: Sequence[BriefingId]) -> None:
        left = [self.states[name] for name in names if self.states[name].phase is Phase.SCHEDULED]
        self.happen({one.id: [e.BriefingCancelled("bão", rules.told_together(one, left))] for one in left})

    @property
    def dates(self) -> list[tuple[datetime, str]]:
        """When the site is expected, and to what."""
        going = [one.planned for one in self.states.values() if one.phase is Phase.SCHEDULED]
        return sorted((plan.starts_at, plan.title) for plan in going if SITE in plan.endpoints)


def published(rule: str, *, dropped: int = 9) -> House:
    """A house in which the dates of a rule, but for one, were published together."""
    house, recurrence = House(), begin(read_rule(RULE), FIRST)
    dates = [one for place, one in enumerate(occurrences(recurrence)) if place != dropped]
    names = tuple(BriefingId(f"b{place}") for place in range(len(dates)))
    events: dict[BriefingId, Sequence[e.Event]] = {}
    for name, one in zip(names, dates, strict=True):
        date = e.CalendarDate(PublicationId("p"), one.original.isoformat(), FIRST.isoformat(), rule, ZONE.key)
        plan = e.Plan("Giao ban", one.starts_at, one.starts_at + timedelta(hours=2), RosterName("63"), (SITE, OTHER))
        invited = e.InvitationsSent((SITE, OTHER), names)
        events[name] = [e.BriefingDrafted(plan), e.BriefingScheduled(date), invited]
    house.happen(events)
    return house


class Program:
    """A calendar program: what it has been told last of each event stands (RFC 5546, section 2.1.5)."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], tuple[tuple[int, datetime], str, Any]] = {}

    def read(self, content: bytes) -> None:
        calendar = cast("Any", Calendar.from_ical(content))
        for event in calendar.walk("VEVENT"):
            name = event["RECURRENCE-ID"].to_ical().decode() if "RECURRENCE-ID" in event else ""
            key, order = (str(event["UID"]), name), (int(event["SEQUENCE"]), event["DTSTAMP"].dt)
            if key not in self.known or self.known[key][0] <= order:
                self.known[key] = order, str(calendar["METHOD"]), event

    def shown(self) -> list[tuple[datetime, str]]:
        calendar = Calendar()
        for (uid, name), (_, method, event) in self.known.items():
            _, whole, master = self.known.get((uid, ""), (None, "REQUEST", None))
            if whole == "CANCEL":
                continue
            if method == "CANCEL" and name:
                if master is not None:
                    master.add("EXDATE", event["RECURRENCE-ID"].dt)
            elif method == "REQUEST":
                calendar.add_component(event)
        found = recurring_ical_events.of(calendar).between(WRITTEN, WRITTEN + timedelta(days=3000))
        return sorted((one.start.astimezone(UTC), str(one["SUMMARY"])) for one in found)


def told(letters: Sequence[Letter]) -> list[tuple[datetime, str]]:
    """Return what a program shows that has read the mails."""
    program = Program()
    for one in letters:
        assert one.scheduling
        program.read(one.scheduling.content)
    return program.shown()


def test_one_invitation_tells_of_all_dates_by_their_rule() -> None:
    house = published(RULE, dropped=2)

    [letter] = house.letters

    assert letter.scheduling
    text = letter.scheduling.content.decode().replace("\r\n ", "")
    assert f"RRULE:{RULE}" in text
    assert "EXDATE;TZID=Asia/Ho_Chi_Minh:20270326T080000" in text
    assert letter.subject == "Mời họp 4 kỳ: Giao ban, kỳ đầu 08:00 – 10:00, thứ Sáu, ngày 29/01/2027"
    assert letter.text.count("https://x.vn/join/1") == 4
    assert letter.until == house.states[BriefingId("b3")].planned.ends_at
    assert told(house.letters) == house.dates


def test_dates_of_no_rule_are_told_one_by_one() -> None:
    house = published("")

    assert house.letters[0].scheduling
    assert b"RDATE" in house.letters[0].scheduling.content
    assert told(house.letters) == house.dates


def test_all_dates_are_called_off_by_one_mail_and_only_those_left_where_some_were_held() -> None:
    house = published(RULE)
    house.cancel(list(house.states))
    [_, off] = house.letters
    assert off.scheduling
    assert (off.purpose, b"RECURRENCE-ID" in off.scheduling.content, told(house.letters)) == (
        "cancellations",
        False,
        [],
    )

    held = published(RULE)
    first, *others = held.states
    held.happen({first: [e.BriefingOpened(), e.BriefingStarted(), e.BriefingClosed(e.ClosedBecause.CHAIR)]})
    held.cancel(others)
    [_, off] = held.letters
    assert off.scheduling
    assert off.scheduling.content.count(b"RECURRENCE-ID") == 4
    assert told(held.letters) == [(held.states[first].planned.starts_at, "Giao ban")]


STEPS = st.tuples(
    st.sampled_from(["move", "rename", "longer", "cancel", "drop", "back", "add", "rest"]), st.integers(0, 4)
)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([RULE, ""]), st.lists(STEPS, max_size=8), st.randoms(use_true_random=False))
@example(RULE, [("drop", 1), ("back", 1), ("move", 1), ("rest", 2)], None)
@example(RULE, [("move", 0), ("cancel", 0), ("add", 0), ("rest", 0)], None)
def test_program_shows_the_dates_of_the_house_after_any_history_in_whatever_order_mails_come(
    rule: str, steps: list[tuple[str, int]], chance: Any
) -> None:
    house = published(rule)
    for number, (step, place) in enumerate(steps):
        happen(house, step, BriefingId(f"b{place}"), number)

    letters = list(house.letters)
    if chance:
        chance.shuffle(letters)
    assert told(letters) == house.dates


def happen(house: House, step: str, name: BriefingId, number: int) -> None:
    """Let one thing happen to a date."""
    plan = house.states[name].planned
    later = timedelta(days=1 + number, hours=number)
    match step:
        case "move":
            house.edit(name, starts_at=plan.starts_at + later, ends_at=plan.ends_at + later)
        case "rename":
            house.edit(name, title=f"Giao ban {number}")
        case "longer":
            house.edit(name, ends_at=plan.ends_at + timedelta(minutes=30))
        case "cancel":
            house.cancel([name])
        case "rest":
            house.cancel([one for one in house.states if one >= name])
        case "drop":
            house.edit(name, endpoints=(OTHER,))
        case "back":
            house.edit(name, endpoints=(SITE, OTHER))
        case _:
            year = timedelta(days=400)
            times = {"starts_at": plan.starts_at + year, "ends_at": plan.ends_at + year}
            own = replace(plan, **times, endpoints=(SITE, OTHER))  # type: ignore[arg-type]
            events: list[e.Event] = [e.BriefingDrafted(own), e.BriefingScheduled(), e.InvitationsSent((SITE, OTHER))]
            house.happen({BriefingId(f"own{number}"): events})


def test_feed_names_the_dates_as_the_invitation_does() -> None:
    house = published(RULE, dropped=2)
    house.edit(BriefingId("b1"), starts_at=house.states[BriefingId("b1")].planned.starts_at + timedelta(hours=1))
    meetings = [(meeting, "") for one in house.states.values() if (meeting := meeting_of(one))]

    listed = Calendar.from_ical(feed(meetings, name="38", zone=ZoneInfo("UTC")))

    both = cast("Any", Calendar.from_ical(house.letters[0].scheduling.content if house.letters[0].scheduling else b""))
    names = {(str(one["UID"]), str(one.get("RECURRENCE-ID", ""))) for one in both.walk("VEVENT")}
    assert {(str(one["UID"]), str(one.get("RECURRENCE-ID", ""))) for one in cast("Any", listed).walk("VEVENT")} == names
    found = recurring_ical_events.of(listed).between(WRITTEN, WRITTEN + timedelta(days=3000))
    assert sorted((one.start.astimezone(UTC), str(one["SUMMARY"])) for one in found) == house.dates
