"""Line checks over HTTP: what sites find, the go / no-go board, and what operators decide of it."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from server.core import line_check
from server.core.errors import Conflict
from server.core.events import Device, Event, Found, FoundLine, FoundPicture, FoundSound, LineChecked, Way, encode
from server.core.ids import EndpointCode
from server.core.line_check import CheckState, SiteCheck
from server.core.state import Briefing
from server.live.room import Room
from server.live.warming import LASTS
from server.web.bodies import Body, Text, parsed
from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.keys import CLOCK
from server.web.moves import moved
from server.web.routing import OPERATORS, SITES, STAFF, Routes

routes = Routes()

CHECKS = "/api/v1/briefings/{briefing_id}/line-checks"

BALLAST = secrets.token_bytes(512 * 1024)
"""What a site downloads to see how much its line carries: nothing on the way can make it shorter."""


class CheckNotBegun(Conflict):
    """A line check is begun first, and then has half a minute; begin it again."""

    code = "check_not_begun"


Count = Annotated[int, Field(ge=0, le=100_000)]
Luma = Annotated[int, Field(ge=0, le=255)]
Level = Annotated[int, Field(ge=0, le=127)]
PerMille = Annotated[int, Field(ge=0, le=1000)]
Milliseconds = Annotated[int, Field(ge=0, le=60_000)]
BitRate = Annotated[int, Field(ge=0, le=10_000_000_000)]


class PictureBody(Body):
    """The camera's picture over some seconds."""

    width: Count
    height: Count
    brightness: Luma
    contrast: Luma
    motion: Annotated[int, Field(ge=0, le=25_500)]


class SoundBody(Body):
    """The microphone over some seconds; levels are in -dBov."""

    loudest: Level
    quietest: Level
    clipped: PerMille
    echo: Annotated[int, Field(ge=0, le=100)] | None = None


class LineBody(Body):
    """The line: bit/s, milliseconds, per mille."""

    way: Way
    upload: BitRate
    download: BitRate
    received: BitRate | None = None
    round_trip: Milliseconds | None = None
    jitter: Milliseconds | None = None
    loss_up: PerMille | None = None
    loss_down: PerMille | None = None


class CheckBody(Body):
    """What a site found, and who is responsible there."""

    person: Text
    phone: Text
    camera: Device
    microphone: Device
    line: LineBody
    picture: PictureBody | None = None
    sound: SoundBody | None = None
    simulated: bool = False

    def found(self) -> Found:
        """Return what was found as the rules know it."""
        return Found(
            camera=self.camera,
            microphone=self.microphone,
            line=FoundLine(**self.line.model_dump()),
            picture=None if self.picture is None else FoundPicture(**self.picture.model_dump()),
            sound=None if self.sound is None else FoundSound(**self.sound.model_dump()),
            simulated=self.simulated,
        )


class WarmAnswer(Body):
    """How long the line is warm, in seconds."""

    seconds: int


class CheckAnswer(Body):
    """Where a site stands; `found` is its own word, `measured` the server's."""

    endpoint: str
    state: CheckState
    faults: list[str]
    remarks: list[str]
    at: str | None
    until: str | None
    asked_at: str | None
    person: str
    phone: str
    found: dict[str, Any] | None
    measured: dict[str, Any] | None


class BoardAnswer(Body):
    """The board: every site of the briefing, in its order."""

    now: str
    sites: list[CheckAnswer]


class AskBody(Body):
    """Whom to ask to check again."""

    endpoints: list[EndpointCode] = Field(min_length=1, max_length=5000)


class DecisionBody(Body):
    """A decision over all lines, and which sites it was made in spite of."""

    go: bool
    not_go: list[EndpointCode] = Field(max_length=5000)
    note: Text = ""


@routes.post(CHECKS + "/begin", allow=SITES, answers=WarmAnswer)
async def begin_check(request: web.Request) -> web.Response:
    """Let a site send for half a minute as if it spoke next; nobody is shown it."""
    room, endpoint = await room_of(request), _site_of(request)
    line_check.require_checkable(room.state, endpoint)
    room.warm(endpoint)
    return web.json_response({"seconds": round(LASTS.total_seconds())})


