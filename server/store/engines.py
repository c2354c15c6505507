"""Engines for the two databases the store runs on, set up so that the same code is safe on both.

SQLite: WAL, synchronous=FULL (an acknowledged commit survives power loss), foreign keys on; one connection writes,
under BEGIN IMMEDIATE, so that a transaction never fails half-way for want of the lock; others read snapshots.
PostgreSQL: reads are REPEATABLE READ, so that several statements see one state; waits for locks are bounded.
Neither puts a statement's values into an error: they are people's names and the hashes of secrets.
"""

import asyncio
from typing import Any

import aiosqlite
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

LOCK_SECONDS = 5
"""How long a statement may wait for another process's lock."""

STATEMENT_SECONDS = 30
"""How long any statement may take."""

CONNECT_SECONDS = 5
"""How long a connection may take; and how much later than the server we give up on a statement it should have ended."""

READERS = 4
"""SQLite connections that read."""


def url_of(text: str) -> URL:
    """Read a database URL; "sqlite:" and "postgresql:" mean the asynchronous drivers.

    Raises ValueError for another database, and for an SQLite database without a file.
    """
    url = make_url(text)
    backend = url.get_backend_name()
    if backend == "sqlite" and url.database not in (None, "", ":memory:"):
        return url.set(drivername="sqlite+aiosqlite")
    if backend == "postgresql":
        return url.set(drivername="postgresql+asyncpg")
    raise ValueError(f"neither an SQLite file nor PostgreSQL: {url.render_as_string()}")


def is_sqlite(url: URL) -> bool:
    """Whether the URL is one of SQLite."""
    return url.get_backend_name() == "sqlite"


def writer_and_reader(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """Return the engine for transactions that write and the one for sessions that only read."""
    if is_sqlite(url):
        keep = "PRAGMA foreign_keys=ON"
        read_only = (keep, "PRAGMA query_only=ON")
        return (
            sqlite_engine(url, begin="BEGIN IMMEDIATE", pragmas=(keep,), connections=1, lock=LOCK_SECONDS),
            sqlite_engine(url, begin="BEGIN", pragmas=read_only, connections=READERS, lock=LOCK_SECONDS),
        )
    engine = postgresql_engine(url, lock=LOCK_SECONDS, statement=STATEMENT_SECONDS)
    return engine, engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def sqlite_engine(url: URL, *, begin: str, pragmas: tuple[str, ...], connections: int, lock: float) -> AsyncEngine:
    """Return an engine whose transactions start with `begin` instead of the driver's own idea of when.

    A statement waits at most `lock` seconds for another process.
    """
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        pool_timeout=STATEMENT_SECONDS,
        connect_args={"timeout": lock, "async_creator_fn": _connected_sqlite},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver sends no BEGIN
        cursor = connection.cursor()
        try:
            for pragma in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", *pragmas):
                cursor.execute(pragma)
        except BaseException:
            connection.close()  # here, where its thread is waited for: the pool would only let go of it
            raise
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


async def _connected_sqlite(*arguments: Any, **options: Any) -> aiosqlite.Connection:
    """Connect to SQLite; a failure is told only when the connection's thread has ended.

    The driver leaves that thread to itself: its last word could reach a loop that is closed by then.
    """
    connection = aiosqlite.connect(*arguments, **options)
    thread = connection._thread  # noqa: SLF001 - the dialect does the same, and there is no public way
    thread.daemon = True
    try:
        return await connection
    except BaseException:
        await asyncio.to_thread(thread.join)
        raise


def postgresql_engine(url: URL, *, lock: int, statement: int) -> AsyncEngine:
    """Return an engine whose waits are all bounded: for a lock, and for a whole statement, in seconds."""
    return create_async_engine(
        url,
        pool_pre_ping=True,
        hide_parameters=True,
        pool_timeout=STATEMENT_SECONDS,
        connect_args={
            "timeout": CONNECT_SECONDS,
            "command_timeout": statement + CONNECT_SECONDS,
            "server_settings": {
                "application_name": "giaoban",
                "lock_timeout": f"{lock}s",
                "statement_timeout": f"{statement}s",
                "idle_in_transaction_session_timeout": f"{2 * statement}s",
            },
        },
    )
