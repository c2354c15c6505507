"""The floor over HTTP: the turn that runs, and what the chair does about it. The queue is in `queue.py`."""

from datetime import datetime
from functools import partial

from aiohttp import web
from pydantic import Field

from server.core import floor, readiness
from server.core.events import EndpointSkipped, Event, FloorGranted, encode
from server.core.ids import EndpointCode
from server.core.people import Role
from server.core.state import Briefing
from server.web.bodies import Body, Moment, Text, parsed
from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.moves import led, moved
from server.web.queue import FLOOR, Code, MaybeCode, MaybeNumber, acting_for
from server.web.routing import CHAIRS, SITES, Routes

routes = Routes()

MaybeSeconds = Field(None, gt=0, le=floor.LONGEST_TURN)


class Grant(Body):
    """Who is given the floor: an endpoint's first request, or one by its number; and the time for it, in seconds."""

    endpoint: str = Code
    request: int | None = MaybeNumber
    seconds: int | None = MaybeSeconds
    reason: Text = ""


class Invitation(Body):
    """Who is given the floor without having asked."""

    endpoint: str = Code
    speaker: Text = ""
    topic: Text = ""
    seconds: int | None = MaybeSeconds
    reason: Text = ""


class Recall(Body):
    """Who is called back: whoever spoke last there, or the one of that name."""

    endpoint: str = Code
    speaker: Text | None = None
    seconds: int | None = MaybeSeconds
    reason: Text = ""


class Extension(Body):
    """Seconds more, or less."""

    seconds: int = Field(ge=-floor.LONGEST_TURN, le=floor.LONGEST_TURN)


class MaybeNamed(Body):
    """One endpoint, or whoever it concerns."""

    endpoint: str | None = MaybeCode


class Undo(Body):
    """The move to take back, by when it was made; none: the last."""

    at: Moment | None = None


@routes.post(FLOOR + "/grant", allow=CHAIRS, body=Grant, status=204)
async def grant_floor(request: web.Request) -> web.Response:
    """The chair gives the floor to one who waits."""
    wanted = await parsed(request, Grant)
    decide = partial(
        floor.grant,
        endpoint=EndpointCode(wanted.endpoint),
        number=wanted.request,
        reason=wanted.reason,
        seconds=wanted.seconds,
    )
    return await led(request, decide)


class Next(Body):
    """The time for whoever comes next, in seconds."""

    seconds: int | None = MaybeSeconds


@routes.post(FLOOR + "/next", allow=CHAIRS, body=Next)
async def grant_next(request: web.Request) -> web.Response:
    """The chair gives the floor to the first who can be seen and heard; the answer says who was passed over."""
    wanted, room, caller = await parsed(request, Next), await room_of(request), caller_of(request)
    decided: tuple[Event, ...] = ()

    def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
        nonlocal decided
        failing = readiness.failing(state, room.health)
        decided = floor.grant_next(state, now, failing=failing, seconds=wanted.seconds)
        return decided

    await room.lead(decide, caller.actor, caller.name)
    granted = next(event for event in decided if isinstance(event, FloorGranted))
    skipped = [encode(event) for event in decided if isinstance(event, EndpointSkipped)]
    return web.json_response({"endpoint": granted.endpoint, "request": granted.request, "skipped": skipped})


@routes.post(FLOOR + "/invite", allow=CHAIRS, body=Invitation, status=204)
async def invite(request: web.Request) -> web.Response:
    """The chair gives the floor to one who has not asked."""
    wanted = await parsed(request, Invitation)
    decide = partial(
        floor.invite,
        endpoint=EndpointCode(wanted.endpoint),
        speaker=wanted.speaker,
        topic=wanted.topic,
        reason=wanted.reason,
        seconds=wanted.seconds,
    )
    return await led(request, decide)


@routes.post(FLOOR + "/recall", allow=CHAIRS, body=Recall, status=204)
async def recall(request: web.Request) -> web.Response:
    """The chair calls back one who has spoken."""
    wanted = await parsed(request, Recall)
    decide = partial(
        floor.recall,
        endpoint=EndpointCode(wanted.endpoint),
        speaker=wanted.speaker,
        reason=wanted.reason,
        seconds=wanted.seconds,
    )
    return await led(request, decide)


@routes.post(FLOOR + "/extend", allow=CHAIRS, body=Extension, status=204)
async def extend(request: web.Request) -> web.Response:
    """The chair gives the speaker more time, or less."""
    return await led(request, partial(floor.extend, seconds=(await parsed(request, Extension)).seconds))


@routes.post(FLOOR + "/pause", allow=CHAIRS, status=204)
async def pause(request: web.Request) -> web.Response:
    """The chair interrupts the speaker: off the air first, written down after."""
    return await led(request, floor.pause, cut_first=True)


@routes.post(FLOOR + "/continue", allow=CHAIRS, status=204)
async def continue_(request: web.Request) -> web.Response:
    """The chair gives the interrupted speaker the floor back."""
    return await led(request, floor.continue_)


@routes.post(FLOOR + "/mute", allow=CHAIRS, status=204)
async def mute_everyone(request: web.Request) -> web.Response:
    """The chair lets nobody but the hub be heard: off the air first, written down after."""
    return await led(request, floor.mute_everyone, cut_first=True)


@routes.post(FLOOR + "/unmute", allow=CHAIRS, status=204)
async def lift_mute(request: web.Request) -> web.Response:
    """The chair lets microphones be open again."""
    return await led(request, floor.lift_mute)


@routes.post(FLOOR + "/undo", allow=CHAIRS, body=Undo, status=204)
async def undo(request: web.Request) -> web.Response:
    """The chair takes the last move back."""
    move, grace = (await parsed(request, Undo)).at, (await room_of(request)).grace
    return await led(request, partial(floor.undo, move=move, grace=grace), cut_first=True)


@routes.post(FLOOR + "/release", allow=SITES | CHAIRS, body=MaybeNamed, status=204)
async def release_floor(request: web.Request) -> web.Response:
    """The speaker gives the floor back; the chair may do it for the site."""
    wanted = await parsed(request, MaybeNamed)
    caller = caller_of(request)
    named = acting_for(request, wanted.endpoint) if caller.role is Role.SITE else wanted.endpoint

    def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
        return floor.release(state, now, endpoint=_holder_or(state, named))

    if caller.role is not Role.SITE:
        return await led(request, decide, cut_first=True)
    return await moved(request, decide, cut_first=True)


@routes.post(FLOOR + "/revoke", allow=CHAIRS, body=MaybeNamed, status=204)
async def revoke_floor(request: web.Request) -> web.Response:
    """The chair takes the floor away: off the air first, written down after."""
    named = (await parsed(request, MaybeNamed)).endpoint

    def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
        return floor.revoke(state, now, endpoint=_holder_or(state, named))

    return await led(request, decide, cut_first=True)


def _holder_or(state: Briefing, named: str | None) -> EndpointCode:
    """Return the endpoint meant: the named one, else the holder. Raises NotSpeaking when nobody has the floor."""
    if named is not None:
        return EndpointCode(named)
    if state.floor.holder is None:
        raise floor.NotSpeaking
    return state.floor.holder
