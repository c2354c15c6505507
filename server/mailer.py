"""The mailer: reads each journal on, and puts the mails that its entries mean into the outbox.

Rows and cursor are written in one transaction, so a mail is written once however many nodes read, and none is missed
by a node that was down. What an entry means is decided in `schedules.correspondence`.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from endpoints.rosters import Rosters
from schedules.correspondence import WRITERS
from schedules.invitations import OVERTAKING, PURPOSES
from schedules.letters import Attachment, Office, compose
from schedules.occasion import Companion, Letter, Links, MailKey, Occasion, read_key
from server.core.events import BriefingCancelled, InvitationsSent
from server.core.ids import BriefingId, EndpointCode
from server.core.journal import Entry
from server.core.mail import Cover, Mail
from server.core.plan import STATE_SECRETS
from server.core.state import ENDED, Briefing, fold
from server.records.documents import invitation
from server.records.documents.archive import pressed
from server.records.documents.profile import Profile
from server.records.label import Format
from server.store import contacts, journal, mail_cursors, outbox
from server.store import series as stored_series
from server.store.database import Database
from server.store.errors import StaleCursor, StorageUnavailable
from server.store.mail_cursors import Behind
from server.web import join_links
from server.web.plans import names_of
from server.web.record import MEDIA_TYPES

log = structlog.get_logger()

LOOK_EVERY: Final = 5.0
"""Seconds between looks at what other nodes have stored; what this one stores is looked at at once."""

MOST: Final = 100
"""Journals that are looked for at once."""

AGAIN_AFTER: Final = timedelta(minutes=5)
"""When a journal is tried again that could not be read: its trouble is in it, and others wait."""

OVERTAKEN: Final = "a later mail says how it stands"
"""What the outbox says of a mail that is not sent any more."""

WITH_LETTER: Final = frozenset({"invitation", "change"})
"""The mails that a formal letter goes with, where the house wants that."""

KINDS: Final = frozenset(kind.__name__ for kind in WRITERS)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, on whose clock, and under which address of the service."""

    office: Office
    zone: ZoneInfo
    url: str  # without a final slash
    secret: bytes  # that join links are derived from
    rosters: Rosters  # what sites are called
    profile: Profile | None = None  # of the formal letter that goes with invitations; None: none does


