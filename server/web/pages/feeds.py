"""The addresses of the sites' calendars, for the organizer: copied, made anew, revoked."""

from aiohttp import web

from server.web.feeds import listed, roster_of
from server.web.pages.rosters import offers
from server.web.pages.views import page
from server.web.routing import ORGANIZERS, Routes

routes = Routes()


@routes.page("/calendar-feeds/{roster}", allow=ORGANIZERS)
async def feeds_page(request: web.Request) -> web.Response:
    """Every site of a roster, and the address of its calendar. Raises UnknownRoster."""
    roster = roster_of(request)
    found = await listed(request, roster)
    missing = sum(feed.url is None for feed in found)
    values = {"feeds": found, "missing": missing, "chosen": roster, "rosters": offers(request)}
    return page(request, "outbox/feeds.html", values)
