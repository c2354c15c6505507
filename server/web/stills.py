"""Still pictures over HTTP: one of each source for the staff, and the stage's for everybody."""

import hashlib

from aiohttp import web

from server.core.errors import NotFound
from server.core.ids import EndpointCode
from server.core.stills import Still, on_stage
from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.media import viewer_of
from server.web.routing import SIGNED_IN, STAFF, Routes

routes = Routes()

STILLS = "/api/v1/briefings/{briefing_id}/stills"
JPEG = "image/jpeg"


class NoStill(NotFound):
    """There is no still picture of this source: it sends none, or its first one has yet to come."""

    code = "no_still"


@routes.get(STILLS + "/stage", allow=SIGNED_IN, gives=JPEG)
async def show_stage(request: web.Request) -> web.Response:
    """Show who is on stage, for lines that carry no moving picture; nobody is shown itself."""
    room = await room_of(request)
    source = on_stage(room.state, viewer_of(caller_of(request)))
    return _answer(request, None if source is None else room.stills.get(source))


@routes.get(STILLS + "/{code}", allow=STAFF, gives=JPEG)
async def show_still(request: web.Request) -> web.Response:
    """Show what a site, or the hub, sends."""
    room = await room_of(request)
    return _answer(request, room.stills.get(EndpointCode(request.match_info["code"])))


def _answer(request: web.Request, still: Still | None) -> web.Response:
    """Give the picture, or say that the caller has it (RFC 9110, section 13.1.2). Raises NoStill."""
    if still is None:
        raise NoStill
    tag = hashlib.sha256(still.jpeg).hexdigest()[:32]
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}
    if any(held.value in {tag, "*"} for held in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=still.jpeg, content_type=JPEG, headers=headers)