class Mailer:
    """Writes what is to be told; give `run` to a supervised task."""

    def __init__(
        self, database: Database, sender: Sender, now: Callable[[], datetime], written: Callable[[], None]
    ) -> None:
        self._database = database
        self._sender = sender
        self._now = now
        self._written = written  # told that there is something to send
        self._news = asyncio.Event()
        self._unreadable: dict[BriefingId, datetime] = {}  # until when each is left alone

    async def run(self) -> None:
        """Read journals on, again and again."""
        while True:
            await self.catch_up()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._news.wait()
            self._news.clear()

    def look(self, entries: Sequence[Entry]) -> None:
        """Look at once, where entries that were stored may mean mails."""
        if any(type(entry.event) in WRITERS for entry in entries):
            self._news.set()

    async def catch_up(self) -> None:
        """Read all journals on that have grown; an unreadable one holds up no other. Raises StorageUnavailable."""
        last: BriefingId | None = None
        while True:
            async with self._database.read() as session:
                found = await mail_cursors.behind(session, after=last, limit=MOST)
            for one in found:
                await self._try_to_read_on(one)
            if len(found) < MOST:
                return
            last = found[-1].briefing

    async def _try_to_read_on(self, one: Behind) -> None:
        """Read a journal on unless it could not be read a moment ago. Raises StorageUnavailable."""
        if self._unreadable.get(one.briefing, self._now()) > self._now():
            return
        try:
            await self._read_on(one)
        except StaleCursor:
            log.info("mail_written_elsewhere", briefing=one.briefing)
        except StorageUnavailable:
            raise
        except Exception:
            log.exception("mail_not_written", briefing=one.briefing)
            self._unreadable[one.briefing] = self._now() + AGAIN_AFTER
        else:
            self._unreadable.pop(one.briefing, None)

    async def _read_on(self, one: Behind) -> None:
        """Write the mails that the new entries of one journal mean, once. Raises StaleCursor, StorageUnavailable."""
        async with self._database.read() as session:
            kinds = await journal.kinds(session, one.briefing, after=one.seq or 0)
            entries = await journal.load(session, one.briefing) if kinds & KINDS else []
        head, mails = (entries[-1].seq if entries else one.head), list[tuple[Mail, Cover]]()
        if entries:
            one, occasions = await self._prepared(one, list(_occasions(entries, one.seq or 0)))
            mails = await asyncio.to_thread(self._composed, occasions)
        now = self._now()
        async with self._database.begin() as session:
            await mail_cursors.move(session, one, to=head)
            count = await outbox.put_all(session, mails, now=now)
            await _overtake(session, one.briefing, mails, now)
            await _overtake_all(session, one.briefing, entries, now)
        if count:
            log.info("mail_written", briefing=one.briefing, count=count)
            self._written()

    async def _prepared(
        self, one: Behind, steps: Sequence[tuple[Entry, Briefing, Briefing]]
    ) -> tuple[Behind, list[Occasion]]:
        """Find whom each entry concerns, and make the links that invited sites lack.

        The cursor is held meanwhile, so that two nodes make no links twice: the later would revoke the earlier.
        """
        last = steps[-1][2]
        company = await self._company(last) if any(_tells_of_several(entry, last.id) for entry, *_ in steps) else ()
        told = [state for _, *states in steps for state in states] + [each.briefing for each in company]
        concerned = {code for state in told for code in _endpoints(state)}
        async with self._database.begin() as session:
            await mail_cursors.move(session, one, to=one.seq or 0)
            found = await contacts.of(session, last.planned.roster, sorted(concerned))
            links = await self._links_of(session, last)
        company = [Companion(last, links) if each.briefing.id == last.id else each for each in company]
        names = names_of(self._sender.rosters, *(state.plan for state in told if state.plan))
        office, zone, now = self._sender.office, self._sender.zone, self._now()
        occasions = [
            Occasion(entry, before, after, office, zone, now, found, links, names, company)
            for entry, before, after in steps
        ]
        return replace(one, seq=one.seq or 0), occasions

    async def _company(self, own: Briefing) -> list[Companion]:
        """Return all dates that were published together, as they are now; the sites of the others have links then.

        The cursor of each is held while its links are made, as that of the journal which is read is.
        """
        date = own.invitations.date
        if date is None:
            return []
        async with self._database.read() as session:
            members = await stored_series.published(session, date.publication)
            states = [fold(Briefing(each.id), await journal.load(session, each.id)) for each in members]
        company = []
        for state in states:
            if state.id == own.id:
                company.append(Companion(own))
                continue
            async with self._database.begin() as session:
                await mail_cursors.hold(session, state.id)
                company.append(Companion(state, await self._links_of(session, state)))
        return company

    async def _links_of(self, session: AsyncSession, state: Briefing) -> dict[EndpointCode, Links]:
        """Return the addresses of a briefing's sites; those that are invited and lack any get some."""
        working = await join_links.working(session, self._sender.secret, state.id)
        lacking = [code for code in _invited(state) if code not in working]
        made = await join_links.renew(session, self._sender.secret, state.id, lacking, now=self._now())
        return {code: self._links(link.secret) for code, link in {**working, **made}.items()}

    def _links(self, secret: str) -> Links:
        return Links(f"{self._sender.url}/join/{secret}", f"{self._sender.url}/reply/{secret}")

    def _composed(self, occasions: Iterable[Occasion]) -> list[tuple[Mail, Cover]]:
        return [mail for occasion in occasions for mail in self._told(occasion)]

    def _told(self, occasion: Occasion) -> Iterator[tuple[Mail, Cover]]:
        """Write the mails of one entry; the formal letter of a site once for all its liaisons."""
        formal = cache(partial(self._formal, occasion))
        for letter in WRITERS[type(occasion.entry.event)](occasion, occasion.entry.event):
            yield self._mail(occasion, letter, formal(letter.contact.endpoint, letter.purpose))

    def _formal(self, occasion: Occasion, endpoint: EndpointCode, purpose: str) -> Attachment | None:
        """Write the formal letter that goes with a mail; none about what may not be in a mail."""
        briefing, profile = occasion.after, self._sender.profile
        secret = briefing.planned.classification in STATE_SECRETS
        if profile is None or purpose not in WITH_LETTER or secret or endpoint not in briefing.planned.endpoints:
            return None
        site, now = occasion.name_of(endpoint), occasion.entry.at
        content = pressed(invitation.letter(briefing, endpoint, site, profile, zone=occasion.zone, now=now))
        return Attachment(f"giay-moi-{endpoint}.docx", MEDIA_TYPES[Format.DOCX], content)

    def _mail(self, occasion: Occasion, letter: Letter, attachment: Attachment | None) -> tuple[Mail, Cover]:
        """Make a mail of a letter, of which nobody has to hear when the briefing is over."""
        contact, briefing = letter.contact, occasion.after
        mail = compose(
            self._sender.office,
            contact.email,
            mail_id=outbox.new_id(),
            subject=letter.subject,
            text=letter.text,
            now=occasion.now,
            scheduling=letter.scheduling,
            attachment=attachment,
        )
        key = MailKey(letter.purpose, briefing.id, occasion.entry.seq, contact.endpoint, contact.email)
        return mail, Cover(str(key), letter.subject, briefing.id, letter.until or briefing.planned.ends_at)


