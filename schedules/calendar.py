"""Briefings as iCalendar (RFC 5545): invitations and what calls them off (iTIP, RFC 5546), a site's calendar, a series.

Everything comes from the journal, so the same entries give the same bytes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import chain
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vRecur

from schedules.letters import Office
from schedules.recurrence import Recurrence, instant, occurrences
from schedules.rule import read_rule, write_rule
from server.core.events import AgendaItem, CalendarDate, Classification, Plan
from server.core.ids import BriefingId
from server.core.plan import STATE_SECRETS
from server.core.series import plan_at, template
from server.core.state import Briefing, Phase

PRODUCT: Final = "-//Giao Ban//Giao Ban//VI"
ALARMS: Final = (timedelta(days=1), timedelta(minutes=15))
"""How long before the start calendars remind people."""

READ_AGAIN: Final = timedelta(hours=1)
"""How often programs should read a site's calendar."""

QUIET_TITLE: Final = "Hội nghị giao ban trực tuyến"
"""What a state secret is called: nothing of what it is about leaves the service."""

UID_PREFIX: Final = "giaoban-"

CLASSES: Final = {Classification.NONE: "PUBLIC", Classification.INTERNAL: "PRIVATE"}
"""RFC 5545, section 3.8.1.3; all else is CONFIDENTIAL."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A published briefing as calendars know it.

    `sequence` rises with what those who are invited must be told, and when the meeting is taken off: RFC 5546, section
    2.1.4. Another agenda raises nothing; `changed_at` tells the later version.
    """

    id: BriefingId
    plan: Plan
    sequence: int
    changed_at: datetime
    cancelled: bool = False
    date: CalendarDate | None = None  # of dates that were published together; None: it has a UID of its own

    @property
    def uid(self) -> str:
        """The same for as long as the briefing is; no host is in it (RFC 7986, section 5.3)."""
        return UID_PREFIX + (self.date.publication if self.date else self.id)


@dataclass(frozen=True, slots=True)
class Guest:
    """A site that is invited."""

    name: str
    address: str  # of its mail
    link: str = ""  # that lets it in


def meeting_of(briefing: Briefing) -> Meeting | None:
    """Return what calendars know of a briefing; None of a draft."""
    known = briefing.invitations
    if known.changed_at is None:
        return None
    cancelled = briefing.phase is Phase.CANCELLED
    return Meeting(briefing.id, briefing.planned, known.sequence, known.changed_at, cancelled, known.date)


def request(meeting: Meeting, guest: Guest, *, office: Office, zone: ZoneInfo) -> bytes:
    """Return the invitation of one site, or its update: METHOD:REQUEST (RFC 5546, section 3.2.2)."""
    event = _asked(meeting, guest, office, zone)
    return _written(_calendar("REQUEST", [event], _zones_of([meeting], zone)))


def request_all(asked: Sequence[tuple[Meeting, str]], guest: Guest, *, office: Office, zone: ZoneInfo) -> bytes:
    """Return the invitation of one site to dates that were published together, each with the link that lets it in.

    Their UID recurs by its rule, EXDATE for what the site is not invited to; by RDATE, where they are no rule's. Each
    date is an event with RECURRENCE-ID beside it, for each has a link of its own.
    """
    meetings = [meeting for meeting, _ in asked]
    events = [_asked(meeting, replace(guest, link=link), office, zone) for meeting, link in asked]
    if len(asked) > 1:
        whole = _whole(meetings, "CONFIRMED")
        _address(whole, office, guest)
        events.insert(0, whole)
    return _written(_calendar("REQUEST", events, _zones_of(meetings, zone)))


def cancel(meeting: Meeting, guest: Guest, *, office: Office, zone: ZoneInfo) -> bytes:
    """Return what takes a meeting off one site's calendar: METHOD:CANCEL (RFC 5546, section 3.2.5).

    STATUS is there when the meeting itself is cancelled, and not when the site alone is invited no more.
    """
    event = _taken_off(meeting, guest, office, zone)
    return _written(_calendar("CANCEL", [event], _zones_of([meeting], zone)))


