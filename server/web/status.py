"""The status document over HTTP, and the roster behind its names."""

from functools import cache
from typing import Any

from aiohttp import web

from endpoints import rosters
from server.core.events import encode
from server.core.people import Role
from server.core.status import for_sites
from server.web.briefings import UnknownRoster, room_of
from server.web.callers import caller_of
from server.web.routing import SIGNED_IN, Routes

routes = Routes()


@routes.get("/api/v1/briefings/{briefing_id}/status", allow=SIGNED_IN)
async def show_status(request: web.Request) -> web.Response:
    """Show who is here, who speaks and who waits."""
    status = (await room_of(request)).status()
    if caller_of(request).role in {Role.SITE, Role.HUB}:
        status = for_sites(status)
    return web.json_response(encode(status))


@routes.get("/api/v1/endpoints", allow=SIGNED_IN)
async def show_roster(request: web.Request) -> web.Response:
    """Show a roster, in its order."""
    name = request.query.get("roster", "63")
    return web.json_response({"roster": name, "endpoints": _units(name)})


@cache
def _units(name: str) -> list[dict[str, Any]]:
    try:
        roster = rosters.load(name)
    except KeyError:
        raise UnknownRoster(name) from None
    return [
        {
            "code": unit.code,
            "name": unit.name,
            "kind": unit.kind,
            "region": unit.region,
            "slug": unit.slug,
            "row": unit.row,
            "col": unit.col,
        }
        for unit in roster.units
    ]
