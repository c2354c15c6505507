"""HTTP calls with a token, for journeys through a running service."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession

from tests.journeys.processes import Server


class Caller:
    """One role's view of the service."""

    def __init__(self, http: ClientSession) -> None:
        self.http = http

    async def get(self, path: str) -> Any:
        """Return a document."""
        async with self.http.get(path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, body: Any = None) -> Any:
        """Make a move that must be taken."""
        async with self.http.post(path, json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json() if answer.content_type == "application/json" else None


@asynccontextmanager
async def caller(url: str, token: str) -> AsyncIterator[Caller]:
    """Call with a token."""
    async with ClientSession(url, headers={"Authorization": f"Bearer {token}"}) as http:
        yield Caller(http)


async def tokens_of(server: Server, *roles: str) -> dict[str, str]:
    """Make a token for each role: an admin's by the command people use, and the others with it."""
    admin = (await server.command("token", "add", "test", "--role", "admin")).strip()
    async with caller(server.url, admin) as one:
        made = {role: await one.post("/api/v1/tokens", {"label": "test", "role": role}) for role in roles}
    return {role: token["token"] for role, token in made.items()}


async def live_briefing(organizer: Caller, endpoints: list[str], **changes: Any) -> str:
    """Make a briefing that has begun; return its path."""
    now = datetime.now(UTC)
    plan = {
        "title": "Giao ban tháng 11",
        "starts_at": (now + timedelta(minutes=90)).isoformat(),
        "ends_at": (now + timedelta(hours=3)).isoformat(),
        "endpoints": endpoints,
    }
    made = await organizer.post("/api/v1/briefings", {**plan, **changes})
    path = f"/api/v1/briefings/{made['id']}"
    for move in ("schedule", "open", "start"):
        await organizer.post(f"{path}/{move}")
    return path


async def links_of(organizer: Caller, path: str) -> dict[str, str]:
    """Make the join links of every site; return them by code."""
    made = await organizer.post(f"{path}/join-links", {"endpoints": "all"})
    return {link["endpoint"]: link["url"] for link in made["links"]}


def credentials_of(url: str, path: str, tokens: dict[str, str], links: dict[str, str]) -> dict[str, Any]:
    """Write the credentials file of simulated sites: see docs/protocol.md."""
    sites = {code: {"join_url": link, "token": link.rsplit("/", 1)[1]} for code, link in links.items()}
    return {"base_url": url, "briefing_id": path.rsplit("/", 1)[1], "tokens": tokens, "sites": sites}


async def journal_of(chair: Caller, path: str) -> list[dict[str, Any]]:
    """Read the whole journal from the event stream, up to the head."""
    head = (await chair.get(f"{path}/status"))["seq"]
    entries: list[dict[str, Any]] = []
    async with chair.http.get(f"{path}/events", params={"after": "0"}) as answer:
        name = ""
        async for raw in answer.content:
            key, _, value = raw.decode().rstrip("\n").partition(": ")
            if key == "event":
                name = value
            elif key == "data" and name == "journal":
                entries.append(json.loads(value))
                if entries[-1]["seq"] >= head:
                    return entries
    raise EOFError
