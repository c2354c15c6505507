"""Groups of endpoints over HTTP: the regions that ship with a roster, and those that organizers make."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, Final

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from endpoints.rosters import Roster, Rosters
from server.core import groups as rules
from server.core.groups import Group, GroupNameTaken, TooManyGroups
from server.core.ids import EndpointCode, GroupId, RosterName
from server.core.plan import MOST_ENDPOINTS
from server.store import groups
from server.web.bodies import Body, parsed
from server.web.feeds import roster_of
from server.web.keys import DATABASE, ROSTERS
from server.web.plans import require_known
from server.web.routing import ORGANIZERS, Routes

routes = Routes()

PATH: Final = "/api/v1/rosters/{roster}/groups"

Members = Annotated[list[Annotated[str, Field(max_length=16)]], Field(max_length=MOST_ENDPOINTS)]
Name = Annotated[str, Field(max_length=rules.LONGEST_NAME)]


class NewGroup(Body):
    """A group to be made; its endpoints in its own order."""

    name: Name
    endpoints: Members


class GroupChange(Body):
    """What is to be changed; what is left out stays."""

    name: Name | None = None
    endpoints: Members | None = None


class GroupAnswer(BaseModel):
    """Some endpoints under a name; `id` is null for a region, which ships with the roster and stays as it is."""

    id: str | None
    name: str
    endpoints: list[str]


class GroupsAnswer(BaseModel):
    """The groups of a roster: regions in roster order, then those that organizers made, by name."""

    groups: list[GroupAnswer]


@routes.get(PATH, allow=ORGANIZERS, answers=GroupsAnswer)
async def list_groups(request: web.Request) -> web.Response:
    """List the groups of a roster."""
    roster = roster_of(request)
    regions = regions_of(request.app[ROSTERS].load(roster))
    return web.json_response({"groups": [*regions, *map(document, await made(request, roster))]})


@routes.post(PATH, allow=ORGANIZERS, body=NewGroup, answers=GroupAnswer, status=HTTPStatus.CREATED)
async def add_group(request: web.Request) -> web.Response:
    """Make a group."""
    roster, wanted = roster_of(request), await parsed(request, NewGroup)
    said = _kept(request.app[ROSTERS], roster, wanted.model_dump())
    group = Group(GroupId(secrets.token_urlsafe(12)), roster, **said)
    _check(request.app[ROSTERS], group)
    async with request.app[DATABASE].begin() as session:
        await _require_room(session, roster)
        await groups.add(session, group)
    headers = {"Location": f"{request.path}/{group.id}"}
    return web.json_response(document(group), status=HTTPStatus.CREATED, headers=headers)


@routes.patch(PATH + "/{group}", allow=ORGANIZERS, body=GroupChange, answers=GroupAnswer)
async def change_group(request: web.Request) -> web.Response:
    """Change a group. Briefings that were planned with it stay as they are."""
    roster, said = roster_of(request), (await parsed(request, GroupChange)).model_dump(exclude_none=True)
    async with request.app[DATABASE].begin() as session:
        group = replace(await groups.one(session, roster, _named(request)), **_kept(request.app[ROSTERS], roster, said))
        _check(request.app[ROSTERS], group)
        await groups.change(session, group)
    return web.json_response(document(group))


@routes.delete(PATH + "/{group}", allow=ORGANIZERS)
async def remove_group(request: web.Request) -> web.Response:
    """Remove a group; one that is gone already is no error. Briefings that were planned with it stay as they are."""
    async with request.app[DATABASE].begin() as session:
        await groups.remove(session, roster_of(request), _named(request))
    return web.Response(status=HTTPStatus.NO_CONTENT)


async def made(request: web.Request, roster: RosterName | None = None) -> list[Group]:
    """Return the groups that organizers made, of a roster or of all, by name."""
    async with request.app[DATABASE].read() as session:
        return await groups.groups(session, roster)


def regions_of(roster: Roster) -> list[dict[str, Any]]:
    """Return the regions of a roster as groups, in its order."""
    found: dict[str, list[str]] = {}
    for unit in roster.units:
        found.setdefault(unit.region, []).append(unit.code)
    return [{"id": None, "name": name, "endpoints": codes} for name, codes in found.items()]


def document(group: Group) -> dict[str, Any]:
    """Write a group as JSON can hold it."""
    return {"id": group.id, "name": group.name, "endpoints": list(group.endpoints)}


def _check(rosters: Rosters, group: Group) -> None:
    """Raise a refusal for a group that cannot be kept, GroupNameTaken for one that is called as a region is."""
    rules.check(group)
    regions: Iterable[str] = (region["name"] for region in regions_of(rosters.load(group.roster)))
    if rules.name_key(group.name) in map(rules.name_key, regions):
        raise GroupNameTaken(group.name)


async def _require_room(session: AsyncSession, roster: RosterName) -> None:
    if len(await groups.groups(session, roster)) >= rules.MOST_OF_ROSTER:
        raise TooManyGroups(roster)


def _named(request: web.Request) -> GroupId:
    return GroupId(request.match_info["group"])


def _kept(rosters: Rosters, roster: RosterName, said: dict[str, Any]) -> dict[str, Any]:
    """Return what a body says as a group keeps it. Raises UnknownEndpoint."""
    if "endpoints" in said:
        require_known(rosters, roster, said["endpoints"])
        said["endpoints"] = tuple(map(EndpointCode, said["endpoints"]))
    return said
