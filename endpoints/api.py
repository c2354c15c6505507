"""The calls of the HTTP contract that simulated sites and the scripted chair make (docs/protocol.md)."""

import json
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import aiohttp

from endpoints.sdp import BadAnswer

TIMEOUT = aiohttp.ClientTimeout(total=15)
STREAM_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=15)
SDP = "application/sdp"


class Refused(Exception):
    """The server said no."""

    def __init__(self, status: int, code: str, retry_after: float) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.retry_after = retry_after  # seconds; 0 when it did not say


Trouble = (Refused, BadAnswer, aiohttp.ClientError, TimeoutError, OSError)
"""Everything after which trying again later makes sense."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What lets a caller into one briefing."""

    base_url: str
    token: str
    briefing: str

    @classmethod
    async def from_join_url(cls, session: aiohttp.ClientSession, url: str) -> "tuple[Self, dict[str, Any]]":
        """Read a join link `BASE/join/TOKEN`; also return what the server says about its owner (`/api/v1/me`)."""
        parts = urlsplit(url)
        token = parts.path.rstrip("/").rpartition("/")[2]
        base_url = f"{parts.scheme}://{parts.netloc}"
        me = await Api(session, cls(base_url, token, "")).me()
        return cls(base_url, token, str(me["briefing"])), me


@dataclass(frozen=True, slots=True)
class Resource:
    """A media resource at the server."""

    url: str
    answer: str


class Api:
    """One caller's view of one briefing. Every call raises one of `Trouble`."""

    def __init__(self, session: aiohttp.ClientSession, invitation: Invitation) -> None:
        self._session = session
        self._invitation = invitation
        self._headers = {"Authorization": f"Bearer {invitation.token}"}

    async def me(self) -> dict[str, Any]:
        """Return who the token says we are."""
        return await self._json("GET", "/api/v1/me")

    async def briefing(self) -> dict[str, Any]:
        """Return the plan of the briefing and its state."""
        return await self._json("GET", self._path(""))

    async def lifecycle(self, move: str) -> None:
        """Open, start or close the briefing."""
        await self._json("POST", self._path(f"/{move}"))

    async def agenda(self, index: int) -> None:
        """Go to an agenda item, counted from 0."""
        await self._json("POST", self._path("/agenda"), {"index": index})

    async def check_in(self, code: str, attested: dict[str, Any]) -> None:
        """Attest who is there."""
        await self._json("PUT", self._path(f"/endpoints/{code}/check-in"), attested)

    async def raise_hand(self, speaker: str, topic: str) -> None:
        """Ask for the floor."""
        await self._json("POST", self._path("/floor/requests"), {"speaker": speaker, "topic": topic})

    async def floor(self, move: str, endpoint: str | None = None) -> None:
        """Put on deck, grant, release or revoke."""
        await self._json("POST", self._path(f"/floor/{move}"), {"endpoint": endpoint} if endpoint else None)

    async def begin_line_check(self) -> None:
        """Be let in to send, for as long as a line check takes."""
        await self._json("POST", self._path("/line-checks/begin"))

    async def ballast(self) -> int:
        """Download what is there to be timed; return its bytes."""
        url = urljoin(self._invitation.base_url, self._path("/line-checks/ballast"))
        async with self._session.get(url, headers=self._headers, timeout=TIMEOUT) as response:
            await raise_refusal(response)
            return len(await response.read())

    async def write_line_check(self, check: dict[str, Any]) -> dict[str, Any]:
        """Say what was found, and return where the site stands."""
        return await self._json("POST", self._path("/line-checks"), check)

    async def line_check(self, code: str) -> dict[str, Any]:
        """Return where a site stands."""
        return await self._json("GET", self._path(f"/endpoints/{code}/line-check"))

    def stream(self, last_id: str | None) -> Any:
        """Open the event stream: an async context of a response whose body is `text/event-stream`."""
        headers = self._headers | ({"Last-Event-ID": last_id} if last_id else {})
        url = urljoin(self._invitation.base_url, self._path("/events"))
        return self._session.get(url, headers=headers, timeout=STREAM_TIMEOUT)

    async def whip(self, offer: str) -> Resource:
        """Publish (RFC 9725)."""
        return await self._offer(f"/whip/{self._invitation.briefing}", offer)

    async def whep(self, offer: str) -> Resource:
        """Subscribe (draft-ietf-wish-whep)."""
        return await self._offer(f"/whep/{self._invitation.briefing}", offer)

    async def end(self, resource: Resource) -> None:
        """End a media resource."""
        async with self._session.delete(resource.url, headers=self._headers, timeout=TIMEOUT) as response:
            await raise_refusal(response)

    async def _offer(self, path: str, offer: str) -> Resource:
        url = urljoin(self._invitation.base_url, path)
        headers = self._headers | {"Content-Type": SDP}
        async with self._session.post(url, data=offer.encode(), headers=headers, timeout=TIMEOUT) as response:
            await raise_refusal(response)
            place = response.headers.get("Location")
            if place is None:
                raise BadAnswer("an answer without a Location")
            return Resource(urljoin(str(response.url), place), await response.text())

    async def _json(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        url = urljoin(self._invitation.base_url, path)
        async with self._session.request(method, url, headers=self._headers, json=body, timeout=TIMEOUT) as response:
            await raise_refusal(response)
            answer = await response.json() if response.status != 204 else {}  # noqa: PLR2004
            return dict(answer)

    def _path(self, rest: str) -> str:
        return f"/api/v1/briefings/{self._invitation.briefing}{rest}"


async def raise_refusal(response: aiohttp.ClientResponse) -> None:
    """Raise Refused for an answer that is a refusal, with the stable code of its problem document (RFC 9457)."""
    if response.ok:
        return
    try:
        code = str(json.loads(await response.text()).get("code", ""))
    except (ValueError, AttributeError):
        code = ""
    wait = response.headers.get("Retry-After", "")
    raise Refused(response.status, code, float(wait) if wait.isdigit() else 0.0)
