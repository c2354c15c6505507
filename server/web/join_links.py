"""Join links: the address that lets one site into one briefing, as text and as a QR code.

A link's secret is derived from the server's own secret and the id of its token, so an organizer can print it again
without changing it, while the database holds nothing but its hash. A new link is a new token; the old one is revoked.
"""

import base64
import hmac
import io
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

import segno
from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.errors import NotFound
from server.core.ids import BriefingId, EndpointCode
from server.core.people import Role, Token, TokenId
from server.core.plan import MOST_ENDPOINTS
from server.core.presence import NotInvited
from server.core.state import Briefing
from server.live.room import Room
from server.store import people
from server.web.bodies import Body, parsed
from server.web.briefings import room_of
from server.web.callers import hashed
from server.web.keys import CLOCK, DATABASE, PLANE, ROSTERS, SECRET
from server.web.routing import ORGANIZERS, Routes
from server.web.security import base_url

routes = Routes()

PATH = "/api/v1/briefings/{briefing_id}/join-links"
SECRET_BYTES = 24
"""192 bits: nobody guesses one, and its QR code is still easy to read from paper."""


class NoLink(NotFound):
    """This endpoint has no link that works; make one."""

    code = "no_link"


class NewLinks(Body):
    """For which endpoints; "missing" are those that have no link that works."""

    endpoints: (
        Literal["all", "missing"]
        | Annotated[list[Annotated[str, Field(max_length=16)]], Field(max_length=MOST_ENDPOINTS)]
    )


class LinkAnswer(BaseModel):
    """One endpoint's link; without one, `url` and `created_at` are null."""

    endpoint: str
    name: str
    url: str | None
    created_at: datetime | None


class LinksAnswer(BaseModel):
    """The links, in roster order."""

    links: list[LinkAnswer]


@dataclass(frozen=True, slots=True)
class Link:
    """A link that works."""

    secret: str
    created_at: datetime


@routes.get(PATH, allow=ORGANIZERS, answers=LinksAnswer)
async def list_links(request: web.Request) -> web.Response:
    """List every endpoint of the briefing with its link, to be printed."""
    state = (await room_of(request)).state
    return _answer(request, state, state.planned.endpoints, await links_of(request, state.id))


@routes.post(PATH, allow=ORGANIZERS, body=NewLinks, answers=LinksAnswer, status=HTTPStatus.CREATED)
async def make_links(request: web.Request) -> web.Response:
    """Make new links; the old ones of these endpoints stop working."""
    wanted = (await parsed(request, NewLinks)).endpoints
    room = await room_of(request)
    state = room.state
    async with request.app[DATABASE].begin() as session:
        present = await working(session, request.app[SECRET], state.id)
        chosen = chosen_of(state, wanted, present)
        made = await renew(session, request.app[SECRET], state.id, chosen, now=request.app[CLOCK]())
    await show_out(request, room, chosen)
    return _answer(request, state, chosen, made, status=HTTPStatus.CREATED)


@routes.delete(PATH + "/{code}", allow=ORGANIZERS)
async def revoke_link(request: web.Request) -> web.Response:
    """Revoke an endpoint's link."""
    room, code = await room_of(request), EndpointCode(request.match_info["code"])
    async with request.app[DATABASE].begin() as session:
        await people.revoke_join(session, room.state.id, [code], request.app[CLOCK]())
    await show_out(request, room, [code])
    return web.Response(status=HTTPStatus.NO_CONTENT)


@routes.get(PATH + "/{code}/qr", allow=ORGANIZERS, gives="image/svg+xml")
async def show_qr(request: web.Request) -> web.Response:
    """Draw an endpoint's link as a QR code, black on white in any theme."""
    state, code = (await room_of(request)).state, EndpointCode(request.match_info["code"])
    link = (await links_of(request, state.id)).get(code)
    if link is None:
        raise NoLink(code)
    return web.Response(body=drawn(url_of(request, link)), content_type="image/svg+xml")


async def show_out(request: web.Request, room: Room, endpoints: Iterable[EndpointCode]) -> None:
    """End the streams and the media of these sites: they came in by a link that no longer works."""
    for endpoint in endpoints:
        room.feed.show_out(endpoint)
        await request.app[PLANE].expel(room.state.id, endpoint)


async def links_of(request: web.Request, briefing: BriefingId) -> dict[EndpointCode, Link]:
    """Return the links that work, by endpoint."""
    async with request.app[DATABASE].read() as session:
        return await working(session, request.app[SECRET], briefing)


async def working(session: AsyncSession, key: bytes, briefing: BriefingId) -> dict[EndpointCode, Link]:
    """Return the links that work; those made under another server secret cannot be shown and count as none."""
    derived = {secret_of(key, token.id): token for token in await people.join_tokens(session, briefing)}
    kept = await people.known_hashes(session, [hashed(secret) for secret in derived])
    return {
        token.endpoint: Link(secret, token.created_at)
        for secret, token in derived.items()
        if token.endpoint is not None and hashed(secret) in kept
    }


async def renew(
    session: AsyncSession, key: bytes, briefing: BriefingId, endpoints: Sequence[EndpointCode], *, now: datetime
) -> dict[EndpointCode, Link]:
    """Revoke the links of these endpoints and make new ones."""
    await people.revoke_join(session, briefing, endpoints, now)
    made = {}
    for endpoint in endpoints:
        token = Token(TokenId(secrets.token_urlsafe(12)), Role.SITE, f"join {endpoint}", now, briefing, endpoint)
        made[endpoint] = Link(secret_of(key, token.id), now)
        await people.add_token(session, token, hashed(made[endpoint].secret))
    return made


def chosen_of(
    state: Briefing, wanted: Literal["all", "missing"] | list[str], present: Iterable[EndpointCode]
) -> tuple[EndpointCode, ...]:
    """Return the endpoints that are meant, in roster order. Raises NotInvited."""
    planned = state.planned.endpoints
    if wanted == "all":
        return planned
    if wanted == "missing":
        return tuple(code for code in planned if code not in set(present))
    if strangers := sorted(set(wanted) - set(planned)):
        raise NotInvited(", ".join(strangers))
    return tuple(code for code in planned if code in set(wanted))


def secret_of(key: bytes, token: TokenId) -> str:
    """Derive a link's secret: HMAC-SHA256 (RFC 2104) of the token's id, as base64url (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(hmac.digest(key, f"join|{token}".encode(), "sha256")[:SECRET_BYTES]).decode()


def url_of(request: web.Request, link: Link) -> str:
    """Return the address a site opens."""
    return f"{base_url(request)}/join/{link.secret}"


def drawn(url: str) -> bytes:
    """Draw a QR code as SVG, with the quiet zone that cameras need (ISO/IEC 18004)."""
    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(picture, kind="svg", scale=4, border=4, dark="#000", light="#fff")
    return picture.getvalue()


def _answer(
    request: web.Request,
    state: Briefing,
    codes: Iterable[EndpointCode],
    links: dict[EndpointCode, Link],
    *,
    status: int = HTTPStatus.OK,
) -> web.Response:
    names = request.app[ROSTERS].called(state.planned.roster)
    answer = LinksAnswer(
        links=[
            LinkAnswer(
                endpoint=code,
                name=names.get(code, code),
                url=url_of(request, links[code]) if code in links else None,
                created_at=links[code].created_at if code in links else None,
            )
            for code in codes
        ]
    )
    return web.json_response(text=answer.model_dump_json(), status=status)
