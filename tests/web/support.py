"""What tests of the web have in common: a clock that is moved by hand, and a briefing with its links."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

from server.core.people import Role
from server.web.keys import DATABASE, PASSWORDS
from server.web.users import create_user

Client = TestClient[web.Request, web.Application]


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


def bearer(secret: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {secret}"}


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
    return Planned(briefing["id"], links_in(links))


def links_in(document: Any) -> dict[str, str]:
    """Return the secret of every link that works, by endpoint."""
    return {one["endpoint"]: one["url"].rsplit("/", 1)[1] for one in document["links"] if one["url"]}


async def answer(response: ClientResponse, status: int = 200) -> Any:
    """Return the document of an answer that has this status."""
    text = await response.text()
    assert response.status == status, text
    return await response.json(content_type=None) if text else None


PASSWORD = "correct horse battery"


async def make_account(client: Client, role: Role) -> None:
    """Make an account of this role, which is its name too."""
    await create_user(
        client.app[DATABASE],
        name=role.value,
        display_name=role.value.title(),
        role=role,
        password=PASSWORD,
        passwords=client.app[PASSWORDS],
    )


async def signed_in(client: Client, role: Role) -> dict[str, str]:
    """Make an account of this role and sign it in; return the cookie."""
    await make_account(client, role)
    response = await client.post("/api/v1/session", json={"name": role.value, "password": PASSWORD})
    await answer(response)
    secret = response.cookies["giaoban"].value
    client.session.cookie_jar.clear()
    return {"Cookie": f"giaoban={secret}"}
