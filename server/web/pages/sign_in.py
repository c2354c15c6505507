"""The door: a name and a password."""

from typing import Final

from aiohttp import web

from endpoints import rosters
from server.web.pages.preferences import way_back
from server.web.pages.views import page
from server.web.routing import PUBLIC, Routes

routes = Routes()

MAP: Final = rosters.load("63")
"""The endpoints drawn beside the form, as tiles in the shape of the country."""


@routes.page("/sign-in", allow=PUBLIC)
async def sign_in(request: web.Request) -> web.Response:
    """Ask who it is; `?next=/…` is where to go afterwards."""
    return page(request, "sign_in.html", {"units": MAP.units, "next": way_back(request.query.get("next", "/"))})
