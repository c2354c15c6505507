"""The speaker queue over HTTP: raised hands, and the order in which they are called."""

from functools import partial

from aiohttp import web
from pydantic import Field

from server.core import queue
from server.core.errors import Forbidden, Invalid
from server.core.events import QueuePolicy
from server.core.ids import EndpointCode
from server.web.bodies import Body, Query, Text, parsed, queried
from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.moves import led, moved
from server.web.routing import CHAIRS, SECRETARIES, SITES, Routes

routes = Routes()

FLOOR = "/api/v1/briefings/{briefing_id}/floor"
REQUEST = FLOOR + "/requests/{code}"
Code = Field(min_length=1, max_length=16)
MaybeCode = Field(None, min_length=1, max_length=16)
MaybeNumber = Field(None, ge=1, le=2**31)
MOST_WAITING = 10_000


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
    endpoint: str | None = MaybeCode


class Amendment(Body):
    """Another speaker or topic for a request that waits."""

    speaker: Text
    topic: Text
    request: int | None = MaybeNumber


class Which(Query):
    """One request of an endpoint that has several."""

    request: int | None = MaybeNumber


class Named(Body):
    """One endpoint's first request, or one by its number."""

    endpoint: str = Code
    request: int | None = MaybeNumber


class Denial(Named):
    """A request that is taken out, and why."""

    reason: Text = ""


class NewOrder(Body):
    """The queue in a new order, by request or by endpoint, and why."""

    endpoints: list[str] = Field(default_factory=list, max_length=MOST_WAITING)
    requests: list[int] = Field(default_factory=list, max_length=MOST_WAITING)
    reason: Text = ""


class Policy(Body):
    """The rule that orders the queue, and why."""

    policy: QueuePolicy
    reason: Text = ""


class RequestAnswer(Body):
    """A request to speak has its place in the queue, counted from 1, and its number in the briefing."""

    endpoint: str
    place: int
    request: int


@routes.post(FLOOR + "/requests", allow=SITES | CHAIRS | SECRETARIES, body=RaiseHand, answers=RequestAnswer, status=201)
async def raise_hand(request: web.Request) -> web.Response:
    """Ask to speak; the chair and the secretary may ask on a site's behalf, and for somebody in the hub's room."""
    wanted = await parsed(request, RaiseHand)
    endpoint, caller = acting_for(request, wanted.endpoint), caller_of(request)
    asked_by = "" if caller.endpoint else caller.name
    decide = partial(
        queue.request,
        endpoint=endpoint,
        speaker=wanted.speaker,
        topic=wanted.topic,
        asked_by=asked_by[: queue.LONGEST_TEXT],
    )
    state = await (await room_of(request)).move(decide, caller.actor)
    place, made = next((i, one) for i, one in enumerate(state.floor.queue, 1) if one.number == state.floor.requests)
    return web.json_response({"endpoint": endpoint, "place": place, "request": made.number}, status=201)


@routes.patch(REQUEST, allow=SITES | CHAIRS | SECRETARIES, body=Amendment, status=204)
async def amend_request(request: web.Request) -> web.Response:
    """Change who is to speak or about what, at the same place in the queue."""
    wanted = await parsed(request, Amendment)
    decide = partial(
        queue.amend, endpoint=_code(request), number=wanted.request, speaker=wanted.speaker, topic=wanted.topic
    )
    return await moved(request, decide)


@routes.delete(REQUEST, allow=SITES | CHAIRS | SECRETARIES, query=Which)
async def withdraw_request(request: web.Request) -> web.Response:
    """Take a hand down again."""
    number = queried(request, Which).request
    return await moved(request, partial(queue.withdraw, endpoint=_code(request), number=number))


@routes.post(FLOOR + "/deny", allow=CHAIRS, body=Denial, status=204)
async def deny_request(request: web.Request) -> web.Response:
    """The chair takes a request out of the queue."""
    wanted = await parsed(request, Denial)
    endpoint = EndpointCode(wanted.endpoint)
    return await led(request, partial(queue.deny, endpoint=endpoint, number=wanted.request, reason=wanted.reason))


@routes.post(FLOOR + "/on-deck", allow=CHAIRS, body=Named, status=204)
async def put_on_deck(request: web.Request) -> web.Response:
    """Ask a waiting site to get ready."""
    wanted = await parsed(request, Named)
    return await led(request, partial(queue.put_on_deck, endpoint=EndpointCode(wanted.endpoint), number=wanted.request))


@routes.post(FLOOR + "/order", allow=CHAIRS, body=NewOrder, status=204)
async def reorder_queue(request: web.Request) -> web.Response:
    """Put the queue into another order; the reason goes into the record."""
    wanted = await parsed(request, NewOrder)
    order = tuple(EndpointCode(code) for code in wanted.endpoints)
    decide = partial(queue.reorder, endpoints=order, numbers=tuple(wanted.requests), reason=wanted.reason)
    return await led(request, decide)


@routes.post(FLOOR + "/policy", allow=CHAIRS, body=Policy, status=204)
async def follow_policy(request: web.Request) -> web.Response:
    """Order the queue by a rule from now on."""
    wanted = await parsed(request, Policy)
    return await led(request, partial(queue.follow, policy=wanted.policy, reason=wanted.reason))


def _code(request: web.Request) -> EndpointCode:
    return EndpointCode(request.match_info["code"])


def acting_for(request: web.Request, named: str | None) -> EndpointCode:
    """Return the endpoint a request is about: a site's own, or the one that is named on its behalf.

    Raises EndpointMissing, NotYourEndpoint.
    """
    own = caller_of(request).endpoint
    if own is None:
        if named is None:
            raise EndpointMissing
        return EndpointCode(named)
    if named not in {None, own}:
        raise NotYourEndpoint(str(named))
    return own
