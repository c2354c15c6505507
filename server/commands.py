"""What the command line does besides serving: migrations, accounts, tokens, and the proof of the journals."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from endpoints.rosters import Rosters
from server.app import database_url, house_of, utc_now
from server.core import journal as chain
from server.core.errors import Invalid
from server.core.ids import BriefingId
from server.core.journal import Head, Row
from server.core.people import Role
from server.live.rooms import NoSuchBriefing
from server.records.checking import Check, Outcome, check, labels_of
from server.records.files import House
from server.settings import Settings
from server.store import briefings, journal, people
from server.store.database import Database
from server.web import own_rosters, tokens, users
from server.web.verification import checked


class NotAnExport(Invalid):
    """The file does not say which briefing it is of; name the briefing before --file."""

    code = "not_an_export"


PAGE = 200
"""Briefings looked up at a time."""


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Open the configured database, migrated, for one command."""
    database = await Database.open(database_url(settings))
    try:
        yield database
    finally:
        await database.close()


async def migrate(settings: Settings) -> int:
    """Bring the database to the present schema."""
    async with opened(settings):
        print("The database is up to date.")
    return 0


async def add_user(settings: Settings, name: str, display_name: str, role: Role, password: str) -> int:
    """Add an account. Raises NameTaken, WeakPassword."""
    async with opened(settings) as database:
        user = await users.create_user(
            database, name=name, display_name=display_name or name, role=role, password=password
        )
    print(f"{user.name} ({user.role}) may sign in now.")
    return 0


async def list_users(settings: Settings) -> int:
    """Print the accounts."""
    async with opened(settings) as database, database.read() as session:
        for user in await people.users(session):
            state = "disabled" if user.disabled_at else "active"
            print(f"{user.name}\t{user.role}\t{state}\t{user.display_name}")
    return 0


async def add_token(settings: Settings, label: str, role: Role, *, briefing: str | None, days: float) -> int:
    """Make a token and print it, once."""
    async with opened(settings) as database:
        secret = await tokens.create_token(
            database,
            role=role,
            label=label,
            briefing=None if briefing is None else BriefingId(briefing),
            expires_at=utc_now() + timedelta(days=days),
        )
    print(secret)
    return 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What the proof of one journal showed."""

    briefing: str
    title: str
    entries: int
    head: str
    flaw: chain.Flaw | None

    @property
    def sound(self) -> bool:
        """Whether the journal is as it was written."""
        return self.flaw is None

    def line(self) -> str:
        """Say it in one line."""
        if self.flaw is None:
            return f"{self.briefing}: sound, {self.entries} entries, head {self.head}  ({self.title})"
        return f"{self.briefing}: NOT SOUND at entry {self.flaw.seq}: {self.flaw.problem}  ({self.title})"

    def document(self) -> dict[str, Any]:
        """Write it as JSON can hold it."""
        flaw = None if self.flaw is None else {"seq": self.flaw.seq, "problem": self.flaw.problem}
        return {
            "briefing": self.briefing,
            "sound": self.sound,
            "entries": self.entries,
            "head": self.head,
            "flaw": flaw,
        }


async def verify(settings: Settings, briefing: str | None) -> list[Finding]:
    """Check one briefing's journal, or every one. Raises NoSuchBriefing."""
    async with opened(settings) as database:
        if briefing is not None:
            return [await _verified(database, BriefingId(briefing))]
        return [await _verified(database, one) for one in await _all(database)]


@dataclass(frozen=True, slots=True)
class FileFinding:
    """What the proof of one file showed."""

    file: str
    briefing: str
    check: Check

    @property
    def sound(self) -> bool:
        """Whether the file is byte for byte what its journal gives."""
        return self.check.verdict.outcome is Outcome.GENUINE

    def line(self) -> str:
        """Say it in a line, and each difference in a further one."""
        verdict, flaw = self.check.verdict, self.check.flaw
        head = "" if verdict.label is None else f", journal {self.briefing} up to entry {verdict.label.head.seq}"
        broken = "" if flaw is None else f"; the journal is NOT SOUND at entry {flaw.seq}: {flaw.problem}"
        outcome = "genuine" if self.sound else f"NOT GENUINE ({verdict.outcome})"
        places = (
            f"\n  {' '.join(filter(None, (one.part, one.place)))}: expected {one.expected!r}, found {one.found!r}"
            for one in verdict.differences
        )
        return f"{self.file}: {outcome}{head}{broken}{''.join(places)}"

    def document(self) -> dict[str, Any]:
        """Write it as JSON can hold it."""
        return {"path": self.file, **checked(self.check)}


async def verify_files(settings: Settings, briefing: str | None, paths: Sequence[Path]) -> list[FileFinding]:
    """Check files against their journals: the briefing's, or the ones they name. Raises NoSuchBriefing, OSError."""
    rosters = Rosters()
    house = house_of(settings, rosters.called)
    async with opened(settings) as database:
        await own_rosters.look(database, rosters)
        return [await _checked(database, house, briefing, path) for path in paths]


async def _checked(database: Database, house: House, briefing: str | None, path: Path) -> FileFinding:
    """Compare a file with the journal of the briefing, or of those it names: words in it may name others."""
    content = await asyncio.to_thread(path.read_bytes)
    named = [briefing] if briefing else [label.briefing for label in await asyncio.to_thread(labels_of, content)]
    if not named:
        raise NotAnExport(str(path))
    found = [
        FileFinding(str(path), known, await asyncio.to_thread(check, content, rows, head, house))
        for known in dict.fromkeys(named)
        for rows, head in await _journals(database, BriefingId(known))
    ]
    if not found:
        raise NoSuchBriefing(named[0])
    return min(found, key=lambda one: _LIKELY.get(one.check.verdict.outcome, len(_LIKELY)))


_LIKELY = {Outcome.GENUINE: 0, Outcome.ALTERED: 1}
"""Which of several findings about one file is the one to tell."""


async def _journals(database: Database, briefing: BriefingId) -> list[tuple[list[Row], Head]]:
    """Read a journal and where it is known to end; none of a briefing that is not known."""
    async with database.read() as session:
        head = await journal.head(session, briefing)
        return [] if head is None else [(await journal.rows(session, briefing), head)]


async def _all(database: Database) -> list[BriefingId]:
    found: list[BriefingId] = []
    async with database.read() as session:
        while page := await briefings.summaries(session, limit=PAGE, offset=len(found)):
            found += [one.id for one in page]
    return found


async def _verified(database: Database, briefing: BriefingId) -> Finding:
    async with database.read() as session:
        summary = await briefings.summary(session, briefing)
        if summary is None:
            raise NoSuchBriefing(briefing)
        rows = await journal.rows(session, briefing)
        head = await journal.head(session, briefing)
    flaw = chain.verify(rows, head=head)
    return Finding(briefing, summary.title, len(rows), rows[-1].hash if rows else chain.GENESIS, flaw)
