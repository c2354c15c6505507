"""Every migration goes up and down, and together they make exactly the tables of the code."""

import asyncio
import sys
from collections.abc import Callable
from typing import TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from server.core.events import BriefingKind
from server.store import migrate as migrations
from server.store import series
from server.store.briefings import summaries
from server.store.database import Database
from server.store.engines import url_of, writer_and_reader
from server.store.listing import series_titles
from server.store.migrate import migrate, migrate_down
from server.store.roster_tables import RosterRow
from tests.store.stories import scheduled
from tests.store.test_series import SERIES

Result = TypeVar("Result")


@pytest.fixture
def url(empty_url: str) -> str:
    """Here every database begins without a table."""
    return empty_url


REVISIONS = [
    script.revision
    for script in ScriptDirectory(str(migrations.FOLDER)).walk_revisions()  # the newest first
][::-1]


async def looked_at(url: str, look: Callable[[Connection], Result]) -> Result:
    writer, _ = writer_and_reader(url_of(url))
    try:
        async with writer.connect() as connection:
            return await connection.run_sync(look)
    finally:
        await writer.dispose()


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def columns(connection: Connection) -> set[tuple[str, str]]:
    found = inspect(connection)
    return {(table, column["name"]) for table in tables(connection) for column in found.get_columns(table)}


def drift(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, RosterRow.metadata))


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_migration_goes_up_down_and_up_again(url: str, revision: str) -> None:
    parsed = url_of(url)
    await migrate(parsed, revision)
    after = await looked_at(url, columns)
    await migrate_down(parsed, "-1")
    below = await looked_at(url, columns)
    await migrate(parsed, revision)

    assert below < after
    assert await looked_at(url, columns) == after


async def test_all_migrations_together_go_down_to_nothing(url: str) -> None:
    await migrate(url_of(url))
    await migrate_down(url_of(url), "base")

    assert await looked_at(url, tables) == set()


async def test_migrations_make_exactly_the_tables_of_the_code(url: str) -> None:
    await migrate(url_of(url))

    assert await looked_at(url, drift) == []


async def test_opening_again_keeps_what_is_stored(url: str) -> None:
    first = await Database.open(url)
    await scheduled(first)
    await first.close()

    second = await Database.open(url)
    async with second.read() as session:
        assert len(await summaries(session, limit=9)) == 1
    await second.close()


async def test_lists_of_an_older_database_know_kinds_and_titles(url: str) -> None:
    database = await Database.open(url)
    await scheduled(database, kind=BriefingKind.YEAR_REVIEW)
    await series.save(database, [], new=[SERIES])
    await database.close()
    await migrate_down(url_of(url), str(ScriptDirectory(str(migrations.FOLDER)).get_revision("0020").down_revision))

    database = await Database.open(url)
    async with database.read() as session:
        assert [one.kind for one in await summaries(session, limit=9)] == [BriefingKind.YEAR_REVIEW]
        assert await series_titles(session) == [(SERIES.id, SERIES.plan.title, SERIES.first.isoformat())]
    await database.close()


OPEN = """
import asyncio, sys
from server.store.database import Database

async def main():
    database = await Database.open(sys.argv[1])
    await database.ping()
    await database.close()

sys.stdin.read()
asyncio.run(main())
"""


async def test_many_processes_may_start_at_once(url: str) -> None:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", OPEN, url, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(4)
    ]

    ended = await asyncio.gather(*(process.communicate(b"go") for process in processes))

    assert [(process.returncode, stderr) for process, (_, stderr) in zip(processes, ended, strict=True)] == [
        (0, b"")
    ] * 4
