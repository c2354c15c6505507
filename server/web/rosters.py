"""Rosters over HTTP: those that ship and those of the house, which are taken over from a file, given back, removed."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from endpoints.rosters import NAMES, Roster, name_key
from server.core import rosters as rules
from server.core.ids import RosterName
from server.core.rosters import OwnRoster, RosterEndpoint
from server.store import rosters as stored
from server.web import own_rosters
from server.web.bodies import Query, queried
from server.web.csv_tables import MEDIA_TYPE, FaultAnswer, refuse, shown, table_text
from server.web.feeds import roster_of
from server.web.keys import DATABASE, ROSTERS
from server.web.language import language_of
from server.web.roster_import import COLUMNS, RosterImport, as_table, prepare
from server.web.routing import ORGANIZERS, Routes

routes = Routes()

PATH: Final = "/api/v1/rosters"

Maybe = Annotated[str, Field(max_length=rules.LONGEST_REMARK)]


class About(Query):
    """What a roster says of itself; without its last day it is valid until further notice."""

    title: Annotated[str, Field(max_length=rules.LONGEST_TITLE)]
    valid_from: date | Literal[""] = ""
    valid_to: date | Literal[""] = ""
    follows: Annotated[str, Field(max_length=16)] = ""
    basis: Maybe = ""


class RosterAnswer(BaseModel):
    """A roster; `title` is empty for one that ships, and `follows` names the roster before it."""

    name: str
    title: str
    own: bool
    valid_from: date | None
    valid_to: date | None
    follows: str | None
    basis: str
    endpoint_count: int


class RostersAnswer(BaseModel):
    """All rosters: those that ship, then those of the house, by name."""

    rosters: list[RosterAnswer]


class EndpointAnswer(BaseModel):
    """An endpoint as a file describes it."""

    code: str
    name: str
    level: rules.Level
    parent: str | None
    region: str


class RosterStepAnswer(BaseModel):
    """What one line of a file does; line 0: the endpoint is in the roster, but no longer in the file."""

    line: int
    what: Literal["added", "changed", "unchanged", "gone"]
    endpoint: EndpointAnswer


class RosterImportAnswer(BaseModel):
    """What a file has done."""

    added: int
    changed: int
    unchanged: int
    gone: int


class RosterPreviewAnswer(RosterImportAnswer):
    """What a file would do, and what is wrong in it; with anything wrong it does nothing."""

    steps: list[RosterStepAnswer]
    faults: list[FaultAnswer]


@routes.get(PATH, allow=ORGANIZERS, answers=RostersAnswer)
async def list_rosters(request: web.Request) -> web.Response:
    """List all rosters, and when each is valid."""
    found = RostersAnswer(rosters=[_answer(roster) for roster in request.app[ROSTERS].all])
    return web.json_response(text=found.model_dump_json())


@routes.get(PATH + "/{roster}.csv", allow=ORGANIZERS, gives=MEDIA_TYPE)
async def export_roster(request: web.Request) -> web.Response:
    """Give a roster as a table for spreadsheets, which can be taken over again."""
    roster = request.app[ROSTERS].load(roster_of(request))
    headers = {"Content-Disposition": f'attachment; filename="roster-{roster.name}.csv"'}
    content = as_table(roster, language_of(request))
    return web.Response(body=content, content_type=MEDIA_TYPE, charset="utf-8", headers=headers)


@routes.add(
    "POST", PATH + "/{roster}/preview", allow=ORGANIZERS, takes=MEDIA_TYPE, query=About, answers=RosterPreviewAnswer
)
async def preview_roster(request: web.Request) -> web.Response:
    """Say what a file would make of a roster, line by line; nothing is written."""
    about, text = _about(request), await table_text(request)
    async with request.app[DATABASE].read() as session:
        found = await _prepared(request, session, about, text)
    steps = [{"line": one.line, "what": one.what, "endpoint": _endpoint(one.endpoint)} for one in found.steps]
    faults = [fault.model_dump() for fault in shown(found.faults, COLUMNS, language_of(request))]
    return web.json_response({**found.counts, "steps": steps, "faults": faults})


@routes.add(
    "POST", PATH + "/{roster}/import", allow=ORGANIZERS, takes=MEDIA_TYPE, query=About, answers=RosterImportAnswer
)
async def import_roster(request: web.Request) -> web.Response:
    """Take a roster over from a file, all of it or nothing; what it was before is replaced. Raises BadLines."""
    about, text = _about(request), await table_text(request)
    async with request.app[DATABASE].begin() as session:
        await stored.hold(session)
        found = await _prepared(request, session, about, text)
        refuse(found.faults, language_of(request))
        await stored.keep(session, replace(about, endpoints=found.endpoints))
    await own_rosters.look(request.app[DATABASE], request.app[ROSTERS])
    return web.json_response(found.counts)


@routes.delete(PATH + "/{roster}", allow=ORGANIZERS)
async def remove_roster(request: web.Request) -> web.Response:
    """Remove a roster of the house that nothing uses. Raises RosterShips, NoOwnRoster or RosterInUse."""
    name = _named(request)
    async with request.app[DATABASE].begin() as session:
        await stored.remove(session, name)
    await own_rosters.look(request.app[DATABASE], request.app[ROSTERS])
    return web.Response(status=HTTPStatus.NO_CONTENT)


def _named(request: web.Request) -> RosterName:
    """Return the name of a roster that is the house's, or may become so. Raises RosterShips."""
    name = request.match_info["roster"]
    if name in NAMES:
        raise rules.RosterShips(name)
    return RosterName(name)


def _about(request: web.Request) -> OwnRoster:
    """Return what is said of a roster, without its endpoints. Raises a refusal for what cannot be kept."""
    said = queried(request, About)
    about = OwnRoster(
        _named(request),
        said.title,
        (),
        said.valid_from or None,
        said.valid_to or None,
        RosterName(said.follows) if said.follows else None,
        said.basis,
    )
    rules.check(about)
    if about.follows is not None and about.follows not in request.app[ROSTERS].names:
        raise rules.BadRosterFollows(about.follows)
    return about


async def _prepared(request: web.Request, session: AsyncSession, about: OwnRoster, text: str) -> RosterImport:
    """Work out what a file makes of a roster, as it is kept now. Raises TooManyRosters, RosterTitleTaken."""
    await own_rosters.look(request.app[DATABASE], request.app[ROSTERS])
    there = request.app[ROSTERS]
    others = [roster for roster in there.all if roster.is_own and roster.name != about.name]
    _require_room(others, about.title)
    present = there.load(about.name) if about.name in there.names else None
    follows = there.load(about.follows) if about.follows else None
    in_use = present is not None and await stored.used(session, about.name)
    return await asyncio.to_thread(prepare, text, present, follows, in_use=in_use)


def _require_room(others: Sequence[Roster], title: str) -> None:
    if len(others) >= rules.MOST_ROSTERS:
        raise rules.TooManyRosters
    if any(name_key(other.title) == name_key(title) for other in others):
        raise rules.RosterTitleTaken(title)


def _endpoint(one: RosterEndpoint) -> dict[str, Any]:
    return {"code": one.code, "name": one.name, "level": one.level.value, "parent": one.parent, "region": one.region}


def _answer(roster: Roster) -> RosterAnswer:
    return RosterAnswer(
        name=roster.name,
        title=roster.title,
        own=roster.is_own,
        valid_from=roster.valid_from,
        valid_to=roster.valid_to,
        follows=roster.follows or None,
        basis=roster.basis,
        endpoint_count=len(roster.units),
    )
