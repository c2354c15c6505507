"""A whole service in this process, with a token for each role: what tests of the contract talk to over real HTTP."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession, web
from multidict import CIMultiDictProxy

from server import logs
from server.core.ids import BriefingId, EndpointCode
from server.core.people import Role, Token, TokenId
from server.serve import running
from server.settings import Settings
from server.store import people
from server.web.callers import hashed
from server.web.keys import DATABASE
from tests.databases import lay_out

STAFF_ROLES = (Role.ADMIN, Role.ORGANIZER, Role.CHAIR, Role.SECRETARY, Role.OPERATOR, Role.HUB)
SITES = ("01", "38", "96")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read to its end."""

    status: int
    headers: CIMultiDictProxy[str]
    text: str

    @property
    def body(self) -> Any:
        """The JSON body."""
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.body["code"])


class Service:
    """A running service; `call` speaks for a role or a site."""

    def __init__(self, app: web.Application, url: str, http: ClientSession) -> None:
        self.app = app
        self.url = url
        self.http = http

    def bearer(self, who: str) -> dict[str, str]:
        """Return the header that speaks for a role, or for the site of that code."""
        return {"Authorization": f"Bearer {secret_of(who)}"} if who else {}

    async def call(self, method: str, path: str, who: str, body: Any = None, **headers: str) -> Answer:
        """Make one request and read its answer."""
        sent = {**self.bearer(who), **{name.replace("_", "-"): value for name, value in headers.items()}}
        async with self.http.request(method, path, json=body, headers=sent) as answer:
            return await read(answer)

    async def add_staff(self) -> None:
        """Make a token for every role."""
        async with self.app[DATABASE].begin() as session:
            for role in STAFF_ROLES:
                token = Token(TokenId(role.value), role, role.value, datetime.now(UTC))
                await people.add_token(session, token, hashed(secret_of(role.value)))

    async def add_deputy(self, name: str) -> str:
        """Make another token of the chair's role; return its name, for `call`."""
        async with self.app[DATABASE].begin() as session:
            token = Token(TokenId(name), Role.CHAIR, name, datetime.now(UTC))
            await people.add_token(session, token, hashed(secret_of(name)))
        return name

    async def briefing(self, *, until: str = "live", sites: tuple[str, ...] = SITES, **changes: Any) -> str:
        """Make a briefing that has come as far as `until`, with a token for each site; return its path."""
        now = datetime.now(UTC)
        plan = {
            "title": "Giao ban tháng 11",
            "starts_at": (now + timedelta(minutes=1)).isoformat(),
            "ends_at": (now + timedelta(hours=1)).isoformat(),
            "endpoints": list(sites),
            "agenda": [{"title": "Khai mạc", "minutes": 5, "kind": "opening"}, {"title": "Thảo luận", "minutes": 50}],
        }
        created = await self.call("POST", "/api/v1/briefings", "organizer", {**plan, **changes})
        assert created.status == 201, created.text
        path = f"/api/v1/briefings/{created.body['id']}"
        moves = ("schedule", "open", "start")
        for move in moves[: ("draft", "scheduled", "open", "live").index(until)]:
            moved = await self.call("POST", f"{path}/{move}", "organizer")
            assert moved.status == 200 or moved.code == "wrong_phase", moved.text  # the clock may have been first
        await self._add_sites(BriefingId(created.body["id"]), sites)
        return path

    async def _add_sites(self, briefing: BriefingId, sites: tuple[str, ...]) -> None:
        async with self.app[DATABASE].begin() as session:
            for code in sites:
                name = f"{briefing}-{code}"
                token = Token(TokenId(name), Role.SITE, name, datetime.now(UTC), briefing, EndpointCode(code))
                await people.add_token(session, token, hashed(secret_of(name)))


def site(path: str, code: str) -> str:
    """Name a site of the briefing at `path`, for `call`."""
    return f"{path.rsplit('/', 1)[1]}-{code}"


def secret_of(who: str) -> str:
    """Return a token's secret: long enough to look like one."""
    return f"test-{who}-".ljust(43, "x")


async def read(answer: ClientResponse) -> Answer:
    """Read an answer to its end."""
    return Answer(answer.status, answer.headers, (await answer.read()).decode())


@asynccontextmanager
async def service(data_dir: Path, *, again: bool = False, **settings: Any) -> AsyncIterator[Service]:
    """Run a service with its own database and free ports; `again`, over what an earlier one left there."""
    chosen = Settings.model_validate(
        {"port": 0, "media_port": 0, "media_processes": 0, "data_dir": data_dir, **settings}
    )
    logs.configure(chosen.log_level)
    if not (again or chosen.database_url):
        lay_out(data_dir)
    async with running(chosen) as (app, url), ClientSession(url) as http:
        made = Service(app, url, http)
        if not again:
            await made.add_staff()
        yield made