async def _overtake(
    session: AsyncSession, briefing: BriefingId, mails: Sequence[tuple[Mail, Cover]], now: datetime
) -> None:
    """Put aside what waits and is no more how it stands: retried later, it would be the last that somebody reads."""
    newest: dict[EndpointCode, int] = {}
    for key in _invitational(cover.key for _, cover in mails):
        if key.purpose in OVERTAKING:
            newest[key.endpoint] = max(key.seq, newest.get(key.endpoint, 0))
    if newest:
        waiting = _invitational(await outbox.waiting_of(session, briefing))
        old = [str(key) for key in waiting if key.seq < newest.get(key.endpoint, 0)]
        await outbox.put_aside(session, old, OVERTAKEN, now)


async def _overtake_all(session: AsyncSession, briefing: BriefingId, entries: Sequence[Entry], now: datetime) -> None:
    """Put aside what waits of a briefing that was cancelled with others: one mail says so, of another journal maybe."""
    called_off = [entry.seq for entry in entries if isinstance(entry.event, BriefingCancelled) and entry.event.together]
    if called_off:
        waiting = _invitational(await outbox.waiting_of(session, briefing))
        await outbox.put_aside(session, [str(key) for key in waiting if key.seq < called_off[-1]], OVERTAKEN, now)


def _tells_of_several(entry: Entry, briefing: BriefingId) -> bool:
    """Whether an entry means a mail about several dates, and not that of another journal."""
    event = entry.event
    return isinstance(event, InvitationsSent | BriefingCancelled) and event.together[:1] == (briefing,)


def _invitational(keys: Iterable[str]) -> Iterator[MailKey]:
    """Read those keys that belong to mails of invitations."""
    return (key for text in keys if (key := read_key(text)) and key.purpose in OVERTAKING | PURPOSES)


def _occasions(entries: Sequence[Entry], after: int) -> Iterator[tuple[Entry, Briefing, Briefing]]:
    """Return the entries after a seq that are told, with the briefing before and after each."""
    state = Briefing(entries[0].briefing)
    for entry in entries:
        before, state = state, fold(state, [entry])
        if entry.seq > after and type(entry.event) in WRITERS:
            yield entry, before, state


def _endpoints(briefing: Briefing) -> tuple[EndpointCode, ...]:
    return briefing.plan.endpoints if briefing.plan else ()


def _invited(briefing: Briefing) -> list[EndpointCode]:
    """Return the sites that must be able to come and to answer: none where the briefing is over."""
    invitations = briefing.invitations
    if briefing.phase in ENDED:
        return []
    return [code for code in briefing.planned.endpoints if invitations.of(code).sent_at]