def cancel_all(
    meetings: Sequence[Meeting], guest: Guest, *, office: Office, zone: ZoneInfo, nothing_left: bool
) -> bytes:
    """Return what takes several dates that were published together off one site's calendar.

    `nothing_left`: none of them stands or was held, so the UID is called off as a whole (RFC 5546, section 3.2.5).
    """
    if nothing_left:
        whole = _whole(meetings, "CANCELLED", sequence=max(meeting.sequence for meeting in meetings))
        _address(whole, office, guest)
        return _written(_calendar("CANCEL", [whole], _zones_of(meetings, zone)))
    events = [_taken_off(meeting, guest, office, zone) for meeting in meetings]
    return _written(_calendar("CANCEL", events, _zones_of(meetings, zone)))


def feed(meetings: Sequence[tuple[Meeting, str]], *, name: str, zone: ZoneInfo) -> bytes:
    """Return a site's calendar, each meeting with the link that lets the site in.

    It has no METHOD: it is subscribed to, and is no message of iTIP.
    """
    told = [meeting for meeting, _ in meetings]
    events = [*_recurring(told), *(_listed(meeting, link, zone) for meeting, link in meetings)]
    calendar = _calendar("", events, _zones_of(told, zone))
    calendar.add("NAME", _plain(name))  # RFC 7986, section 5.1
    calendar.add("X-WR-CALNAME", _plain(name))
    calendar.add("REFRESH-INTERVAL", READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT1H")  # the same, for programs older than RFC 7986
    return _written(calendar)


@dataclass(frozen=True, slots=True)
class Instance:
    """A date of a series as it is now."""

    original: datetime  # its name: what the series' clock shows where the rule has it, naive
    starts_at: datetime
    ends_at: datetime
    title: str
    cancelled: bool = False


def series(meeting: Meeting, recurrence: Recurrence, instances: Sequence[Instance], *, name: str) -> bytes:
    """Return a series as programs keep one: its rule, and beside it each date that is not as the rule has it.

    `meeting` is its first date. Dropped dates are EXDATE, dates that the rule has no more RDATE (RFC 5545, section
    3.8.5), and what was moved, renamed, made longer or cancelled is an event of its own with RECURRENCE-ID (section
    3.8.4.4).
    """
    zone = ZoneInfo(recurrence.zone)
    whole = _event(meeting, "", zone)
    whole.add("STATUS", "CONFIRMED")
    whole.add("RRULE", vRecur.from_ical(write_rule(recurrence.rule)))
    dates = {one.original: one.starts_at for one in occurrences(replace(recurrence, dropped=(), moved=()))}
    added = [one.original for one in instances if one.original not in dates]
    for field, days in (("EXDATE", recurrence.dropped), ("RDATE", added)):
        if days:
            whole.add(field, [one.replace(tzinfo=zone) for one in days])
    changed = [_instance(meeting, one, zone) for one in instances if _differs(meeting.plan, one, dates)]
    last = max((one.starts_at for one in instances), default=meeting.plan.starts_at)
    years = _described(zone, recurrence.first.year, max(last, *dates.values()).year)
    calendar = _calendar("", [whole, *changed], [years])
    calendar.add("NAME", _plain(name))
    calendar.add("X-WR-CALNAME", _plain(name))
    return _written(calendar)


def _differs(plan: Plan, one: Instance, dates: Mapping[datetime, datetime]) -> bool:
    """Whether a date is not what the series says of it."""
    length = plan.ends_at - plan.starts_at
    as_ruled = (dates.get(one.original, one.starts_at), length, plan.title)
    return one.cancelled or (one.starts_at, one.ends_at - one.starts_at, one.title) != as_ruled


def _instance(meeting: Meeting, one: Instance, zone: ZoneInfo) -> Event:
    plan = replace(meeting.plan, title=one.title, starts_at=one.starts_at, ends_at=one.ends_at)
    event = _event(replace(meeting, plan=plan), "", zone)
    event.add("RECURRENCE-ID", one.original.replace(tzinfo=zone))
    event.add("STATUS", "CANCELLED" if one.cancelled else "CONFIRMED")
    return event


def _recurring(meetings: Iterable[Meeting]) -> Iterator[Event]:
    """Yield what the dates are instances of that were published together, where several of them are listed."""
    groups = defaultdict[str, list[Meeting]](list)
    for meeting in meetings:
        if meeting.date:
            groups[meeting.uid].append(meeting)
    for group in groups.values():
        if len(group) > 1:
            yield _whole(group, "CONFIRMED")


def _whole(meetings: Sequence[Meeting], status: str, *, sequence: int = 0) -> Event:
    """Return the event that these dates of one publication are instances of: by its rule, or one by one."""
    known = [meeting.date for meeting in meetings if meeting.date]
    names = sorted(datetime.fromisoformat(date.original) for date in known)
    ruled = _ruled(known[0])
    recurs = ruled and set(ruled).issuperset(names)
    first, zone = ruled[0] if recurs else names[0], ZoneInfo(known[0].zone)
    plan = plan_at(template(meetings[0].plan), instant(first, zone.key))
    changed_at = max(meeting.changed_at for meeting in meetings)
    event = _event(Meeting(BriefingId(known[0].publication), plan, sequence, changed_at), "", zone)
    event.add("STATUS", status)
    if recurs:
        event.add("RRULE", vRecur.from_ical(known[0].rule))
    others = sorted(set(ruled) - set(names)) if recurs else names[1:]
    if others:
        event.add("EXDATE" if recurs else "RDATE", [one.replace(tzinfo=zone) for one in others])
    return event


def _ruled(date: CalendarDate) -> list[datetime]:
    """Return what the rule of a publication gives, on its clock; nothing where it has none."""
    if not date.rule:
        return []
    rule = Recurrence(read_rule(date.rule), datetime.fromisoformat(date.first), date.zone)
    return [one.original for one in occurrences(rule)]


def _asked(meeting: Meeting, guest: Guest, office: Office, zone: ZoneInfo) -> Event:
    event = _event(meeting, guest.link, zone)
    event.add("STATUS", "CONFIRMED")
    _address(event, office, guest)
    _remind(event, meeting)
    return event


def _taken_off(meeting: Meeting, guest: Guest, office: Office, zone: ZoneInfo) -> Event:
    event = _event(meeting, "", zone)
    if meeting.cancelled:
        event.add("STATUS", "CANCELLED")
    _address(event, office, guest)
    return event


def _listed(meeting: Meeting, link: str, zone: ZoneInfo) -> Event:
    event = _event(meeting, "" if meeting.cancelled else link, zone)
    event.add("STATUS", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    if not meeting.cancelled:
        _remind(event, meeting)
    return event


def _calendar(method: str, events: Iterable[Event], zones: Iterable[Timezone]) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    if method:
        calendar.add("METHOD", method)
    for part in chain(zones, events):
        calendar.add_component(part)
    return calendar


def _written(calendar: Calendar) -> bytes:
    content: bytes = calendar.to_ical()
    return content


def _event(meeting: Meeting, link: str, zone: ZoneInfo) -> Event:
    plan, event, zone = meeting.plan, Event(), _clock_of(meeting, zone)
    event.add("UID", meeting.uid)
    if meeting.date:
        event.add("RECURRENCE-ID", datetime.fromisoformat(meeting.date.original).replace(tzinfo=zone))
    event.add("SEQUENCE", meeting.sequence)
    event.add("DTSTAMP", meeting.changed_at)
    event.add("LAST-MODIFIED", meeting.changed_at)
    event.add("DTSTART", _local(plan.starts_at, zone))
    event.add("DTEND", _local(plan.ends_at, zone))
    event.add("SUMMARY", title_of(plan))
    event.add("CLASS", CLASSES.get(plan.classification, "CONFIDENTIAL"))
    event.add("TRANSP", "OPAQUE")
    event.add("DESCRIPTION", _description(plan, link))
    if plan.place and plan.classification not in STATE_SECRETS:
        event.add("LOCATION", _plain(plan.place))
    if link:
        event.add("URL", link)
    return event


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment on the clock of a zone; in UTC when that clock shows the time for the second time.

    A local time that comes twice means the first (RFC 5545, section 3.3.5).
    """
    local = moment.astimezone(zone)
    return moment if local.fold else local


def _address(event: Event, office: Office, guest: Guest) -> None:
    organizer = vCalAddress(_mailto(office.address))
    organizer.params["CN"] = _plain(office.name)
    if office.sent_by:
        organizer.params["SENT-BY"] = _mailto(office.sent_by)
    attendee = vCalAddress(_mailto(guest.address))
    attendee.params.update(
        {
            "CN": _plain(guest.name),
            "CUTYPE": "GROUP",
            "ROLE": "REQ-PARTICIPANT",
            "PARTSTAT": "NEEDS-ACTION",
            "RSVP": "TRUE",
        }
    )
    event.add("ORGANIZER", organizer)
    event.add("ATTENDEE", attendee)


def _remind(event: Event, meeting: Meeting) -> None:
    for before in ALARMS:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", title_of(meeting.plan))
        alarm.add("TRIGGER", -before)
        event.add_component(alarm)


def title_of(plan: Plan) -> str:
    """Return what a meeting is called outside of the service."""
    return QUIET_TITLE if plan.classification in STATE_SECRETS else _plain(plan.title)


def _description(plan: Plan, link: str) -> str:
    """Return what a site needs to know beforehand; of a state secret, only how to join."""
    told = [] if plan.classification in STATE_SECRETS else [*_about(plan), *_agenda(plan.agenda)]
    return _plain("\n".join([*told, *([f"Đường kết nối của điểm cầu: {link}"] if link else [])]))


def _about(plan: Plan) -> list[str]:
    lead = next((official for official in plan.presiding if official.leads), None)
    said = {
        "Số": plan.number,
        "Chủ trì": ", ".join(filter(None, [lead.name, lead.position])) if lead else "",
        "Trang phục": plan.dress,
        "Lưu ý": plan.notes,
    }
    return [f"{what}: {words}" for what, words in said.items() if words]


def _agenda(items: Sequence[AgendaItem]) -> list[str]:
    lines = [f"{number}. {item.title} ({item.minutes} phút)" for number, item in enumerate(items, start=1)]
    return ["Chương trình:", *lines] if lines else []


def _plain(text: str) -> str:
    """Return a text without the control characters that a calendar cannot hold (RFC 5545, section 3.1)."""
    return "".join(letter for letter in text if letter in "\n\t" or (letter >= " " and letter != "\x7f"))


def _mailto(address: str) -> str:
    """Return a mail address as a URI (RFC 6068, section 2)."""
    return "mailto:" + quote(address, safe="@!$'*+-._~")


def _clock_of(meeting: Meeting, zone: ZoneInfo) -> ZoneInfo:
    """Return on whose clock a meeting is told: dates that were published together stay on that of their series."""
    return ZoneInfo(meeting.date.zone) if meeting.date else zone


def _zones_of(meetings: Iterable[Meeting], zone: ZoneInfo) -> Iterator[Timezone]:
    """Describe the time zones for the years of these meetings."""
    years = defaultdict[ZoneInfo, set[int]](set)
    for meeting in meetings:
        date = meeting.date
        named = {datetime.fromisoformat(text).year for text in (date.original, date.first)} if date else set()
        years[_clock_of(meeting, zone)] |= {meeting.plan.starts_at.year, meeting.plan.ends_at.year, *named}
    for clock, found in years.items():
        yield _described(clock, min(found), max(found))


@cache
def _described(zone: ZoneInfo, first: int, last: int) -> Timezone:
    described = Timezone.from_tzinfo(zone, zone.key, date(first - 1, 1, 1), date(last + 2, 1, 1))
    del described["COMMENT"]  # English, and about the years
    return described
