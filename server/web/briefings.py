"""Briefings: planning them and moving them through their life."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field

from endpoints import rosters
from server.core import briefing as lifecycle
from server.core.errors import Invalid
from server.core.events import AgendaItem, Event, ItemKind, Plan, QueuePolicy, RegisteredSpeaker, encode, rfc3339
from server.core.ids import BriefingId, EndpointCode, RosterName
from server.core.people import Role
from server.core.state import Briefing
from server.core.summary import BriefingSummary
from server.live.room import Room
from server.store import briefings as stored
from server.web.bodies import Body, Line, Moment, parsed
from server.web.callers import caller_of
from server.web.conditions import version_wanted
from server.web.keys import DATABASE, ROOMS
from server.web.routing import LEADERS, ORGANIZERS, STAFF, Routes

routes = Routes()

MOST_LISTED = 500


class UnknownRoster(Invalid):
    """There is no roster of that name; use "63" or "34"."""

    code = "unknown_roster"


class UnknownEndpoint(Invalid):
    """The roster has no endpoint of that code; look the codes up in the roster."""

    code = "unknown_endpoint"


class RegisteredSpeakerBody(Body):
    """Somebody who is to speak: of an endpoint, or of the hub."""

    endpoint: str = Field(min_length=1, max_length=16)
    speaker: str = Field("", max_length=300)
    topic: str = Field("", max_length=300)


class AgendaItemBody(Body):
    """One line of the agenda."""

    title: Line
    minutes: int = Field(ge=0, le=24 * 60)
    kind: ItemKind = ItemKind.DISCUSSION
    endpoint: str | None = Field(None, max_length=16)
    speakers: list[RegisteredSpeakerBody] = Field(default_factory=list, max_length=lifecycle.MOST_SPEAKERS)


TurnMinutes = Annotated[int, Field(ge=0, le=24 * 60)]
"""What a speaker gets; 0: no limit."""

Codes = (
    Literal["all"] | Annotated[list[Annotated[str, Field(max_length=16)]], Field(max_length=lifecycle.MOST_ENDPOINTS)]
)
Agenda = Annotated[list[AgendaItemBody], Field(max_length=lifecycle.MOST_AGENDA_ITEMS)]


class NewBriefing(Body):
    """A briefing as it is first written down."""

    title: Line
    starts_at: Moment
    ends_at: Moment
    endpoints: Codes = "all"
    agenda: Agenda = Field(default_factory=list)
    roster: str = Field("63", max_length=16)
    turn_minutes: TurnMinutes = 0
    queue_policy: QueuePolicy = QueuePolicy.ASKED


class BriefingChange(Body):
    """What is to be changed; what is left out stays."""

    title: Line | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    endpoints: Codes | None = None
    agenda: Agenda | None = None
    turn_minutes: TurnMinutes | None = None
    queue_policy: QueuePolicy | None = None


class Reason(Body):
    """Why."""

    reason: str = Field("", max_length=300)


class AgendaPlace(Body):
    """The agenda item to go to, counted from 0."""

    index: int


class BriefingAnswer(Body):
    """A briefing as organizers see it."""

    id: str
    title: str
    state: str
    starts_at: datetime
    ends_at: datetime
    roster: str
    endpoints: list[str]
    agenda: list[AgendaItemBody]
    turn_minutes: int
    queue_policy: QueuePolicy
    edition: int
    opened_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


async def room_of(request: web.Request) -> Room:
    """Return the room the path names. Raises NoSuchBriefing."""
    return await request.app[ROOMS].get(BriefingId(request.match_info["briefing_id"]))


@routes.get("/api/v1/briefings", allow=STAFF)
async def list_briefings(request: web.Request) -> web.Response:
    """List all briefings, newest start first."""
    async with request.app[DATABASE].read() as session:
        found = await stored.summaries(session, limit=MOST_LISTED, offset=0)
    return web.json_response({"briefings": [_summary(one) for one in found]})


@routes.post("/api/v1/briefings", allow=ORGANIZERS, body=NewBriefing, answers=BriefingAnswer, status=201)
async def create_briefing(request: web.Request) -> web.Response:
    """Write down a new briefing, as a draft."""
    wanted = await parsed(request, NewBriefing)
    endpoints = _codes(wanted.roster, wanted.endpoints)
    plan = Plan(
        title=wanted.title,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        roster=RosterName(wanted.roster),
        endpoints=endpoints,
        agenda=_agenda(wanted.roster, wanted.agenda),
        names=_names(wanted.roster, endpoints),
        turn_minutes=wanted.turn_minutes or None,
        queue_policy=wanted.queue_policy,
    )
    rooms = request.app[ROOMS]
    room = rooms.fresh(stored.new_id())
    state = await room.move(partial(lifecycle.draft, plan=plan), caller_of(request).actor)
    rooms.keep(room)
    return _answer(state, status=201, headers={"Location": f"/api/v1/briefings/{state.id}"})


@routes.get("/api/v1/briefings/{briefing_id}", allow=STAFF, answers=BriefingAnswer)
async def show_briefing(request: web.Request) -> web.Response:
    """Show one briefing."""
    return _answer((await room_of(request)).state)


@routes.patch("/api/v1/briefings/{briefing_id}", allow=ORGANIZERS, body=BriefingChange, answers=BriefingAnswer)
async def change_briefing(request: web.Request) -> web.Response:
    """Change the plan; with If-Match only if nobody else has."""
    wanted = await parsed(request, BriefingChange)
    room = await room_of(request)
    edition = version_wanted(request)

    def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
        return lifecycle.edit(state, now, plan=_changed(state.planned, wanted), edition=edition)

    return _answer(await room.move(decide, caller_of(request).actor))


Lifecycle = Callable[[Briefing, datetime], tuple[Event, ...]]


async def _advance(request: web.Request, decide: Lifecycle) -> web.Response:
    room = await room_of(request)
    return _answer(await room.move(decide, caller_of(request).actor))


async def _led(request: web.Request, decide: Lifecycle) -> Briefing:
    """Make a move in a room that is open: a chair must be the acting one, an organizer need not.

    Raises NotActingChair.
    """
    room, caller = await room_of(request), caller_of(request)
    if caller.role is Role.CHAIR:
        return await room.lead(decide, caller.actor, caller.name)
    return await room.move(decide, caller.actor)


@routes.post("/api/v1/briefings/{briefing_id}/schedule", allow=LEADERS, answers=BriefingAnswer)
async def schedule_briefing(request: web.Request) -> web.Response:
    """Publish a draft to its sites."""
    return await _advance(request, lifecycle.schedule)


@routes.post("/api/v1/briefings/{briefing_id}/open", allow=LEADERS, answers=BriefingAnswer)
async def open_briefing(request: web.Request) -> web.Response:
    """Open the lobby now."""
    return await _advance(request, lifecycle.open_)


@routes.post("/api/v1/briefings/{briefing_id}/start", allow=LEADERS, answers=BriefingAnswer)
async def start_briefing(request: web.Request) -> web.Response:
    """Begin the meeting."""
    return _answer(await _led(request, lifecycle.start))


@routes.post("/api/v1/briefings/{briefing_id}/close", allow=LEADERS, answers=BriefingAnswer)
async def close_briefing(request: web.Request) -> web.Response:
    """End the meeting."""
    return _answer(await _led(request, lifecycle.close))


@routes.post("/api/v1/briefings/{briefing_id}/cancel", allow=ORGANIZERS, body=Reason, answers=BriefingAnswer)
async def cancel_briefing(request: web.Request) -> web.Response:
    """Call the meeting off."""
    wanted = await parsed(request, Reason)
    return await _advance(request, partial(lifecycle.cancel, reason=wanted.reason))


@routes.post("/api/v1/briefings/{briefing_id}/agenda", allow=LEADERS, body=AgendaPlace, status=204)
async def move_agenda(request: web.Request) -> web.Response:
    """Go to an agenda item."""
    wanted = await parsed(request, AgendaPlace)
    await _led(request, partial(lifecycle.move_agenda, index=wanted.index))
    return web.Response(status=204)


def _changed(plan: Plan, wanted: BriefingChange) -> Plan:
    """Return the plan with the wanted parts replaced."""
    endpoints = plan.endpoints if wanted.endpoints is None else _codes(plan.roster, wanted.endpoints)
    return Plan(
        title=plan.title if wanted.title is None else wanted.title,
        starts_at=plan.starts_at if wanted.starts_at is None else wanted.starts_at,
        ends_at=plan.ends_at if wanted.ends_at is None else wanted.ends_at,
        roster=plan.roster,
        endpoints=endpoints,
        agenda=plan.agenda if wanted.agenda is None else _agenda(plan.roster, wanted.agenda),
        names=_names(plan.roster, endpoints),
        turn_minutes=plan.turn_minutes if wanted.turn_minutes is None else wanted.turn_minutes or None,
        queue_policy=wanted.queue_policy or plan.queue_policy,
    )


def _known_codes(roster: str) -> tuple[str, ...]:
    try:
        return tuple(unit.code for unit in rosters.load(roster).units)
    except KeyError:
        raise UnknownRoster(roster) from None


def _codes(roster: str, wanted: Literal["all"] | list[str]) -> tuple[EndpointCode, ...]:
    """Return the wanted endpoints in roster order. Raises UnknownRoster, UnknownEndpoint."""
    known = _known_codes(roster)
    chosen = set(known) if wanted == "all" else set(wanted)
    if unknown := sorted(chosen - set(known)):
        raise UnknownEndpoint(", ".join(unknown))
    return tuple(EndpointCode(code) for code in known if code in chosen)


def _names(roster: str, endpoints: Iterable[EndpointCode]) -> tuple[str, ...]:
    """Return what the roster calls the endpoints: the journal keeps it, so that no later edition changes a record."""
    by_code = rosters.load(roster).by_code
    return tuple(by_code[code].name for code in endpoints)


def _agenda(roster: str, items: list[AgendaItemBody]) -> tuple[AgendaItem, ...]:
    known = _known_codes(roster)
    for item in items:
        if item.endpoint is not None and item.endpoint not in known:
            raise UnknownEndpoint(item.endpoint)
    return tuple(
        AgendaItem(
            item.title,
            item.minutes,
            item.kind,
            None if item.endpoint is None else EndpointCode(item.endpoint),
            tuple(RegisteredSpeaker(EndpointCode(one.endpoint), one.speaker, one.topic) for one in item.speakers),
        )
        for item in items
    )


def document(state: Briefing) -> dict[str, Any]:
    """Write a briefing as JSON can hold it."""
    plan = state.planned
    return {
        "id": state.id,
        "title": plan.title,
        "state": state.phase.value,
        "starts_at": rfc3339(plan.starts_at),
        "ends_at": rfc3339(plan.ends_at),
        "roster": plan.roster,
        "endpoints": list(plan.endpoints),
        "agenda": encode(plan.agenda),
        "turn_minutes": plan.turn_minutes or 0,
        "queue_policy": plan.queue_policy.value,
        "edition": state.edition,
        "opened_at": _moment(state.opened_at),
        "started_at": _moment(state.started_at),
        "ended_at": _moment(state.ended_at),
    }


def _answer(state: Briefing, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    etag = {"ETag": f'"{state.edition}"'}
    return web.json_response(document(state), status=status, headers={**etag, **(headers or {})})


def _summary(one: BriefingSummary) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "state": one.phase.value,
        "starts_at": rfc3339(one.starts_at),
        "ends_at": rfc3339(one.ends_at),
        "roster": one.roster,
        "endpoint_count": one.endpoint_count,
        "edition": one.edition,
        "opened_at": _moment(one.opened_at),
        "started_at": _moment(one.started_at),
        "ended_at": _moment(one.ended_at),
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)
