"""Expected delegates over HTTP: what new briefings of a roster begin with, and what one endpoint is to send."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

from aiohttp import web
from pydantic import BaseModel, Field

from server.core import expected as rules
from server.core import invitations
from server.core.events import encode
from server.core.expected import DefaultList
from server.core.groups import Group, NoGroup
from server.core.ids import EndpointCode, RosterName
from server.core.rosters import LONGEST_REMARK
from server.store import expected
from server.web import groups
from server.web.bodies import Body, parsed
from server.web.briefings import room_of
from server.web.checkin import DelegateBody
from server.web.feeds import roster_of
from server.web.keys import DATABASE, ROSTERS
from server.web.plans import ExpectedDelegatesBody, require_known
from server.web.routing import ORGANIZERS, SITES, STAFF, Routes

routes = Routes()

PATH: Final = "/api/v1/rosters/{roster}/expected"
LONGEST_GROUP: Final = LONGEST_REMARK
"""Characters of a region's name."""

Members = Mapping[str, tuple[EndpointCode, ...]]


class DefaultListBody(ExpectedDelegatesBody):
    """Whom new briefings expect of some endpoints, or of a group (its id) or a region (its name) as it is by then."""

    group: Annotated[str, Field(max_length=LONGEST_GROUP)] | None = None


class ExpectedBody(Body):
    """The lists that new briefings begin with, whole."""

    expected: Annotated[list[DefaultListBody], Field(max_length=rules.MOST_LISTS)] = Field(default_factory=list)


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
    """Let new briefings of a roster begin with these lists. Briefings that are written down stay as they are.

    Raises NoGroup.
    """
    roster, wanted = roster_of(request), await parsed(request, ExpectedBody)
    members = _members(request, roster, await groups.made(request, roster))
    lists = [_list(one, members) for one in wanted.expected]
    rules.check(lists)
    require_known(request.app[ROSTERS], roster, (code for one in lists for code in one.endpoints))
    async with request.app[DATABASE].begin() as session:
        await expected.keep(session, roster, lists)
    return web.json_response({"expected": [_document(one) for one in lists]})


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
    made = await groups.made(request)
    return {
        roster: list(_present(request, roster, lists, _members(request, roster, made)))
        for roster, lists in found.items()
        if roster in request.app[ROSTERS].names
    }


def _present(
    request: web.Request, roster: RosterName, lists: Iterable[DefaultList], members: Members
) -> Iterator[dict[str, Any]]:
    """Yield lists with who belongs to their groups now, and without endpoints that their roster has lost."""
    there = request.app[ROSTERS].load(roster).by_code
    for one in lists:
        group = one.group if one.group in members else None
        meant = members[group] if group else one.endpoints
        endpoints = tuple(code for code in meant if code in there)
        if endpoints or not meant:  # a list for nobody would be one for everybody
            yield _document(replace(one, endpoints=endpoints, group=group))


def _members(request: web.Request, roster: RosterName, made: Iterable[Group]) -> Members:
    """Return who belongs to each group of a roster, by its id, and to each region, by its name."""
    regions = groups.regions_of(request.app[ROSTERS].load(roster))
    found = {str(one["name"]): tuple(map(EndpointCode, one["endpoints"])) for one in regions}
    return {**found, **{str(one.id): one.endpoints for one in made if one.roster == roster}}


def _list(wanted: DefaultListBody, members: Members) -> DefaultList:
    """Return a list as it is kept. Raises NoGroup."""
    if wanted.group is not None and wanted.group not in members:
        raise NoGroup(wanted.group)
    endpoints = members[wanted.group] if wanted.group is not None else map(EndpointCode, wanted.endpoints)
    return DefaultList(tuple(wanted.positions), tuple(endpoints), wanted.group)


def _document(one: DefaultList) -> dict[str, Any]:
    return {"positions": list(one.positions), "endpoints": list(one.endpoints), "group": one.group}
