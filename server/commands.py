"""What the command line does besides serving: migrations, accounts, tokens, and the proof of the journals."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from server.app import database_url, utc_now
from server.core import journal as chain
from server.core.ids import BriefingId
from server.core.people import Role
from server.live.rooms import NoSuchBriefing
from server.settings import Settings
from server.store import briefings, journal, people
from server.store.database import Database
from server.web import tokens, users

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
