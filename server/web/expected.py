"""Expected delegates over HTTP: what new briefings of a roster begin with, and what one endpoint is to send."""

from typing import Any, Final

from aiohttp import web
from pydantic import BaseModel, Field

from server.core import expected as rules
from server.core import invitations
from server.core.events import encode
from server.core.ids import EndpointCode
from server.store import expected
from server.web.bodies import Body, parsed
from server.web.briefings import room_of
from server.web.checkin import DelegateBody
from server.web.feeds import roster_of
from server.web.keys import DATABASE, ROSTERS
from server.web.plans import Expected, expected_lists, require_known
from server.web.routing import ORGANIZERS, SITES, STAFF, Routes

routes = Routes()

PATH: Final = "/api/v1/rosters/{roster}/expected"


class ExpectedBody(Body):
    """The lists that new briefings begin with, whole."""

    expected: Expected = Field(default_factory=list)


class PositionsAnswer(BaseModel):
    """The positions an endpoint is to send, in their order, and the lines that its check-in begins with."""

    positions: list[str]
    delegates: list[DelegateBody]


@routes.get(PATH, allow=ORGANIZERS, answers=ExpectedBody)
async def show_defaults(request: web.Request) -> web.Response:
    """Show the expected delegates that new briefings of a roster begin with."""
    found = (await defaults(request)).get(roster_of(request), [])
    return web.json_response({"expected": found})


@routes.put(PATH, allow=ORGANIZERS, body=ExpectedBody, answers=ExpectedBody)
async def keep_defaults(request: web.Request) -> web.Response:
    """Let new briefings of a roster begin with these lists. Briefings that are written down stay as they are."""
    roster, wanted = roster_of(request), await parsed(request, ExpectedBody)
    lists = expected_lists(wanted.expected)
    rules.check(lists)
    require_known(request.app[ROSTERS], roster, (code for one in lists for code in one.endpoints))
    async with request.app[DATABASE].begin() as session:
        await expected.keep(session, roster, lists)
    return web.json_response(wanted.model_dump())


@routes.get("/api/v1/briefings/{briefing_id}/endpoints/{code}/expected", allow=SITES | STAFF, answers=PositionsAnswer)
async def show_expected(request: web.Request) -> web.Response:
    """Show whom an endpoint is to send, and whom it has announced; its page has a line for each."""
    state, code = (await room_of(request)).state, EndpointCode(request.match_info["code"])
    positions = rules.of(state.planned, code)
    lines = rules.offered(positions, invitations.announced(state, code))
    return web.json_response({"positions": list(positions), "delegates": [encode(one) for one in lines]})


async def defaults(request: web.Request) -> dict[str, list[dict[str, Any]]]:
    """Return what new briefings begin with, by roster, as JSON can hold it."""
    async with request.app[DATABASE].read() as session:
        found = await expected.defaults(session)
    return {
        roster: [{"positions": list(one.positions), "endpoints": list(one.endpoints)} for one in lists]
        for roster, lists in found.items()
        if roster in request.app[ROSTERS].names
    }
