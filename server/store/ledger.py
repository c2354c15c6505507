"""The journals as the rooms see them: append in one transaction, load in order; and the chairs' signs of life."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from server.core.ids import Actor, BriefingId
from server.core.journal import Entry
from server.core.state import Briefing
from server.store import journal, leases
from server.store.database import Database
from server.store.errors import StaleHead, StorageUnavailable


class StoredLedger:
    """The journals in a database."""

    def __init__(self, database: Database, stored: Callable[[Sequence[Entry]], None] = lambda _entries: None) -> None:
        self._database = database
        self._stored = stored  # told of entries that stand

    async def append(self, entries: Sequence[Entry], *, before: Briefing, after: Briefing) -> bool:
        """Store entries and their read rows in one transaction; False when another writer was first.

        Raises StorageUnavailable.
        """
        try:
            async with self._database.begin() as session:
                await journal.append(session, entries, before=before, after=after)
        except StaleHead:
            return False
        self._stored(entries)
        return True

    async def load(self, briefing: BriefingId, *, after: int = 0) -> Sequence[Entry]:
        """Return the entries after a seq, in order. Raises StorageUnavailable."""
        async with self._database.read() as session:
            return await journal.load(session, briefing, after=after)

    async def hear(self, briefing: BriefingId, actor: Actor, at: datetime) -> None:
        """Let every process know that the acting chair's page was heard of. Raises StorageUnavailable."""
        with suppress(IntegrityError):  # another process wrote the same at the same time
            async with self._database.begin() as session:
                await leases.note(session, briefing, actor, at)

    async def heard(self, briefing: BriefingId, actor: Actor) -> datetime | None:
        """Return when a process last heard of somebody's page; None: never, or nobody knows."""
        try:
            async with self._database.read() as session:
                return await leases.heard(session, briefing, actor)
        except StorageUnavailable:
            return None
