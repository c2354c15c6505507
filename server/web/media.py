"""WHIP (RFC 9725) and WHEP over HTTP: offers in, answers out; the media itself is the plane's business."""

import base64
import hmac
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from email.utils import format_datetime

from aiohttp import web

from server.core.content import require_presenter
from server.core.errors import Forbidden
from server.core.ids import HUB, EndpointCode, MediaId
from server.core.line_check import CHECKABLE
from server.core.people import Caller, Role
from server.core.presence import require_site
from server.core.state import RUNNING, Briefing
from server.media.errors import UnknownMedia
from server.media.plane import Answer
from server.web import relays
from server.web.admissions import ADMISSIONS
from server.web.bodies import read_text
from server.web.briefings import room_of
from server.web.callers import authenticated, caller_of, ticket_of
from server.web.cross_origin import is_preflight
from server.web.errors import TooFast, WebError
from server.web.keys import CLOCK, LIMITS, PLANE, SECRET, SETTINGS
from server.web.routing import HUBS, PUBLIC, SIGNED_IN, SITES, Routes

routes = Routes()

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"
LARGEST_OFFER = 64 * 1024
RETRY_SECONDS = "5"
ANSWER_WITHIN = timedelta(seconds=9)
"""How long a counter-offer may be answered: the plane waits ten seconds for a peer, and the network takes some."""


class NothingLive(WebError):
    """The briefing is not open; try again when its lobby opens."""

    code = "nothing_live"
    status = 409

    @property
    def headers(self) -> Mapping[str, str]:
        """WHEP: a player asks again by itself."""
        return {"Retry-After": RETRY_SECONDS}


class ConditionMissing(WebError):
    """This change needs an If-Match header: the entity tag of the session, or * to restart ICE."""

    code = "condition_missing"
    status = 428


class NotYourMedia(Forbidden):
    """This media session belongs to somebody else; use the one you were given."""

    code = "not_your_media"


@routes.post("/whip/{briefing_id}", allow=SITES | HUBS, status=201, takes=SDP, gives=SDP)
async def publish(request: web.Request) -> web.Response:
    """Take a publisher's offer: a site publishes itself, the chair and the hub's token the hub.

    Before its room is open a site may send while it checks its line; nobody is shown that.
    """
    offer = await _offer(request)
    briefing, caller = await _checkable_briefing(request), caller_of(request)
    answer = await request.app[PLANE].publish(briefing.id, caller.endpoint or HUB, offer, ticket=ticket_of(request))
    return await _created(request, answer, caller)


@routes.post("/whip/{briefing_id}/content", allow=SITES | HUBS, status=201, takes=SDP, gives=SDP)
async def present(request: web.Request) -> web.Response:
    """Take the offer of a screen or a document, from whoever the content slot was given to."""
    offer = await _offer(request)
    briefing, caller = await _open_briefing(request), caller_of(request)
    source = caller.endpoint or HUB
    require_presenter(briefing, source)
    answer = await request.app[PLANE].publish(briefing.id, source, offer, content=True, ticket=ticket_of(request))
    return await _created(request, answer, caller)


@routes.post("/whep/{briefing_id}", allow=SIGNED_IN, status=201, takes=SDP, gives=SDP)
async def subscribe(request: web.Request) -> web.Response:
    """Take a viewer's offer: 201; or make one of ours: 406. What a source sends is never sent back to it."""
    offer = await _offer(request)
    briefing, caller = await _open_briefing(request), caller_of(request)
    answer = await request.app[PLANE].subscribe(briefing.id, viewer_of(caller), offer, ticket=ticket_of(request))
    created = await _created(request, answer, caller)
    if answer.is_offer:
        until = format_datetime(request.app[CLOCK]() + ANSWER_WITHIN, usegmt=True)
        created.set_status(406)
        created.headers["Content-Type"] = f'{SDP}; valid-until="{until}"'
    return created


@routes.patch("/media/{media_id}", allow=SIGNED_IN, takes=FRAGMENT)
async def patch(request: web.Request) -> web.Response:
    """Take trickled candidates: 204; or restart ICE: 200 with our side (RFC 9725, sections 4.3.2 and 4.3.3).

    SDP is the answer to a counter-offer (the WHEP draft, section 4.2.2): 204.
    """
    media = _lasting(request)
    _refuse_haste(request)
    if request.content_type == SDP:
        await request.app[PLANE].patch(media, await read_text(request, SDP, LARGEST_OFFER), if_match="*")
        return web.Response(status=204)
    fragment = await read_text(request, FRAGMENT, LARGEST_OFFER)
    if_match = request.headers.get("If-Match")
    if if_match is None:
        raise ConditionMissing
    restarted = await request.app[PLANE].patch(media, fragment, if_match=if_match)
    if restarted is None:
        return web.Response(status=204)
    headers = {"ETag": restarted.etag}
    return web.Response(text=restarted.fragment, content_type=FRAGMENT, headers=headers)


@routes.add("DELETE", "/media/{media_id}", allow=SIGNED_IN)
async def end(request: web.Request) -> web.Response:
    """End a media session, whatever If-Match says (RFC 9725, sections 4.2 and 4.3.1)."""
    media = _own(request)
    await request.app[PLANE].close(media)
    return web.Response(status=200)


