"""Every test of the store runs on both databases."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from server.store.database import Database
from tests.databases import lay_out, migrate
from tests.postgres import Cluster, running


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    try:
        context = running()
        with context as started:
            yield started
    except LookupError as error:
        if "CI" in os.environ:
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """The name of a migrated database on PostgreSQL that nobody uses."""
    url = cluster.new_database()
    migrate(url)
    return str(make_url(url).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database without a row."""
    if kind == "sqlite":
        return f"sqlite:///{lay_out(tmp_path)}"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.new_database(request.getfixturevalue("template"))


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path}/giaoban.sqlite3"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.new_database()


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = await Database.open(url)
    yield opened
    await opened.close()
