"""When reminders are due, until when they still make sense, and who gets them: pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from schedules.working_days import NoWorkingDay, WorkCalendar
from server.core.contacts import Contact
from server.core.events import Addressee, LeadUnit, ReminderRule
from server.core.ids import BriefingId, EndpointCode

MOST_LATE: Final = 3
"""A reminder may be late by this part of its time before the start: of an hour 20 minutes, of a day 8 hours."""

FRESH: Final = timedelta(minutes=5)
"""By so much it may always be late."""


class Reminders(Protocol):
    """What sends reminders, as the alarm and the organizer's page see it."""

    async def send(self, briefing: BriefingId, rule: str) -> int:
        """Write the mails of one reminder to all who have not had it; return how many there were."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder of a briefing."""

    rule: str
    at: datetime
    until: datetime  # later than this it is not sent: it would say something else than it should


@dataclass(frozen=True, slots=True)
class Circle:
    """Who gets a reminder, and where nobody does."""

    contacts: tuple[Contact, ...]  # of the sites and of the hub
    unreached: tuple[EndpointCode, ...]  # sites where nobody has the role


def moment_of(rule: ReminderRule, starts_at: datetime, *, zone: ZoneInfo, calendar: WorkCalendar) -> datetime | None:
    """Return when a reminder goes out: days are counted on the office's clock, at the hour of the start.

    None: so many working days are not to be found before it.
    """
    if rule.unit is LeadUnit.MINUTES:
        return starts_at - timedelta(minutes=rule.count)
    local = starts_at.astimezone(zone)
    try:
        before = (
            calendar.before(local.date(), rule.count)
            if rule.unit is LeadUnit.WORKING_DAYS
            else local.date() - timedelta(days=rule.count)
        )
    except NoWorkingDay:
        return None
    return datetime.combine(before, local.timetz()).astimezone(starts_at.tzinfo)


def reminders(
    rules: Iterable[ReminderRule],
    starts_at: datetime,
    *,
    done: Collection[str],
    zone: ZoneInfo,
    calendar: WorkCalendar,
) -> tuple[Reminder, ...]:
    """Return what is to be sent before a start, and was not; `done` names the rules that were."""
    found = (
        (rule.key, moment_of(rule, starts_at, zone=zone, calendar=calendar))
        for rule in rules
        if rule.on and rule.key not in done
    )
    return tuple(Reminder(key, at, last_moment(at, starts_at)) for key, at in found if at is not None)


def last_moment(at: datetime, starts_at: datetime) -> datetime:
    """Return until when what was to be said at that moment may still be said."""
    return at + max((starts_at - at) / MOST_LATE, FRESH)


def circle(rule: ReminderRule, endpoints: Sequence[EndpointCode], contacts: Iterable[Contact]) -> Circle:
    """Return who of these contacts gets a reminder; where it is for the organizer alone, no site is unreached."""
    roles = {one.value for one in rule.addressees if one is not Addressee.ORGANIZER}
    reached = tuple(one for one in contacts if one.email and roles & {role.value for role in one.roles})
    there = {one.endpoint for one in reached}
    return Circle(reached, tuple(code for code in endpoints if code not in there) if roles else ())
