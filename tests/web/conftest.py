"""The whole application on a fresh database, with a token of every role."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from server.app import build
from server.core.people import Role
from server.settings import Settings
from server.web.keys import DATABASE, LIMITS, PASSWORDS
from server.web.limits import Limits
from server.web.passwords import Passwords
from server.web.tokens import create_token
from tests.databases import lay_out
from tests.web.support import Client, Clock, Planned, plan

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2 that costs nothing: what it protects is made up here."""


@pytest.fixture
def clock() -> Clock:
    """A clock that begins at the real time, for the database and the alarm to agree."""
    return Clock(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def base_url() -> str:
    """How browsers reach the service; a test may say otherwise."""
    return ""


@pytest.fixture
def settings(tmp_path: Path, base_url: str) -> Settings:
    lay_out(tmp_path)
    return Settings(
        data_dir=tmp_path,
        media_port=0,
        media_processes=0,
        secret="a secret of at least thirty-two bytes",
        base_url=base_url,
    )


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
async def client(settings: Settings, clock: Clock, limits: Limits) -> AsyncIterator[Client]:
    app = build(settings, clock=clock)
    app[PASSWORDS], app[LIMITS] = Passwords(QUICK), limits
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
async def tokens(client: Client) -> dict[Role, str]:
    """A token of every role but the site's."""
    database = client.app[DATABASE]
    return {
        role: await create_token(database, role=role, label=f"the {role}") for role in Role if role is not Role.SITE
    }


@pytest.fixture
async def planned(client: Client, tokens: dict[Role, str], clock: Clock) -> Planned:
    return await plan(client, tokens[Role.ORGANIZER], clock)
