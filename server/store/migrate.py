"""Migrations from inside a running loop: one transaction, behind a lock that keeps other starting processes out."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from server.store.engines import is_sqlite, postgresql_engine, sqlite_engine

FOLDER = Path(__file__).with_name("migrations")

LOCK = 0x6769616F  # "giao": the advisory lock that is held while migrating


PATIENCE_SECONDS = 600
"""How long a migration may take, and a process that starts meanwhile waits for it."""


async def migrate(url: URL, revision: str = "head") -> None:
    """Bring the schema up to a revision; a process that comes second waits and finds nothing to do."""
    await _run(url, command.upgrade, revision)


async def migrate_down(url: URL, revision: str) -> None:
    """Take the schema back to a revision ("base": to nothing), with what its tables held."""
    await _run(url, command.downgrade, revision)


async def _run(url: URL, verb: Any, revision: str) -> None:
    engine = _engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_locked, verb, revision)
    finally:
        await engine.dispose()


def _engine(url: URL) -> AsyncEngine:
    """SQLite: BEGIN IMMEDIATE is the lock; a rebuilt table must not take its dependants along, so no foreign keys."""
    if is_sqlite(url):
        return sqlite_engine(
            url,
            begin="BEGIN IMMEDIATE",
            pragmas=("PRAGMA foreign_keys=OFF",),
            connections=1,
            lock=PATIENCE_SECONDS,
        )
    return postgresql_engine(url, lock=PATIENCE_SECONDS, statement=PATIENCE_SECONDS)


def _locked(connection: Connection, verb: Any, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    verb(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
