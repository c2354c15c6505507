"""The database: opened once, migrated, and handed out as transactions and read-only sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager

from asyncpg import InterfaceError, PostgresError  # type: ignore[import-untyped]
from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from server.store.engines import url_of, writer_and_reader
from server.store.errors import StorageUnavailable
from server.store.faults import is_fault
from server.store.migrate import migrate


class Database:
    """A migrated database. Use `open`, and `close` it when done."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self._writer = writer
        self._reader = reader

    @classmethod
    async def open(cls, url: str) -> Database:
        """Bring the schema up to date and return the database.

        Raises StorageUnavailable when it cannot be reached, ValueError for a URL of another kind of database.
        """
        parsed = url_of(url)
        with _translated(*_NOT_THERE):
            await migrate(parsed)
        return cls(*writer_and_reader(parsed))

    def begin(self) -> AbstractAsyncContextManager[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back when the block raises.

        Await nothing but this session inside, least of all another transaction: SQLite has one writer. Raises
        StorageUnavailable; when that comes from the commit itself the connection broke and the outcome is unknown:
        read again before repeating anything.
        """
        return _session(self._writer)

    def read(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session that cannot write and in which every statement sees the same state of the database."""
        return _session(self._reader)

    async def ping(self) -> None:
        """Raise StorageUnavailable unless the database answers."""
        async with self.read() as session:
            await session.execute(text("SELECT version_num FROM alembic_version"))

    async def close(self) -> None:
        """Close every connection."""
        await self._reader.dispose()
        await self._writer.dispose()


async def keep_out(session: AsyncSession, table: Table) -> None:
    """Let nobody else write a table until the transaction ends, for what is written whole; SQLite has one writer."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))


_NOT_THERE = (OSError, PostgresError, InterfaceError)
"""What the drivers raise by themselves when there is nobody to connect to."""


@asynccontextmanager
async def _session(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine, expire_on_commit=False) as session:
        with _translated(*_NOT_THERE):
            await session.connection()
        with _translated():
            yield session
            await session.commit()


@contextmanager
def _translated(*faults: type[Exception]) -> Iterator[None]:
    """Raise StorageUnavailable for what is known as a fault of the storage, and for the errors named."""
    try:
        yield
    except Exception as error:
        if isinstance(error, faults) or is_fault(error):
            raise StorageUnavailable(str(error)) from error
        raise
