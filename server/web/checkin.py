"""Check-in over HTTP: what a site attests about itself."""

from functools import partial
from typing import Any

from aiohttp import web
from pydantic import Field

from server.core import checkin
from server.core.errors import NotFound
from server.core.events import Attendance, CheckIn, Delegate, encode, rfc3339
from server.core.ids import EndpointCode
from server.core.state import Site
from server.web.bodies import Body, Text, parsed
from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.routing import SITES, STAFF, Routes

routes = Routes()

PATH = "/api/v1/briefings/{briefing_id}/endpoints/{code}/check-in"


class NotCheckedIn(NotFound):
    """This endpoint has not checked in yet; it does so on its page."""

    code = "not_checked_in"


class DelegateBody(Body):
    """A named person of the site."""

    name: Text
    positions: list[Text] = Field(default_factory=list, max_length=checkin.MOST_POSITIONS)
    attendance: Attendance = Attendance.PRESENT
    reason: Text = ""


class CheckInBody(Body):
    """What a site attests."""

    local_chair: Text
    delegates: list[DelegateBody] = Field(default_factory=list, max_length=checkin.MOST_DELEGATES)
    headcount: int

    def as_core(self) -> CheckIn:
        """Return the check-in as the rules know it."""
        return CheckIn(
            local_chair=self.local_chair,
            delegates=tuple(
                Delegate(one.name, tuple(one.positions), one.attendance, one.reason) for one in self.delegates
            ),
            headcount=self.headcount,
        )


class CheckInAnswer(CheckInBody):
    """What the site has attested, and which version this is."""

    revision: int
    at: str


@routes.put(PATH, allow=SITES, body=CheckInBody, answers=CheckInAnswer)
async def check_in(request: web.Request) -> web.Response:
    """Check in; repeating it amends, and the same again changes nothing."""
    wanted = await parsed(request, CheckInBody)
    endpoint = EndpointCode(request.match_info["code"])
    room = await room_of(request)
    decide = partial(checkin.check_in, endpoint=endpoint, check_in=wanted.as_core())
    state = await room.move(decide, caller_of(request).actor)
    return web.json_response(_document(state.site(endpoint)))


@routes.get(PATH, allow=SITES | STAFF, answers=CheckInAnswer)
async def show_check_in(request: web.Request) -> web.Response:
    """Show the latest version."""
    endpoint = EndpointCode(request.match_info["code"])
    return web.json_response(_document((await room_of(request)).state.site(endpoint)))


def _document(site: Site) -> dict[str, Any]:
    if site.check_in is None or site.checked_in_at is None:
        raise NotCheckedIn
    return {**encode(site.check_in), "revision": site.revision, "at": rfc3339(site.checked_in_at)}
