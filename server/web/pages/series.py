"""The pages of series: repeating a briefing, and a series with all of its dates."""

from typing import Any

from aiohttp import web

from server.core.errors import Conflict
from server.core.ids import SeriesId
from server.core.series import InSeries, NothingLeft
from server.web.briefings import document as briefing_document
from server.web.briefings import room_of
from server.web.keys import ROOMS
from server.web.pages.planning import WEEKDAY_NAMES
from server.web.pages.views import page
from server.web.routing import ORGANIZERS, STAFF, Routes
from server.web.series import AHEAD, document

routes = Routes()

UNIT_NAMES = {"DAILY": "days", "WEEKLY": "weeks", "MONTHLY": "months", "YEARLY": "years"}
"""What a rule counts, in English: messages of the `pages` catalogue."""


class CannotRepeat(Conflict):
    """A briefing can be repeated until its lobby opens; copy it instead."""

    code = "cannot_repeat"


@routes.page("/briefings/{briefing_id}/repeat", allow=ORGANIZERS)
async def repeat_page(request: web.Request) -> web.Response:
    """Make a series of a briefing. Raises InSeries, and CannotRepeat when it has begun."""
    state = (await room_of(request)).state
    if state.series is not None:
        raise InSeries
    if state.phase not in AHEAD:
        raise CannotRepeat
    return page(request, "series/repeat.html", {"briefing": briefing_document(state), "series": None, **_choices()})


@routes.page("/series/{series_id}", allow=STAFF)
async def series_page(request: web.Request) -> web.Response:
    """Show a series, its dates, and what can be done with those that have not begun."""
    found = await document(request, SeriesId(request.match_info["series_id"]))
    ahead = [one for one in found["dates"] if one["state"] in AHEAD]
    return page(request, "series/series.html", {"series": found, "ahead": ahead})


@routes.page("/series/{series_id}/repeat", allow=ORGANIZERS)
async def change_page(request: web.Request) -> web.Response:
    """Let the dates of a series that have not begun recur differently. Raises NothingLeft when there are none."""
    found = await document(request, SeriesId(request.match_info["series_id"]))
    ahead = [one for one in found["dates"] if one["state"] in AHEAD]
    if not ahead:
        raise NothingLeft
    room = await request.app[ROOMS].get(ahead[0]["briefing"])
    values = {"briefing": briefing_document(room.state), "series": found, "ahead": ahead, **_choices()}
    return page(request, "series/repeat.html", values)


def _choices() -> dict[str, Any]:
    return {"units": UNIT_NAMES, "weekdays": WEEKDAY_NAMES}
