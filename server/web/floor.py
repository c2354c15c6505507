"""The floor over HTTP: raised hands, the queue, and the chair's grants."""

from datetime import datetime
from functools import partial

from aiohttp import web
from pydantic import Field

from server.core import floor
from server.core.errors import Forbidden, Invalid
from server.core.events import Event
from server.core.ids import EndpointCode
from server.core.people import Role
from server.core.state import Briefing
from server.web.bodies import Body, Text, parsed
from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.routing import CHAIRS, SECRETARIES, SITES, Routes

routes = Routes()

FLOOR = "/api/v1/briefings/{briefing_id}/floor"
Code = Field(min_length=1, max_length=16)


class EndpointMissing(Invalid):
    """Say for which endpoint; only a site's own token says it by itself."""

    code = "endpoint_missing"


class NotYourEndpoint(Forbidden):
    """A site may only act for itself; use the link of the other site."""

    code = "not_your_endpoint"


class RaiseHand(Body):
    """A request to speak."""

    speaker: Text = ""
    topic: Text = ""
    endpoint: str | None = Field(None, min_length=1, max_length=16)


class Named(Body):
    """One endpoint."""

    endpoint: str = Code


class MaybeNamed(Body):
    """One endpoint, or whoever it concerns."""

    endpoint: str | None = Field(None, min_length=1, max_length=16)


class NewOrder(Body):
    """The queue in a new order, and why."""

    endpoints: list[str] = Field(max_length=5000)
    reason: Text


class RequestAnswer(Body):
    """A request to speak has its place in the queue, counted from 1."""

    endpoint: str
    place: int


@routes.post(FLOOR + "/requests", allow=SITES | CHAIRS | SECRETARIES, body=RaiseHand, answers=RequestAnswer, status=201)
async def raise_hand(request: web.Request) -> web.Response:
    """Ask to speak; the chair and the secretary may ask on a site's behalf."""
    wanted = await parsed(request, RaiseHand)
    endpoint = _acting_for(request, wanted.endpoint)
    room = await room_of(request)
    decide = partial(floor.request, endpoint=endpoint, speaker=wanted.speaker, topic=wanted.topic)
    state = await room.move(decide, caller_of(request).actor)
    place = state.floor.waiting.index(endpoint) + 1
    return web.json_response({"endpoint": endpoint, "place": place}, status=201)


@routes.delete(FLOOR + "/requests/{code}", allow=SITES | CHAIRS | SECRETARIES)
async def withdraw_request(request: web.Request) -> web.Response:
    """Take a hand down again."""
    endpoint = EndpointCode(request.match_info["code"])
    await (await room_of(request)).move(partial(floor.withdraw, endpoint=endpoint), caller_of(request).actor)
    return web.Response(status=204)


@routes.post(FLOOR + "/on-deck", allow=CHAIRS, body=Named, status=204)
async def put_on_deck(request: web.Request) -> web.Response:
    """Ask a waiting site to get ready."""
    endpoint = EndpointCode((await parsed(request, Named)).endpoint)
    await (await room_of(request)).move(partial(floor.put_on_deck, endpoint=endpoint), caller_of(request).actor)
    return web.Response(status=204)


@routes.post(FLOOR + "/order", allow=CHAIRS, body=NewOrder, status=204)
async def reorder_queue(request: web.Request) -> web.Response:
    """Put the queue into another order; the reason goes into the record."""
    wanted = await parsed(request, NewOrder)
    order = tuple(EndpointCode(code) for code in wanted.endpoints)
    decide = partial(floor.reorder, endpoints=order, reason=wanted.reason)
    await (await room_of(request)).move(decide, caller_of(request).actor)
    return web.Response(status=204)


@routes.post(FLOOR + "/grant", allow=CHAIRS, body=Named, status=204)
async def grant_floor(request: web.Request) -> web.Response:
    """The chair gives one waiting endpoint the floor."""
    endpoint = EndpointCode((await parsed(request, Named)).endpoint)
    await (await room_of(request)).move(partial(floor.grant, endpoint=endpoint), caller_of(request).actor)
    return web.Response(status=204)


@routes.post(FLOOR + "/release", allow=SITES | CHAIRS, body=MaybeNamed, status=204)
async def release_floor(request: web.Request) -> web.Response:
    """The speaker gives the floor back; the chair may do it for the site."""
    wanted = await parsed(request, MaybeNamed)
    caller = caller_of(request)
    named = _acting_for(request, wanted.endpoint) if caller.role is Role.SITE else wanted.endpoint

    def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
        return floor.release(state, now, endpoint=_holder_or(state, named))

    await (await room_of(request)).move(decide, caller.actor, cut_first=True)
    return web.Response(status=204)


@routes.post(FLOOR + "/revoke", allow=CHAIRS, body=MaybeNamed, status=204)
async def revoke_floor(request: web.Request) -> web.Response:
    """The chair takes the floor away: off the air first, written down after."""
    named = (await parsed(request, MaybeNamed)).endpoint

    def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
        return floor.revoke(state, now, endpoint=_holder_or(state, named))

    await (await room_of(request)).move(decide, caller_of(request).actor, cut_first=True)
    return web.Response(status=204)


def _holder_or(state: Briefing, named: str | None) -> EndpointCode:
    """Return the endpoint meant: the named one, else the holder. Raises NotSpeaking when nobody has the floor."""
    if named is not None:
        return EndpointCode(named)
    if state.floor.holder is None:
        raise floor.NotSpeaking
    return state.floor.holder


def _acting_for(request: web.Request, named: str | None) -> EndpointCode:
    """Return the endpoint a request is about: a site's own, or the one the chair or the secretary names."""
    own = caller_of(request).endpoint
    if own is None:
        if named is None:
            raise EndpointMissing
        return EndpointCode(named)
    if named not in {None, own}:
        raise NotYourEndpoint(str(named))
    return own
