"""The sites' calendars over HTTP: an address for each site that programs subscribe to, made, shown again and revoked.

An address' secret is derived as those of join links are (`join_links`): the database holds nothing but its hash.
"""

import base64
import hmac
import secrets
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from itertools import groupby
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from endpoints.rosters import Roster, Unit
from schedules import calendar
from schedules.calendar import Meeting, meeting_of
from server.core.errors import NotFound
from server.core.ids import BriefingId, EndpointCode, RosterName
from server.core.journal import Entry
from server.core.state import Briefing, fold
from server.store import feeds, journal, people
from server.store.feeds import Feed
from server.web import join_links
from server.web.bodies import Body, parsed
from server.web.callers import hashed
from server.web.keys import CLOCK, DATABASE, ROSTERS, SECRET, SETTINGS
from server.web.plans import UnknownEndpoint, UnknownRoster
from server.web.routing import ORGANIZERS, PUBLIC, Routes
from server.web.security import base_url

routes = Routes()

PATH = "/api/v1/calendar-feeds/{roster}"
SECRET_BYTES: Final = 24
KEPT: Final = timedelta(days=30)
"""How long a briefing stays in calendars after its end."""

CALENDAR_NAME = "Giao ban: {site}"


class NoFeed(NotFound):
    """There is no calendar under this address, or the address was revoked; ask the organizer for another."""

    code = "no_feed"


class NewFeeds(Body):
    """For which endpoints; "missing" are those that have no address that works."""

    endpoints: (
        Literal["missing"] | Annotated[list[Annotated[str, Field(max_length=16)]], Field(min_length=1, max_length=100)]
    )


class FeedAnswer(BaseModel):
    """The address of one site's calendar; without one, `url` and `made_at` are null."""

    endpoint: str
    name: str
    url: str | None
    made_at: datetime | None


class FeedsAnswer(BaseModel):
    """The addresses, in roster order."""

    feeds: list[FeedAnswer]


@dataclass(frozen=True, slots=True)
class Address:
    """An address that works."""

    secret: str
    made_at: datetime


@routes.get(PATH, allow=ORGANIZERS, answers=FeedsAnswer)
async def list_feeds(request: web.Request) -> web.Response:
    """List every site of a roster with the address of its calendar."""
    return _answer(await listed(request, roster_of(request)))


@routes.post(PATH, allow=ORGANIZERS, body=NewFeeds, answers=FeedsAnswer, status=HTTPStatus.CREATED)
async def make_feeds(request: web.Request) -> web.Response:
    """Make new addresses; the old ones of these sites stop working."""
    roster, wanted = roster_of(request), (await parsed(request, NewFeeds)).endpoints
    async with request.app[DATABASE].begin() as session:
        present = await _working(session, request.app[SECRET], roster)
        chosen = _chosen(request.app[ROSTERS].load(roster), wanted, present)
        made = [_new_feed(request.app[SECRET], code, request.app[CLOCK]()) for code in chosen]
        await feeds.renew(session, roster, made)
    return _answer(await listed(request, roster), status=HTTPStatus.CREATED)


@routes.delete(PATH + "/{code}", allow=ORGANIZERS)
async def revoke_feed(request: web.Request) -> web.Response:
    """Revoke the address of a site's calendar."""
    async with request.app[DATABASE].begin() as session:
        await feeds.revoke(session, roster_of(request), [EndpointCode(request.match_info["code"])])
    return web.Response(status=HTTPStatus.NO_CONTENT)


@routes.get("/calendar/{secret}.ics", allow=PUBLIC, gives="text/calendar")
async def show_calendar(request: web.Request) -> web.Response:
    """Give a site's calendar: its briefings of the last 30 days and all that are to come, but no drafts."""
    async with request.app[DATABASE].read() as session:
        found = await feeds.owner(session, hashed(request.match_info["secret"]))
        if found is None:
            raise NoFeed
        roster, endpoint = found
        since = request.app[CLOCK]() - KEPT
        ids = await feeds.briefings_of(session, roster, endpoint, since=since)
        meetings = _meetings(await journal.load_planning(session, ids), ids)
        links = await _links(session, request, endpoint, ids)
    unit = request.app[ROSTERS].load(roster).by_code.get(endpoint)
    content = calendar.feed(
        [(meeting, links.get(meeting.id, "")) for meeting in meetings],
        name=CALENDAR_NAME.format(site=unit.name if unit else endpoint),
        zone=ZoneInfo(request.app[SETTINGS].time_zone),
    )
    return _fresh(request, content)


