"""Rehearsals over HTTP: planned, taken off, begun and ended."""

from datetime import timedelta
from functools import partial
from typing import Any

from aiohttp import web
from pydantic import Field

from server.core import rehearsal
from server.core.events import encode
from server.core.state import Briefing
from server.core.status import planned_rehearsals
from server.web.bodies import Body, Moment, parsed
from server.web.briefings import certified, room_of
from server.web.callers import caller_of
from server.web.moves import moved
from server.web.routing import ORGANIZERS, REHEARSERS, STAFF, Routes

routes = Routes()

REHEARSALS = "/api/v1/briefings/{briefing_id}/rehearsals"
LARGEST_NUMBER = 2**31 - 1


class NewRehearsal(Body):
    """When to rehearse."""

    starts_at: Moment
    minutes: int = Field(ge=0, le=10_000)


class WhichRehearsal(Body):
    """Which planned rehearsal to begin; none: one that was not planned."""

    number: int | None = Field(None, ge=1, le=LARGEST_NUMBER)


class PlannedAnswer(Body):
    """A rehearsal to come."""

    number: int
    starts_at: str
    ends_at: str


class RehearsalsAnswer(Body):
    """The rehearsals to come, the earliest first."""

    rehearsals: list[PlannedAnswer]


@routes.get(REHEARSALS, allow=STAFF, answers=RehearsalsAnswer)
async def list_rehearsals(request: web.Request) -> web.Response:
    """List the rehearsals to come."""
    return web.json_response(_document((await room_of(request)).state))


@routes.post(REHEARSALS, allow=ORGANIZERS, body=NewRehearsal, answers=RehearsalsAnswer, status=201)
async def plan_rehearsal(request: web.Request) -> web.Response:
    """Plan a rehearsal; a briefing that is moved takes it along."""
    wanted = await parsed(request, NewRehearsal)
    decide = partial(rehearsal.plan, starts_at=wanted.starts_at, length=timedelta(minutes=wanted.minutes))
    state = await (await room_of(request)).move(decide, caller_of(request).actor)
    return web.json_response(_document(state), status=201)


@routes.add("DELETE", REHEARSALS + "/{number}", allow=ORGANIZERS, status=204)
async def drop_rehearsal(request: web.Request) -> web.Response:
    """Take a planned rehearsal off."""
    number = request.match_info["number"]
    if not (number.isascii() and number.isdigit() and int(number) <= LARGEST_NUMBER):
        raise rehearsal.NoSuchRehearsal(number)
    return await moved(request, partial(rehearsal.drop, number=int(number)))


@routes.post(REHEARSALS + "/begin", allow=REHEARSERS, body=WhichRehearsal, status=204)
async def begin_rehearsal(request: web.Request) -> web.Response:
    """Open the room to rehearse, now."""
    wanted = await parsed(request, WhichRehearsal)
    return await moved(request, partial(rehearsal.begin, number=wanted.number, certified=certified(request)))


@routes.post(REHEARSALS + "/end", allow=REHEARSERS, status=204)
async def end_rehearsal(request: web.Request) -> web.Response:
    """End the rehearsal that runs."""
    return await moved(request, rehearsal.end)


def _document(state: Briefing) -> dict[str, Any]:
    return {"rehearsals": encode(planned_rehearsals(state))}
