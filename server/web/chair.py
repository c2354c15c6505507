"""The chair over HTTP: taking it, holding its lease, and passing it on."""

from functools import partial

from aiohttp import web
from pydantic import Field

from server.core import chair
from server.core.errors import Conflict
from server.core.ids import Actor
from server.live.room import Room
from server.web.bodies import Body, parsed
from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.keys import CLOCK
from server.web.routing import CHAIRS, Routes

routes = Routes()

CHAIR = "/api/v1/briefings/{briefing_id}/chair"


class NotAtTheDesk(Conflict):
    """This person does not have the chair's page open; let them open it first."""

    code = "not_at_the_desk"


class Successor(Body):
    """Who is to act as the chair, as the status names its deputies."""

    to: str = Field(min_length=1, max_length=300)


class LeaseAnswer(Body):
    """Whether the caller acts as the chair, and for how many seconds without being heard of."""

    acting: bool
    seconds: float


@routes.post(CHAIR + "/take", allow=CHAIRS, answers=LeaseAnswer)
async def take_chair(request: web.Request) -> web.Response:
    """Act as the chair from now on, by a lease that is to be held."""
    room, caller = await room_of(request), caller_of(request)

    await room.take_chair(caller.actor, caller.name)
    return _lease(room, caller.actor)


@routes.post(CHAIR + "/hold", allow=CHAIRS, answers=LeaseAnswer)
async def hold_chair(request: web.Request) -> web.Response:
    """Say that the page is open: the acting chair's lease begins anew, anybody else is there as a deputy."""
    room, caller = await room_of(request), caller_of(request)
    room.at_the_desk(caller.actor, caller.name)
    return _lease(room, caller.actor)


@routes.post(CHAIR + "/hand-over", allow=CHAIRS, body=Successor, status=204)
async def hand_over_chair(request: web.Request) -> web.Response:
    """The acting chair gives the chair to a deputy."""
    room, caller = await room_of(request), caller_of(request)
    to = Actor((await parsed(request, Successor)).to)
    name = room.desk.name_of(to, request.app[CLOCK]())
    if name is None:
        raise NotAtTheDesk(to)
    await room.move(partial(chair.hand_over, actor=caller.actor, to=to, name=name), caller.actor)
    return web.Response(status=204)


@routes.post(CHAIR + "/leave", allow=CHAIRS, status=204)
async def leave_chair(request: web.Request) -> web.Response:
    """The acting chair gives the chair up."""
    room, caller = await room_of(request), caller_of(request)
    await room.move(partial(chair.leave, actor=caller.actor), caller.actor)
    room.desk.forget(caller.actor)
    return web.Response(status=204)


def _lease(room: Room, actor: Actor) -> web.Response:
    acting = room.state.chair is not None and room.state.chair.actor == actor
    return web.json_response({"acting": acting, "seconds": chair.LEASE.total_seconds()})
