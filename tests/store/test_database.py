"""Transactions, snapshots, and what becomes of a storage that fails."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.core import events as e
from server.core.ids import BriefingId
from server.store import engines, journal
from server.store.briefings import summaries
from server.store.database import Database
from server.store.errors import StorageUnavailable
from tests.connections import threads
from tests.postgres import Cluster
from tests.store.stories import plan, scheduled, store


async def test_begin_commits_at_the_end_of_the_block(database: Database) -> None:
    await scheduled(database)

    async with database.read() as session:
        assert len(await summaries(session, limit=9)) == 1


async def test_read_sees_one_state_while_others_write(database: Database) -> None:
    briefing = await scheduled(database)
    async with database.read() as session:
        before = await journal.head(session, briefing.id)
        await store(database, briefing, e.BriefingOpened())

        assert await journal.head(session, briefing.id) == before
        assert len(await journal.rows(session, briefing.id)) == 2


async def test_read_cannot_write(database: Database) -> None:
    briefing = await scheduled(database)

    with pytest.raises(StorageUnavailable):
        async with database.read() as session:
            await session.execute(text("DELETE FROM journal_entry"))

    async with database.read() as session:
        assert len(await journal.rows(session, briefing.id)) == 2


async def test_a_row_that_others_need_cannot_be_deleted(database: Database) -> None:
    await scheduled(database)

    with pytest.raises(SQLAlchemyError):
        async with database.begin() as session:
            await session.execute(text("DELETE FROM briefing"))


async def test_a_mistaken_statement_is_no_fault_of_the_storage(database: Database) -> None:
    with pytest.raises(SQLAlchemyError):
        async with database.begin() as session:
            await session.execute(text("SELECT nothing FROM nowhere"))


async def test_a_cancelled_transaction_leaves_nothing_and_the_next_one_works(database: Database) -> None:
    inside = asyncio.Event()

    async def write_and_wait() -> None:
        async with database.begin() as session:
            await session.execute(text("DELETE FROM sign_in"))
            inside.set()
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(write_and_wait())
        await inside.wait()
        task.cancel()

    await scheduled(database)
    await database.ping()


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:"], indirect=False)
async def test_open_refuses_another_kind_of_database(url: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        await Database.open(url)


async def test_open_says_when_there_is_no_storage(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/missing/x.sqlite3", f"postgresql://nobody@/x?host={tmp_path}"):
        with pytest.raises(StorageUnavailable):
            await Database.open(url)


async def test_open_that_fails_leaves_no_thread_of_a_connection(tmp_path: Path) -> None:
    before = threads()

    for _ in range(20):  # a thread that nobody waits for has often ended by itself
        with pytest.raises(StorageUnavailable):
            await Database.open(f"sqlite:///{tmp_path}/missing/x.sqlite3")

    assert threads() <= before


async def test_open_says_when_the_file_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database " * 100)

    with pytest.raises(StorageUnavailable):
        await Database.open(f"sqlite:///{path}")


@pytest.fixture
async def impatient(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """A database that waits a second for a lock, not five."""
    monkeypatch.setattr(engines, "LOCK_SECONDS", 1)
    opened = await Database.open(url)
    yield opened
    await opened.close()


async def test_locked_too_long_is_unavailable_and_passes(impatient: Database, url: str) -> None:
    briefing = await scheduled(impatient)
    other = await Database.open(url)
    async with other.begin() as session:
        await session.execute(text("UPDATE briefing SET edition = edition"))
        with pytest.raises(StorageUnavailable):
            await store(impatient, briefing, e.BriefingOpened())
        await impatient.ping()  # readers go on
    await other.close()

    await store(impatient, briefing, e.BriefingOpened())


async def test_a_full_disk_is_unavailable_and_loses_nothing(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/full.sqlite3")
    briefing = await scheduled(database)
    async with database.begin() as session:
        pages = await session.scalar(text("PRAGMA page_count"))
        await session.execute(text(f"PRAGMA max_page_count = {pages}"))

    with pytest.raises(StorageUnavailable, match="full") as raised:
        await store(database, briefing, e.BriefingEdited(plan(title="x" * 100_000)))
    assert "xxx" not in str(raised.value)  # the values of a statement belong into no log

    async with database.begin() as session:
        await session.execute(text("PRAGMA max_page_count = 1000000"))
    await store(database, briefing, e.BriefingEdited(plan(title="x" * 100_000)))
    await database.close()


async def test_a_lost_connection_is_unavailable_and_the_next_one_works(cluster: Cluster) -> None:
    database = await Database.open(cluster.new_database())

    async def lose_it() -> None:
        async with database.begin() as session, database.begin() as killer:
            process = await session.scalar(text("SELECT pg_backend_pid()"))
            await killer.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})
            await session.execute(text("SELECT 1"))

    with pytest.raises(StorageUnavailable):
        await lose_it()

    await scheduled(database)
    await database.close()


async def test_sqlite_is_set_to_survive_a_power_cut(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/a.sqlite3")
    async with database.begin() as session:
        settings = [
            await session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    await database.close()

    assert settings == ["wal", 2, 1, 5000]


async def test_moments_are_stored_in_utc(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    database = await Database.open(f"sqlite:///{path}")
    await scheduled(database, BriefingId("b1"))
    await database.close()

    with sqlite3.connect(path) as connection:
        (stored,) = connection.execute("SELECT starts_at FROM briefing").fetchone()
    connection.close()
    assert stored == "2026-11-23 01:30:00.000000"
