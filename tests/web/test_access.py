"""All routes x all callers: the table `access.txt` says who may call what, and each answer is checked against it."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientResponse, web

from server.core.ids import BriefingId
from server.core.people import Role
from server.store import people
from server.web.keys import DATABASE
from server.web.limits import Buckets, Limits
from server.web.routing import DECLARED, PUBLIC, Route
from server.web.tokens import create_token
from tests.web.support import Client, Clock, Planned, bearer, plan, signed_in

TABLE = Path(__file__).with_name("access.txt")
EVERYONE = "everyone"
ANSWERED_WITHIN = 30.0  # seconds: an event stream begins at once too, and what never answers is found


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    method: str
    path: str
    allowed: frozenset[str]

    @property
    def public(self) -> bool:
        return EVERYONE in self.allowed


def rules() -> list[Rule]:
    """Read the table; signing out comes last, since nobody is known after it."""
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    read = [Rule(method, path, frozenset(allowed)) for method, path, *allowed in lines]
    return sorted(read, key=lambda rule: (rule.method, rule.path) == ("DELETE", "/api/v1/session"))


def declared(app: web.Application) -> set[Rule]:
    return {Rule(route.method, route.path, words(route)) for route in app[DECLARED].values()}


def words(route: Route) -> frozenset[str]:
    return frozenset({EVERYONE}) if route.allow is PUBLIC else frozenset(role.value for role in route.allow)


async def test_table_names_every_route_and_nothing_else(client: Client) -> None:
    assert {(rule.method, rule.path): rule.allowed for rule in declared(client.app)} == {
        (rule.method, rule.path): rule.allowed for rule in rules()
    }


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who calls, and what may be expected of the answers."""

    headers: dict[str, str]
    role: Role | None = None  # None: nobody the service knows
    bound: bool = False  # to the briefing `elsewhere`, so that every address of ours is another's


@dataclass(frozen=True, slots=True)
class House:
    """The two briefings that are called."""

    ours: Planned
    elsewhere: Planned


@pytest.fixture
async def house(client: Client, tokens: dict[Role, str], clock: Clock) -> House:
    ours = await plan(client, tokens[Role.ORGANIZER], clock)
    return House(ours, await plan(client, tokens[Role.ORGANIZER], clock))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SITE])
async def test_tokens(client: Client, tokens: dict[Role, str], house: House, role: Role) -> None:
    await check_every_route(client, house, Visitor(bearer(tokens[role]), role))


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ORGANIZER, Role.CHAIR, Role.SECRETARY, Role.OPERATOR])
async def test_people(client: Client, house: House, role: Role) -> None:
    cookie = await signed_in(client, role)

    await check_every_route(client, house, Visitor(cookie, role))


async def test_site(client: Client, house: House) -> None:
    await check_every_route(client, house, Visitor(bearer(house.ours.links["38"]), Role.SITE))


async def test_site_of_another_briefing(client: Client, house: House) -> None:
    await check_every_route(client, house, Visitor(bearer(house.elsewhere.links["38"]), Role.SITE, bound=True))


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.CHAIR, Role.SECRETARY, Role.OPERATOR, Role.HUB])
async def test_token_of_another_briefing(client: Client, house: House, role: Role) -> None:
    bound = BriefingId(house.elsewhere.id)
    secret = await create_token(client.app[DATABASE], role=role, label="bound", briefing=bound)

    await check_every_route(client, house, Visitor(bearer(secret), role, bound=True))


@pytest.fixture
def limits() -> Limits:
    """Patience without end: many bad tokens are shown here on purpose."""
    return Limits(bad_tokens_by_address=Buckets(burst=100_000, rate=1))


async def test_nobody(client: Client, house: House) -> None:
    for headers in (
        {},
        bearer("x" * 43),
        bearer(""),
        bearer("\\ '; drop"),
        {"Authorization": "Basic Z2lhbzpiYW4="},
        {"Authorization": "Bearer"},
        {"Cookie": f"giaoban={'x' * 43}", "Origin": "http://127.0.0.1"},
        {"Cookie": "giaoban=", "Sec-Fetch-Site": "same-origin"},
    ):
        await check_every_route(client, house, Visitor(at_home(client, headers)))


