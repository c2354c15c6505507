"""The content slot over HTTP: the chair gives and takes it, whoever has it may stop."""

from functools import partial

from aiohttp import web
from pydantic import Field

from server.core import content
from server.core.ids import HUB, EndpointCode
from server.web.bodies import Body, parsed
from server.web.callers import caller_of
from server.web.moves import led, moved
from server.web.routing import CHAIRS, HUBS, SITES, Routes

routes = Routes()

CONTENT = "/api/v1/briefings/{briefing_id}/content"


class Presenter(Body):
    """Who presents: an endpoint's code, or `hub`."""

    presenter: str = Field(min_length=1, max_length=16)


class MaybePresenter(Body):
    """Who presents, or whoever does."""

    presenter: str | None = Field(None, min_length=1, max_length=16)


@routes.post(CONTENT + "/give", allow=CHAIRS, body=Presenter, status=204)
async def give_content(request: web.Request) -> web.Response:
    """The chair lets the hub, or the endpoint that has the floor, present."""
    presenter = EndpointCode((await parsed(request, Presenter)).presenter)
    return await led(request, partial(content.give, presenter=presenter))


@routes.post(CONTENT + "/take", allow=CHAIRS, body=MaybePresenter, status=204)
async def take_content(request: web.Request) -> web.Response:
    """The chair takes the content slot back: dark first, written down after."""
    named = (await parsed(request, MaybePresenter)).presenter
    decide = partial(content.take, presenter=None if named is None else EndpointCode(named))
    return await led(request, decide, cut_first=True)


@routes.post(CONTENT + "/stop", allow=SITES | HUBS, status=204)
async def stop_content(request: web.Request) -> web.Response:
    """The presenter gives the content slot back."""
    decide = partial(content.stop, presenter=caller_of(request).endpoint or HUB)
    return await moved(request, decide, cut_first=True)