@routes.get(CHECKS + "/ballast", allow=SITES, gives="application/octet-stream")
async def send_ballast(request: web.Request) -> web.Response:
    """Send half a megabyte of noise. Raises CheckNotBegun."""
    _require_warm(await room_of(request), _site_of(request))
    headers = {"Cache-Control": "no-store"}
    return web.Response(body=BALLAST, content_type="application/octet-stream", headers=headers)


@routes.post(CHECKS, allow=SITES, body=CheckBody, answers=CheckAnswer)
async def write_check(request: web.Request) -> web.Response:
    """Write a check down, with what the server measured of the same line beside it."""
    wanted = await parsed(request, CheckBody)
    room, endpoint = await room_of(request), _site_of(request)
    checked = LineChecked(endpoint, wanted.person, wanted.phone, wanted.found())

    def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
        measured = line_check.measured(room.health.get(endpoint), now)
        return line_check.check(state, now, checked=replace(checked, measured=measured))

    state = await room.move(decide, caller_of(request).actor)
    return web.json_response(document(line_check.site_check(state, endpoint, request.app[CLOCK]())))


@routes.get(CHECKS, allow=STAFF, answers=BoardAnswer)
async def show_board(request: web.Request) -> web.Response:
    """Show where every site stands."""
    state, now = (await room_of(request)).state, request.app[CLOCK]()
    sites = [document(one) for one in line_check.board(state, now)]
    return web.json_response({"now": encode(now), "sites": sites})


@routes.get("/api/v1/briefings/{briefing_id}/endpoints/{code}/line-check", allow=SITES | STAFF, answers=CheckAnswer)
async def show_check(request: web.Request) -> web.Response:
    """Show where one site stands."""
    state, endpoint = (await room_of(request)).state, EndpointCode(request.match_info["code"])
    line_check.require_listed(state, endpoint)
    return web.json_response(document(line_check.site_check(state, endpoint, request.app[CLOCK]())))


@routes.post(CHECKS + "/ask", allow=OPERATORS, body=AskBody, status=204)
async def ask_for_checks(request: web.Request) -> web.Response:
    """Ask sites to check their lines again."""
    wanted = await parsed(request, AskBody)
    return await moved(request, partial(line_check.ask, endpoints=tuple(dict.fromkeys(wanted.endpoints))))


@routes.post("/api/v1/briefings/{briefing_id}/go", allow=OPERATORS, body=DecisionBody, status=204)
async def decide_go(request: web.Request) -> web.Response:
    """Decide whether the meeting can be held over these lines."""
    wanted = await parsed(request, DecisionBody)
    not_go = tuple(dict.fromkeys(wanted.not_go))
    decide = partial(line_check.decide, go=wanted.go, not_go=not_go, note=wanted.note, name=caller_of(request).name)
    return await moved(request, decide)


def document(one: SiteCheck) -> dict[str, Any]:
    """Write where a site stands as JSON can hold it."""
    last = one.last
    said: Mapping[str, Any] = MappingProxyType(encode(last.event) if last else {})
    return {
        "endpoint": one.endpoint,
        "state": one.state.value,
        "faults": encode(one.faults),
        "remarks": encode(one.remarks),
        "at": encode(last.at) if last else None,
        "until": encode(one.until),
        "asked_at": encode(one.asked_at),
        "person": said.get("person", ""),
        "phone": said.get("phone", ""),
        "found": said.get("found"),
        "measured": said.get("measured"),
    }


def _site_of(request: web.Request) -> EndpointCode:
    """Return the site that calls: no other role is allowed where this is asked."""
    return caller_of(request).endpoint or EndpointCode("")


def _require_warm(room: Room, endpoint: EndpointCode) -> None:
    if not room.is_warm(endpoint):
        raise CheckNotBegun
