"""The groups of a roster: its regions, and those that organizers make to choose endpoints by."""

from aiohttp import web

from server.web.feeds import roster_of
from server.web.groups import document, made, regions_of
from server.web.keys import ROSTERS
from server.web.pages.briefings import unit_of
from server.web.pages.rosters import offers
from server.web.pages.views import page
from server.web.routing import ORGANIZERS, Routes

routes = Routes()


@routes.page("/rosters/{roster}/groups", allow=ORGANIZERS)
async def groups_page(request: web.Request) -> web.Response:
    """Every group of a roster, and who belongs to it. Raises UnknownRoster."""
    roster = roster_of(request)
    known = request.app[ROSTERS].load(roster)
    units = known.units
    values = {
        "own": [document(group) for group in await made(request, roster)],
        "regions": regions_of(known),
        "names": {unit.code: unit.name for unit in units},
        "units": [unit_of(unit) for unit in units],
        "chosen": roster,
        "rosters": offers(request),
    }
    return page(request, "rosters/groups.html", values)
