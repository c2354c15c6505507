"""The status document over HTTP, as it is and as it was; the journal behind it, and the roster behind its names."""

from collections.abc import Iterable
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from endpoints.rosters import Unit
from server.core.errors import Forbidden, Invalid
from server.core.events import encode
from server.core.history import Past
from server.core.people import Role
from server.core.status import describe_past, for_sites
from server.live.feed import body_of
from server.live.room import Room
from server.store import journal
from server.web.bodies import Moment, Query, queried
from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.keys import CLOCK, DATABASE, HISTORIES, ROSTERS
from server.web.plans import UnknownRoster
from server.web.routing import SIGNED_IN, STAFF, Routes

routes = Routes()

LARGEST_SEQ = 2**31 - 1
"""What the database can compare with."""


class OneMoment(Invalid):
    """Name a moment or an entry of the journal, not both."""

    code = "one_moment"


class When(Query):
    """Which moment; none is the present."""

    at: Moment | None = None
    seq: Annotated[int, Field(ge=1, le=LARGEST_SEQ)] | None = None


@routes.get("/api/v1/briefings/{briefing_id}/status", allow=SIGNED_IN, query=When)
async def show_status(request: web.Request) -> web.Response:
    """Show who is here, who speaks and who waits; to the staff at any moment of the past too."""
    when, room = queried(request, When), await room_of(request)
    inside = caller_of(request).role in {Role.SITE, Role.HUB}
    if when == When():
        status = room.status()
        return web.json_response(encode(for_sites(status) if inside else status))
    if inside:
        raise Forbidden("the past is the staff's")
    past = await _past(request, room, when)
    return web.json_response(encode(describe_past(past, place_of=room.place_of)))


async def _past(request: web.Request, room: Room, when: When) -> Past:
    """Return the wanted moment. Raises OneMoment or OutsideJournal."""
    if when.at is not None and when.seq is not None:
        raise OneMoment
    history = await request.app[HISTORIES].of(room.state.id, seq=room.state.head.seq)
    if when.seq is not None:
        return history.after(when.seq)
    return history.at(when.at or request.app[CLOCK](), now=request.app[CLOCK]())


class Page(Query):
    """Which entries of the journal."""

    after: Annotated[int, Field(ge=0, le=LARGEST_SEQ)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 100


@routes.get("/api/v1/briefings/{briefing_id}/journal", allow=STAFF, query=Page)
async def show_journal(request: web.Request) -> web.Response:
    """Show entries of the journal, in order."""
    page, room = queried(request, Page), await room_of(request)
    async with request.app[DATABASE].read() as session:
        entries = await journal.load(session, room.state.id, after=page.after, limit=page.limit)
    return web.json_response({"entries": [body_of(entry) for entry in entries]})


class Which(Query):
    """Which roster, and which of its endpoints: all, or those a search finds."""

    roster: Annotated[str, Field(max_length=16)] = "63"
    search: Annotated[str, Field(max_length=100)] = ""


@routes.get("/api/v1/endpoints", allow=SIGNED_IN, query=Which)
async def show_roster(request: web.Request) -> web.Response:
    """Show a roster, in its order; or what a search finds in it, however it is spelt, in Vietnamese order."""
    which = queried(request, Which)
    try:
        roster = request.app[ROSTERS].load(which.roster)
    except KeyError:
        raise UnknownRoster(which.roster) from None
    units = roster.search(which.search) if which.search else roster.units
    return web.json_response({"roster": which.roster, "endpoints": _shown(units)})


def _shown(units: Iterable[Unit]) -> list[dict[str, Any]]:
    return [
        {
            "code": unit.code,
            "name": unit.name,
            "kind": unit.kind,
            "region": unit.region,
            "slug": unit.slug,
            "row": unit.row,
            "col": unit.col,
            "level": unit.level,
            "parent": unit.parent or None,
            "former": list(unit.former),
        }
        for unit in units
    ]