@routes.add("GET", "/media/{media_id}", allow=SIGNED_IN, status=204)
async def look(request: web.Request) -> web.Response:
    """Say that a media session lasts; it has no representation (RFC 9725, section 4.1)."""
    _lasting(request)
    return web.Response(status=204)


@routes.add("GET", "/whip/{briefing_id}", allow=PUBLIC, gives=SDP)
@routes.add("GET", "/whip/{briefing_id}/content", allow=PUBLIC, gives=SDP)
@routes.add("GET", "/whep/{briefing_id}", allow=PUBLIC, gives=SDP)
async def recognise(_request: web.Request) -> web.Response:
    """Show that this is an endpoint; it has no representation (RFC 9725, section 4.1; the WHEP draft's HEAD)."""
    return web.Response(content_type=SDP, headers={"Accept-Post": SDP})


@routes.options("/whip/{briefing_id}", allow=PUBLIC)
@routes.options("/whip/{briefing_id}/content", allow=PUBLIC)
@routes.options("/whep/{briefing_id}", allow=PUBLIC)
async def options(request: web.Request) -> web.Response:
    """Say what a POST takes (RFC 9725, section 4.2), and to who says who they are the relays as well (4.6)."""
    answer = web.Response(headers={"Accept-Post": SDP, "Allow": "GET, HEAD, OPTIONS, POST"})
    if not is_preflight(request):
        with suppress(WebError):  # whoever is not known learns the rest all the same
            _add_relays(request, answer, await authenticated(request))
    return answer


@routes.options("/media/{media_id}", allow=PUBLIC)
async def session_options(_request: web.Request) -> web.Response:
    """Say what a PATCH takes (RFC 5789, section 3.1)."""
    return web.Response(headers={"Accept-Patch": FRAGMENT, "Allow": "DELETE, GET, HEAD, OPTIONS, PATCH"})


def viewer_of(caller: Caller) -> EndpointCode | None:
    """Return the source that must not be sent back to this caller; None for the other staff."""
    if caller.role in {Role.CHAIR, Role.HUB}:
        return HUB
    return caller.endpoint


async def _open_briefing(request: web.Request) -> Briefing:
    """Return the briefing, when its room is open to the caller. Raises NothingLive, or NotInvited for a site.

    Ask when the offer has been read, which takes as long as the client likes, and await nothing between this and the
    plane: what ends the briefing's media later finds the new session too.
    """
    return _opened((await room_of(request)).state, caller_of(request).endpoint)


def _opened(state: Briefing, site: EndpointCode | None) -> Briefing:
    if state.phase not in RUNNING:
        raise NothingLive(state.phase)
    if site is not None:
        require_site(state, site)
    return state


async def _checkable_briefing(request: web.Request) -> Briefing:
    """Return the briefing, when its room is open to the caller, or the caller is a site that checks its line.

    Raises as `_open_briefing` does, and awaits nothing after it either.
    """
    room, site = await room_of(request), caller_of(request).endpoint
    is_checking = site is not None and room.state.phase in CHECKABLE and room.is_warm(site)
    return room.state if is_checking else _opened(room.state, site)


async def _offer(request: web.Request) -> str:
    _refuse_haste(request)
    return await read_text(request, SDP, LARGEST_OFFER)


def _refuse_haste(request: web.Request) -> None:
    """Bound what one caller may ask of the plane (RFC 9725, section 5). Raises TooFast."""
    limit = request.app[LIMITS].media_by_caller
    if wait := limit.take(caller_of(request).actor, now=time.monotonic()):
        raise TooFast(wait)


def _add_relays(request: web.Request, answer: web.Response, caller: Caller) -> None:
    for link in relays.links(request.app[SETTINGS], caller, request.app[CLOCK]()):
        answer.headers.add("Link", link)


async def _created(request: web.Request, answer: Answer, caller: Caller) -> web.Response:
    await request.app[ADMISSIONS].admit(answer.media, request)
    location = f"/media/{answer.media}.{_mark(request, answer.media, caller)}"
    headers = {"Location": location, "ETag": answer.etag, "Accept-Patch": FRAGMENT}
    created = web.Response(text=answer.sdp, status=201, content_type=SDP, headers=headers)
    _add_relays(request, created, caller)
    return created


def _lasting(request: web.Request) -> MediaId:
    """Return the caller's media session of the path. Raises UnknownMedia when it has ended, NotYourMedia."""
    media = _own(request)
    if not request.app[PLANE].lasts(media):
        raise UnknownMedia
    return media


def _own(request: web.Request) -> MediaId:
    """Return the media session of the path, if it is the caller's. Raises UnknownMedia, NotYourMedia.

    A location carries a mark that only its owner's name makes right, so nothing has to be remembered about it.
    """
    media, dot, mark = request.match_info["media_id"].rpartition(".")
    if not dot or not media:
        raise UnknownMedia
    if not hmac.compare_digest(mark.encode(), _mark(request, MediaId(media), caller_of(request)).encode()):
        raise NotYourMedia
    return MediaId(media)


def _mark(request: web.Request, media: MediaId, caller: Caller) -> str:
    whole = hmac.digest(request.app[SECRET], f"media|{media}|{caller.actor}".encode(), "sha256")
    return base64.urlsafe_b64encode(whole[:12]).decode()