async def listed(request: web.Request, roster: RosterName) -> list[FeedAnswer]:
    """Return every site of a roster with the address of its calendar."""
    async with request.app[DATABASE].read() as session:
        found = await _working(session, request.app[SECRET], roster)
    units = request.app[ROSTERS].load(roster).units
    return [_shown(request, unit, found.get(EndpointCode(unit.code))) for unit in units]


def _shown(request: web.Request, unit: Unit, address: Address | None) -> FeedAnswer:
    if address is None:
        return FeedAnswer(endpoint=unit.code, name=unit.name, url=None, made_at=None)
    url = f"{base_url(request)}/calendar/{address.secret}.ics"
    return FeedAnswer(endpoint=unit.code, name=unit.name, url=url, made_at=address.made_at)


async def _working(session: AsyncSession, key: bytes, roster: RosterName) -> dict[EndpointCode, Address]:
    """Return the addresses that work; those made under another server secret cannot be shown and count as none."""
    derived = [(feed, secret_of(key, feed.id)) for feed in await feeds.of_roster(session, roster)]
    return {
        feed.endpoint: Address(secret, feed.made_at) for feed, secret in derived if hashed(secret) == feed.secret_hash
    }


def secret_of(key: bytes, feed_id: str) -> str:
    """Derive an address' secret: HMAC-SHA256 (RFC 2104) of the feed's id, as base64url (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(hmac.digest(key, f"feed|{feed_id}".encode(), "sha256")[:SECRET_BYTES]).decode()


def _new_feed(key: bytes, endpoint: EndpointCode, now: datetime) -> Feed:
    feed_id = secrets.token_urlsafe(12)
    return Feed(endpoint, feed_id, hashed(secret_of(key, feed_id)), now)


def roster_of(request: web.Request) -> RosterName:
    """Return the roster of the address. Raises UnknownRoster."""
    name = request.match_info["roster"]
    if name not in request.app[ROSTERS].names:
        raise UnknownRoster(name)
    return RosterName(name)


def _chosen(roster: Roster, wanted: Literal["missing"] | list[str], present: Container[str]) -> list[EndpointCode]:
    """Return the endpoints that are meant, each once. Raises UnknownEndpoint."""
    units = roster.by_code
    if wanted == "missing":
        return [EndpointCode(code) for code in units if code not in present]
    if strangers := sorted(set(wanted) - set(units)):
        raise UnknownEndpoint(", ".join(strangers))
    return [EndpointCode(code) for code in units if code in set(wanted)]


def _meetings(entries: Sequence[Entry], ids: Sequence[BriefingId]) -> list[Meeting]:
    """Return what was published of these briefings, in their order."""
    told = {
        briefing: meeting_of(fold(Briefing(briefing), group))
        for briefing, group in groupby(entries, key=lambda entry: entry.briefing)
    }
    return [meeting for briefing in ids if (meeting := told.get(briefing))]


async def _links(
    session: AsyncSession, request: web.Request, endpoint: EndpointCode, ids: Sequence[BriefingId]
) -> dict[BriefingId, str]:
    """Return the join links of one site that work, by briefing."""
    tokens = await people.join_tokens_of(session, endpoint, ids)
    derived = {join_links.secret_of(request.app[SECRET], token.id): token for token in tokens}
    known = await people.known_hashes(session, map(hashed, derived))
    return {
        token.briefing: f"{base_url(request)}/join/{secret}"
        for secret, token in derived.items()
        if token.briefing is not None and hashed(secret) in known
    }


def _fresh(request: web.Request, content: bytes) -> web.Response:
    """Give a calendar, or say that the reader has it already (RFC 9110, section 13.1.2)."""
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return web.Response(body=content, content_type="text/calendar", charset="utf-8", headers=headers)


def _answer(found: list[FeedAnswer], *, status: int = HTTPStatus.OK) -> web.Response:
    return web.json_response(text=FeedsAnswer(feeds=found).model_dump_json(), status=status)
