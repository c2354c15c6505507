"""The whole application on a fresh database, with a caller of every role."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from server.core.people import Role
from server.settings import Settings
from server.web.keys import DATABASE, PASSWORDS
from server.web.passwords import Passwords
from server.web.tokens import create_token

Client = TestClient[web.Request, web.Application]

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2 that costs nothing: what it protects is made up here."""


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    """A clock that begins at the real time, for the database and the alarm to agree."""
    return Clock(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, media_port=0, secret="a secret of at least thirty-two bytes")


@pytest.fixture
async def client(settings: Settings, clock: Clock) -> AsyncIterator[Client]:
    from server.app import build

    app = build(settings, clock=clock)
    app[PASSWORDS] = Passwords(QUICK)
    async with TestClient(TestServer(app)) as client:
        yield client


def bearer(secret: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
async def tokens(client: Client) -> dict[Role, str]:
    """A token of every role but the site's."""
    database = client.app[DATABASE]
    return {
        role: await create_token(database, role=role, label=f"the {role}") for role in Role if role is not Role.SITE
    }


@dataclass(frozen=True, slots=True)
class Planned:
    """A briefing of two sites, and the secrets of their links."""

    id: str
    links: dict[str, str]

    @property
    def path(self) -> str:
        return f"/api/v1/briefings/{self.id}"


async def plan(client: Client, organizer: str, clock: Clock, codes: tuple[str, ...] = ("01", "38")) -> Planned:
    """Write down a briefing that begins now, and make its links."""
    headers = bearer(organizer)
    body = {
        "title": "Giao ban",
        "starts_at": clock().isoformat(),
        "ends_at": (clock() + timedelta(hours=2)).isoformat(),
        "endpoints": list(codes),
    }
    briefing = await answer(await client.post("/api/v1/briefings", json=body, headers=headers), 201)
    links = await answer(
        await client.post(f"/api/v1/briefings/{briefing['id']}/join-links", json={"endpoints": "all"}, headers=headers),
        201,
    )
    return Planned(briefing["id"], {one["endpoint"]: one["url"].rsplit("/", 1)[1] for one in links["links"]})


@pytest.fixture
async def planned(client: Client, tokens: dict[Role, str], clock: Clock) -> Planned:
    return await plan(client, tokens[Role.ORGANIZER], clock)


async def answer(response: ClientResponse, status: int = 200) -> Any:
    """Return the document of an answer that has this status."""
    text = await response.text()
    assert response.status == status, text
    return await response.json(content_type=None) if text else None