async def test_expired_token(client: Client, house: House, clock: Clock) -> None:
    soon = clock() + timedelta(hours=1)
    secret = await create_token(client.app[DATABASE], role=Role.ADMIN, label="soon over", expires_at=soon)
    clock.pass_(hours=1)

    await check_every_route(client, house, Visitor(bearer(secret)))


async def test_revoked_token(client: Client, house: House, tokens: dict[Role, str], clock: Clock) -> None:
    async with client.app[DATABASE].begin() as session:
        for token in await people.tokens(session):
            await people.revoke_token(session, token.id, clock())

    await check_every_route(client, house, Visitor(bearer(tokens[Role.ADMIN])))


async def test_revoked_link(client: Client, house: House, tokens: dict[Role, str]) -> None:
    revoked = await client.delete(f"{house.ours.path}/join-links/38", headers=bearer(tokens[Role.ORGANIZER]))
    assert revoked.status == 204

    await check_every_route(client, house, Visitor(bearer(house.ours.links["38"])))


async def test_disabled_person(client: Client, house: House, clock: Clock) -> None:
    cookie = await signed_in(client, Role.ADMIN)
    async with client.app[DATABASE].begin() as session:
        for user in await people.users(session):
            await people.update_user(session, user.id, disabled_at=clock())

    await check_every_route(client, house, Visitor(cookie))


async def test_session_after_its_hours(client: Client, house: House, clock: Clock) -> None:
    cookie = await signed_in(client, Role.ADMIN)
    clock.pass_(hours=12)

    await check_every_route(client, house, Visitor(cookie))


async def check_every_route(client: Client, house: House, visitor: Visitor) -> None:
    """Call every route of the table and compare who is let in."""
    found, expected = {}, {}
    for rule in rules():
        name = f"{rule.method} {rule.path}"
        found[name] = await outcome(client, rule, house, visitor)
        expected[name] = expectation(rule, visitor)
    assert found == expected


def expectation(rule: Rule, visitor: Visitor) -> str:
    """Say what a rule means for a visitor; independent of how the service decides."""
    if rule.public:
        return "let in"
    if visitor.role is None:
        return "who are you"
    if visitor.role.value not in rule.allowed:
        return "not yours"
    if visitor.bound and ("{briefing_id}" in rule.path or "site" not in rule.allowed):
        return "not yours"
    return "let in"


async def outcome(client: Client, rule: Rule, house: House, visitor: Visitor) -> str:
    """Call a route with its names filled in; what the handler makes of an empty body is not asked here."""
    names = {
        "briefing_id": house.ours.id,
        "code": "38",
        "document_id": "nothing",
        "media_id": "x.y",
        "number": "1",
        "rule": "60-minutes",
        "reply_id": "nothing",
        "roster": "63",
        "contact": "nobody",
        "group": "nobody",
        "secret": "x",
        "series_id": "none",
        "token": house.ours.links["38"],
        "token_id": "nothing",
        "user_id": "nobody",
    }
    path = rule.path.replace("{version}/{filename:.+}", "v/none.js").format_map(names)
    async with (
        asyncio.timeout(ANSWERED_WITHIN),
        client.request(rule.method, path, headers=at_home(client, visitor.headers), allow_redirects=False) as response,
    ):
        return await judged(response)


async def judged(response: ClientResponse) -> str:
    assert response.status not in {429, *range(500, 600)}, (str(response.url), await response.text())
    if response.status == 401:
        assert "WWW-Authenticate" in response.headers
        return "who are you"
    if response.content_type == "application/problem+json" and (await response.json())["code"] == "forbidden":
        assert response.status == 403
        return "not yours"
    return "let in"


def at_home(client: Client, headers: dict[str, str]) -> dict[str, str]:
    """Say that a request with a cookie comes from a page of the service."""
    return {**headers, "Origin": str(client.make_url("")).rstrip("/")} if "Cookie" in headers else headers
