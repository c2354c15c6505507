"""Reminders as mails: which are due is read from the rows, and what they say is put into the outbox."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from schedules import reminder_letters
from schedules.due import ANNOUNCED
from schedules.letters import compose
from schedules.reminder_letters import Reader
from schedules.reminders import Circle, Reminder, circle, last_moment, reminders
from schedules.working_days import WorkCalendar
from server.core.briefing import WrongPhase
from server.core.contacts import Contact, address_key
from server.core.events import Addressee, BriefingDrafted, BriefingEdited, Plan, ReminderRule
from server.core.ids import HUB, BriefingId, EndpointCode
from server.core.journal import Entry
from server.core.mail import Cover, Mail
from server.core.people import User
from server.core.reminders import rule_of
from server.core.summary import BriefingSummary
from server.live.rooms import NoSuchBriefing
from server.mailer import Sender
from server.store import briefings, contacts, journal, outbox, people
from server.store import reminders as stored
from server.store.database import Database
from server.store.errors import StorageUnavailable
from server.store.reminders import Round
from server.web import join_links
from server.web.plans import names_of

log = structlog.get_logger()

BATCH: Final = 100
"""Mails in one transaction: SQLite has one writer, and meetings write too."""

PREFIX: Final = "reminder:"
"""How the keys of these mails begin."""


@dataclass(frozen=True, slots=True)
class _Matter:
    """One reminder with all that its mails say."""

    briefing: BriefingId
    plan: Plan
    rule: ReminderRule
    circle: Circle
    names: Mapping[EndpointCode, str]
    links: Mapping[EndpointCode, str]
    organizer: User | None

    @property
    def unreached(self) -> list[str]:
        """The names of the sites where nobody gets it."""
        return [self.names.get(code, code) for code in self.circle.unreached]


class Reminding:
    """The reminders of a service that has a mail address. Everything here may be done twice."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        calendar: WorkCalendar,
        now: Callable[[], datetime],
        written: Callable[[], None],
    ) -> None:
        self._database = database
        self._sender = sender
        self._calendar = calendar
        self._now = now
        self._written = written

    async def of(self, summaries: Sequence[BriefingSummary]) -> dict[BriefingId, tuple[Reminder, ...]]:
        """Return what is still to be sent in each of these briefings; in three queries."""
        announced = [one for one in summaries if one.phase in ANNOUNCED]
        ids = [one.id for one in announced]
        async with self._database.read() as session:
            house, own = await stored.of_house(session), await stored.own(session, ids)
            rounds = await stored.rounds(session, ids)
        done = defaultdict[tuple[BriefingId, datetime], set[str]](set)
        for one in rounds:
            done[one.briefing, one.starts_at].add(one.rule)
        return {
            one.id: reminders(
                own.get(one.id, house),
                one.starts_at,
                done=done[one.id, one.starts_at],
                zone=self._sender.zone,
                calendar=self._calendar,
            )
            for one in announced
        }

    async def send(self, briefing: BriefingId, rule: str) -> int:
        """Write the mails of one reminder to all who have not had it; return how many there were.

        Raises NoSuchBriefing, NoSuchReminder, and WrongPhase for what is not announced, or has begun.
        """
        async with self._database.read() as session:
            matter = await self._read(session, briefing, rule)
        now, readers, count = self._now(), list(self._readers(matter)), 0
        for first in range(0, len(readers), BATCH):
            count += await self._write(matter, readers[first : first + BATCH], now)
        self._written()
        log.info("reminder_written", briefing=briefing, rule=rule, mails=count, unreached=len(matter.circle.unreached))
        return count

    async def send_due(self, briefing: BriefingId, rule: str) -> None:
        """Send a reminder because its time has come, once before each start."""
        async with self._database.read() as session:
            summary = await briefings.summary(session, briefing)
        await self.send(briefing, rule)
        if summary is not None:
            async with self._database.begin() as session:
                await stored.finish(session, Round(briefing, rule, summary.starts_at, self._now()))

    async def withdraw(self, briefing: BriefingId, *, moved: bool) -> None:
        """Take back what has not left yet; of a briefing that has `moved`, forget what was sent, too. Raises nothing.

        What is not taken back for want of a database is not sent late either: each mail knows until when it may be.
        """
        try:
            async with self._database.begin() as session:
                count = await outbox.withdraw(session, briefing, PREFIX)
                if moved:
                    await stored.forget_rounds(session, briefing)
        except StorageUnavailable:
            log.exception("reminders_not_withdrawn", briefing=briefing)
        else:
            log.info("reminders_withdrawn", briefing=briefing, mails=count)

    async def _read(self, session: AsyncSession, briefing: BriefingId, key: str) -> _Matter:
        summary = await briefings.summary(session, briefing)
        if summary is None:
            raise NoSuchBriefing(briefing)
        if summary.phase not in ANNOUNCED:
            raise WrongPhase(f"nobody is reminded of a briefing that is {summary.phase}")
        own, house = await stored.own(session, [briefing]), await stored.of_house(session)
        rule = rule_of(own.get(briefing, house), key)
        planning = await journal.load_planning(session, [briefing])
        plan = plan_in(planning)
        found = await contacts.of(session, plan.roster, [*plan.endpoints, HUB])
        links = await join_links.working(session, self._sender.secret, briefing)
        urls = {endpoint: f"{self._sender.url}/join/{link.secret}" for endpoint, link in links.items()}
        organizer = await organizer_of(session, planning)
        names = names_of(self._sender.rosters, plan)
        return _Matter(briefing, plan, rule, circle(rule, plan.endpoints, found), names, urls, organizer)

    async def _write(self, matter: _Matter, readers: Sequence[tuple[str, Reader]], now: datetime) -> int:
        """Write to those for whom there is no such mail, unless the briefing has moved since its plan was read."""
        async with self._database.read() as session:
            known = await outbox.known_keys(session, [key for key, _ in readers])
        lacking = [(key, reader) for key, reader in readers if key not in known]
        mails = await asyncio.to_thread(lambda: [self._mail(matter, key, reader, now) for key, reader in lacking])
        async with self._database.begin() as session:
            present = await stored.claim(session, matter.briefing)
            if present is None or present[0] not in ANNOUNCED or present[1] != matter.plan.starts_at:
                return 0
            return await outbox.put_all(session, mails, now=now)

    def _mail(self, matter: _Matter, key: str, reader: Reader, now: datetime) -> tuple[Mail, Cover]:
        plan, office, zone = matter.plan, self._sender.office, self._sender.zone
        subject = reminder_letters.subject(plan, reader.language, now=now, zone=zone)
        unreached = matter.unreached if Addressee.ORGANIZER in reader.addressees else ()
        mail = compose(
            office,
            reader.address,
            mail_id=outbox.new_id(),
            subject=subject,
            text=reminder_letters.text(plan, reader, office=office, now=now, zone=zone, unreached=unreached),
            now=now,
            topic=reminder_letters.TOPIC,
        )
        return mail, Cover(key, subject, matter.briefing, last_moment(now, plan.starts_at))

    def _readers(self, matter: _Matter) -> Iterator[tuple[str, Reader]]:
        """Yield everybody who gets a reminder, with the key of their mail."""
        page = f"{self._sender.url}/briefings/{matter.briefing}"
        for contact in matter.circle.contacts:
            link = page if contact.endpoint == HUB else matter.links.get(contact.endpoint, "")
            site = "" if contact.endpoint == HUB else matter.names.get(contact.endpoint, contact.endpoint)
            yield key_of(matter, contact.endpoint, contact.email), _reader(contact, matter.rule, site, link)
        if Addressee.ORGANIZER in matter.rule.addressees:
            organizer, office = matter.organizer, self._sender.office
            name, address = (organizer.display_name, organizer.email) if organizer else (office.name, office.address)
            reader = Reader(name, address, frozenset({Addressee.ORGANIZER}), link=page)
            yield key_of(matter, Addressee.ORGANIZER, address), reader


def key_of(matter: _Matter, place: str, address: str) -> str:
    """Return what a reminder's mail is about and to whom: there is one of each key."""
    start = f"{matter.plan.starts_at:%Y%m%dT%H%M%SZ}"
    return f"{PREFIX}{matter.briefing}:{matter.rule.key}:{start}:{place}:{address_key(address)}"


def plan_in(entries: Collection[Entry]) -> Plan:
    """Return the plan as it now stands in the entries that planned a briefing."""
    plans = [entry.event.plan for entry in entries if isinstance(entry.event, BriefingDrafted | BriefingEdited)]
    return plans[-1]


async def organizer_of(session: AsyncSession, entries: Sequence[Entry]) -> User | None:
    """Return who wrote a briefing down, when that is a person with an account and a mail address."""
    kind, _, name = entries[0].actor.partition(":")
    found = await people.user_by_name(session, name) if kind == "user" else None
    return found[0] if found and found[0].email and found[0].disabled_at is None else None


def _reader(contact: Contact, rule: ReminderRule, site: str, link: str) -> Reader:
    roles = {role.value for role in contact.roles}
    parts = frozenset(one for one in rule.addressees if one.value in roles)
    return Reader(contact.name, contact.email, parts, contact.language, contact.position, site, link)
