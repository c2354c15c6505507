"""The pages of a running briefing: the chair's, the operators' and, by its own link, a site's.

They draw everything from the event stream, so a template is a frame with its words and the scripts do the rest.
"""

from aiohttp import web

from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.keys import SHELF
from server.web.pages.views import page
from server.web.routing import CHAIRS, PUBLIC, STAFF, Routes

routes = Routes()


@routes.page("/briefings/{briefing_id}/chair", allow=CHAIRS)
async def show_chair(request: web.Request) -> web.Response:
    """The chair's desk: the floor, the queue, the agenda and the hub's camera."""
    briefing = (await room_of(request)).state
    shown = {"briefing": briefing, "me": caller_of(request).actor, "offers_recording": SHELF in request.app}
    return page(request, "live/chair.html", shown)


@routes.page("/briefings/{briefing_id}/status", allow=STAFF)
async def show_status_page(request: web.Request) -> web.Response:
    """The operators' wall: every site at a glance, worst first; `?wall=1` is for a big screen."""
    briefing = (await room_of(request)).state
    return page(request, "live/status.html", {"briefing": briefing, "wall": request.query.get("wall") == "1"})


@routes.page("/join/{token}", allow=PUBLIC)
async def show_join(request: web.Request) -> web.Response:
    """A site's page. The token speaks for itself in every call of the script, which also says when it is wrong."""
    return page(request, "live/join.html")
