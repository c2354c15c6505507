"""Briefings: planning them and moving them through their life."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field

from server.core import briefing as lifecycle
from server.core.events import Event, rfc3339
from server.core.ids import BriefingId
from server.core.people import Role
from server.core.state import Briefing
from server.core.summary import BriefingSummary
from server.live.room import Room
from server.store import briefings as stored
from server.web import plans
from server.web.bodies import Body, parsed
from server.web.callers import caller_of
from server.web.conditions import version_wanted
from server.web.keys import DATABASE, ROOMS, ROSTERS, SETTINGS
from server.web.plans import BriefingChange, NewBriefing, PlanAnswer
from server.web.routing import LEADERS, ORGANIZERS, STAFF, Routes

routes = Routes()

MOST_LISTED = 500


class Reason(Body):
    """Why."""

    reason: str = Field("", max_length=300)


class AgendaPlace(Body):
    """The agenda item to go to, counted from 0."""

    index: int


class SeriesPlace(BaseModel):
    """Which date of which series."""

    id: str
    original: str


class BriefingAnswer(PlanAnswer):
    """A briefing as organizers see it."""

    id: str
    state: str
    series: SeriesPlace | None
    edition: int
    opened_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


async def room_of(request: web.Request) -> Room:
    """Return the room the path names. Raises NoSuchBriefing."""
    return await request.app[ROOMS].get(BriefingId(request.match_info["briefing_id"]))


def certified(request: web.Request) -> bool:
    """Whether this service may be told state secrets."""
    return request.app[SETTINGS].certified_for_secrets


@routes.get("/api/v1/briefings", allow=STAFF)
async def list_briefings(request: web.Request) -> web.Response:
    """List all briefings, newest start first."""
    async with request.app[DATABASE].read() as session:
        found = await stored.summaries(session, limit=MOST_LISTED, offset=0)
    return web.json_response({"briefings": [_summary(one) for one in found]})


@routes.post("/api/v1/briefings", allow=ORGANIZERS, body=NewBriefing, answers=BriefingAnswer, status=201)
async def create_briefing(request: web.Request) -> web.Response:
    """Write down a new briefing, as a draft."""
    wanted = await parsed(request, NewBriefing)
    plan = plans.new(request.app[ROSTERS], wanted)
    rooms = request.app[ROOMS]
    room = rooms.fresh(stored.new_id())
    decide = partial(lifecycle.draft, plan=plan, certified=certified(request))
    state = await room.move(decide, caller_of(request).actor)
    rooms.keep(room)
    return _answer(state, status=201, headers={"Location": f"/api/v1/briefings/{state.id}"})


@routes.get("/api/v1/briefings/{briefing_id}", allow=STAFF, answers=BriefingAnswer)
async def show_briefing(request: web.Request) -> web.Response:
    """Show one briefing."""
    return _answer((await room_of(request)).state)


@routes.patch("/api/v1/briefings/{briefing_id}", allow=ORGANIZERS, body=BriefingChange, answers=BriefingAnswer)
async def change_briefing(request: web.Request) -> web.Response:
    """Change the plan; with If-Match only if nobody else has."""
    wanted = await parsed(request, BriefingChange)
    room = await room_of(request)
    edition = version_wanted(request)

    def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
        plan = plans.changed(request.app[ROSTERS], state.planned, wanted)
        return lifecycle.edit(state, now, plan=plan, edition=edition, certified=certified(request))

    return _answer(await room.move(decide, caller_of(request).actor))


Lifecycle = Callable[[Briefing, datetime], tuple[Event, ...]]


async def _advance(request: web.Request, decide: Lifecycle) -> web.Response:
    room = await room_of(request)
    return _answer(await room.move(decide, caller_of(request).actor))


async def _led(request: web.Request, decide: Lifecycle) -> Briefing:
    """Make a move in a room that is open: a chair must be the acting one, an organizer need not.

    Raises NotActingChair.
    """
    room, caller = await room_of(request), caller_of(request)
    if caller.role is Role.CHAIR:
        return await room.lead(decide, caller.actor, caller.name)
    return await room.move(decide, caller.actor)


@routes.post("/api/v1/briefings/{briefing_id}/schedule", allow=LEADERS, answers=BriefingAnswer)
async def schedule_briefing(request: web.Request) -> web.Response:
    """Publish a draft to its sites."""
    return await _advance(request, partial(lifecycle.schedule, certified=certified(request)))


@routes.post("/api/v1/briefings/{briefing_id}/open", allow=LEADERS, answers=BriefingAnswer)
async def open_briefing(request: web.Request) -> web.Response:
    """Open the lobby now."""
    return await _advance(request, partial(lifecycle.open_, certified=certified(request)))


@routes.post("/api/v1/briefings/{briefing_id}/start", allow=LEADERS, answers=BriefingAnswer)
async def start_briefing(request: web.Request) -> web.Response:
    """Begin the meeting."""
    return _answer(await _led(request, partial(lifecycle.start, certified=certified(request))))


@routes.post("/api/v1/briefings/{briefing_id}/close", allow=LEADERS, answers=BriefingAnswer)
async def close_briefing(request: web.Request) -> web.Response:
    """End the meeting."""
    return _answer(await _led(request, lifecycle.close))


@routes.post("/api/v1/briefings/{briefing_id}/cancel", allow=ORGANIZERS, body=Reason, answers=BriefingAnswer)
async def cancel_briefing(request: web.Request) -> web.Response:
    """Call the meeting off."""
    wanted = await parsed(request, Reason)
    return await _advance(request, partial(lifecycle.cancel, reason=wanted.reason))


@routes.post("/api/v1/briefings/{briefing_id}/agenda", allow=LEADERS, body=AgendaPlace, status=204)
async def move_agenda(request: web.Request) -> web.Response:
    """Go to an agenda item."""
    wanted = await parsed(request, AgendaPlace)
    await _led(request, partial(lifecycle.move_agenda, index=wanted.index))
    return web.Response(status=204)


def document(state: Briefing) -> dict[str, Any]:
    """Write a briefing as JSON can hold it."""
    return {
        "id": state.id,
        "state": state.phase.value,
        "series": None if state.series is None else {"id": state.series.series, "original": state.series.original},
        **plans.document(state.planned),
        "edition": state.edition,
        "opened_at": _moment(state.opened_at),
        "started_at": _moment(state.started_at),
        "ended_at": _moment(state.ended_at),
    }


def _answer(state: Briefing, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    etag = {"ETag": f'"{state.edition}"'}
    return web.json_response(document(state), status=status, headers={**etag, **(headers or {})})


def _summary(one: BriefingSummary) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "state": one.phase.value,
        "starts_at": rfc3339(one.starts_at),
        "ends_at": rfc3339(one.ends_at),
        "roster": one.roster,
        "endpoint_count": one.endpoint_count,
        "edition": one.edition,
        "series": one.series,
        "opened_at": _moment(one.opened_at),
        "started_at": _moment(one.started_at),
        "ended_at": _moment(one.ended_at),
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)
