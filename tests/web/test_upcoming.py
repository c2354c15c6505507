"""What begins soon: published briefings of the next hours, the earliest first, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from server.core.people import Role
from tests.web.support import Client, Clock, answer, bearer


@pytest.fixture
def organizer(tokens: dict[Role, str]) -> dict[str, str]:
    return bearer(tokens[Role.ORGANIZER])


async def published(client: Client, organizer: dict[str, str], clock: Clock, title: str, **ahead: float) -> str:
    """Publish a briefing that begins so far ahead; return its address."""
    starts_at = clock() + timedelta(**ahead)
    body = {
        "title": title,
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=1)).isoformat(),
        "endpoints": ["01"],
    }
    made = await answer(await client.post("/api/v1/briefings", json=body, headers=organizer), 201)
    path = f"/api/v1/briefings/{made['id']}"
    await answer(await client.post(f"{path}/schedule", json={}, headers=organizer))
    return path


async def titles(client: Client, caller: dict[str, str]) -> list[Any]:
    shown = await answer(await client.get("/api/v1/upcoming", headers=caller))
    return [one["title"] for one in shown["briefings"]]


async def test_what_begins_within_hours_is_shown_earliest_first(
    client: Client, tokens: dict[Role, str], organizer: dict[str, str], clock: Clock
) -> None:
    await published(client, organizer, clock, "later", hours=11)
    await published(client, organizer, clock, "soon", minutes=30)
    await published(client, organizer, clock, "tomorrow", hours=13)

    assert await titles(client, bearer(tokens[Role.OPERATOR])) == ["soon", "later"]


async def test_what_is_called_off_or_has_begun_is_no_longer_shown(
    client: Client, organizer: dict[str, str], clock: Clock
) -> None:
    cancelled = await published(client, organizer, clock, "called off", minutes=20)
    await published(client, organizer, clock, "begins", minutes=40)
    await answer(await client.post(f"{cancelled}/cancel", json={"reason": "bão"}, headers=organizer))
    assert await titles(client, organizer) == ["begins"]

    clock.pass_(minutes=41)

    assert await titles(client, organizer) == []
