"""Publishing a series: all of its drafts with one press, and one invitation for each recipient to all of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from schedules.conflicts import clashes
from schedules.series import rule_of
from server.core import briefing as lifecycle
from server.core import series as rules
from server.core.contacts import Contact
from server.core.errors import UserError
from server.core.events import CalendarDate, rfc3339
from server.core.ids import BriefingId, EndpointCode, PublicationId, RosterName
from server.core.series import NothingToPublish, Series
from server.core.state import Briefing, Phase
from server.live.room import Room
from server.store import briefings as ids
from server.store import contacts
from server.store.series import Member
from server.web.bodies import Body, parsed
from server.web.briefings import certified
from server.web.invitation_board import liaisons
from server.web.keys import CLOCK, DATABASE, OFFICE, ROOMS
from server.web.language import language_of, translator
from server.web.outbox import NoMailAddress
from server.web.routing import ORGANIZERS, Routes
from server.web.series import read_series
from server.web.series_change import Moves
from server.web.series_preview import booking, others_around

routes = Routes()

PATH = "/api/v1/series/{series_id}/publication"


class Publication(Body):
    """Whether the sites of the dates are invited at once, by mail."""

    invite: bool = False


class DraftAnswer(BaseModel):
    """A draft of the series; `refused` is the code of what stands against publishing it, `why` says it in words."""

    briefing: str
    original: str
    starts_at: str
    ends_at: str
    title: str
    number: str
    conflict: bool
    refused: str | None
    why: str | None


class ProspectAnswer(BaseModel):
    """What publishing would do: to each draft, how many mails would be written, and which sites no mail reaches."""

    dates: list[DraftAnswer]
    mails: int
    unreached: list[str]
    writes: bool


class PublishedAnswer(BaseModel):
    """What was published, what was left a draft and why, and how many mails that means."""

    published: list[DraftAnswer]
    left: list[DraftAnswer]
    mails: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of a series, and what stands against publishing it."""

    room: Room
    member: Member
    refusal: UserError | None

    @property
    def state(self) -> Briefing:
        """The briefing as it is now."""
        return self.room.state


People = dict[RosterName, dict[EndpointCode, tuple[Contact, ...]]]
"""Who gets the invitation of each site."""


@routes.get(PATH, allow=ORGANIZERS, answers=ProspectAnswer)
async def show_prospect(request: web.Request) -> web.Response:
    """Say what publishing all drafts of a series would do, and what stands against it."""
    _, members = await read_series(request)
    drafts = await _drafts(request, members)
    ready = [one for one in drafts if one.refusal is None]
    people = await _people(request, ready)
    dates = await _shown(request, drafts)
    silent = {code for one in ready for code in one.state.planned.endpoints if not _reached(one, people) >= {code}}
    return web.json_response(
        {
            "dates": dates,
            "mails": _count_mails(ready, people),
            "unreached": sorted(silent),
            "writes": OFFICE in request.app,
        }
    )


@routes.post(PATH, allow=ORGANIZERS, body=Publication, answers=PublishedAnswer)
async def publish_series(request: web.Request) -> web.Response:
    """Publish all drafts of a series that can be, at once or not at all; the others are named and stay drafts.

    Dates that are invited to at once are one invitation for each recipient, and known to calendars by one UID for ever.
    Raises NothingToPublish, and NoMailAddress for invitations of a service that writes no mails.
    """
    wanted = await parsed(request, Publication)
    if wanted.invite and OFFICE not in request.app:
        raise NoMailAddress
    series, members = await read_series(request)
    drafts = await _drafts(request, members)
    ready = [one for one in drafts if one.refusal is None]
    if not ready:
        raise NothingToPublish
    people = await _people(request, ready) if wanted.invite else {}
    shown = await _shown(request, drafts)
    moves, named = Moves(request), _named(series, ready, people)
    together = tuple(named)
    for one in ready:
        publish = partial(
            rules.publish,
            invited=_reached(one, people),
            date=named.get(one.state.id),
            together=together if one.state.id in named else (),
            certified=certified(request),
        )
        moves.add(one.room, publish)
    await moves.make(changed=[series])
    return web.json_response(
        {
            "published": [one for one in shown if not one["refused"]],
            "left": [one for one in shown if one["refused"]],
            "mails": _count_mails(ready, people),
        }
    )


async def _drafts(request: web.Request, members: Sequence[Member]) -> list[Draft]:
    found = []
    for member in members:
        if member.phase is Phase.DRAFT:
            room = await request.app[ROOMS].get(member.id)
            found.append(Draft(room, member, _refusal(request, room.state)))
    return found


def _refusal(request: web.Request, state: Briefing) -> UserError | None:
    try:
        lifecycle.schedule(state, request.app[CLOCK](), certified=certified(request))
    except UserError as error:
        return error
    return None


async def _people(request: web.Request, drafts: Sequence[Draft]) -> People:
    """Return who gets the invitations, in one query for each roster."""
    wanted: dict[RosterName, dict[EndpointCode, None]] = {}
    for one in drafts:
        plan = one.state.planned
        wanted.setdefault(plan.roster, {}).update(dict.fromkeys(plan.endpoints))
    async with request.app[DATABASE].read() as session:
        return {roster: liaisons(await contacts.of(session, roster, list(codes))) for roster, codes in wanted.items()}


def _reached(one: Draft, people: People) -> frozenset[EndpointCode]:
    """Return the sites of a date that have a liaison to write to."""
    known = people.get(one.state.planned.roster, {})
    return frozenset(code for code in one.state.planned.endpoints if known.get(code))


def _invited_as_one(drafts: Sequence[Draft], people: People) -> list[Draft]:
    """Return the dates that one mail can invite to: those of the first one's roster, with somebody to write to."""
    reached = [one for one in drafts if _reached(one, people)]
    chosen = [one for one in reached if one.state.planned.roster == reached[0].state.planned.roster]
    return chosen if len(chosen) > 1 else []


def _named(series: Series, drafts: Sequence[Draft], people: People) -> dict[BriefingId, CalendarDate]:
    """Return what calendars will know the dates by that are invited to as one, in their order."""
    chosen = _invited_as_one(drafts, people)
    if not chosen:
        return {}
    publication, dates = PublicationId(ids.new_id()), [one.member.original for one in chosen]
    first, rule = min(dates).isoformat(), rule_of(series, dates)
    return {
        one.state.id: CalendarDate(publication, one.member.original.isoformat(), first, rule, series.zone)
        for one in chosen
    }


def _count_mails(drafts: Sequence[Draft], people: People) -> int:
    """Count the mails: one for each recipient of the dates that are one invitation, and those of each other date."""
    shared = _invited_as_one(drafts, people)
    sites = frozenset[EndpointCode]().union(*(_reached(one, people) for one in shared))
    groups = [(one, _reached(one, people)) for one in drafts if one not in shared]
    groups += [(shared[0], sites)] if shared else []
    return sum(len(people[one.state.planned.roster][code]) for one, codes in groups for code in codes)


async def _shown(request: web.Request, drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    """Write drafts as JSON can hold them; what runs into others is found in one query."""
    say = translator(language_of(request), "problems")
    wanted = [booking(one.member.original.isoformat(), one.state.planned) for one in drafts]
    others = await others_around(request, wanted, own=frozenset(one.state.id for one in drafts))
    taken = [booking(briefing, plan) for briefing, plan in others.items()]
    found = await asyncio.to_thread(clashes, wanted, taken)
    return [
        {
            "briefing": one.state.id,
            "original": one.member.original.isoformat(),
            "starts_at": rfc3339(one.state.planned.starts_at),
            "ends_at": rfc3339(one.state.planned.ends_at),
            "title": one.state.planned.title,
            "number": one.state.planned.number,
            "conflict": one.member.original.isoformat() in found,
            "refused": one.refusal.code if one.refusal else None,
            "why": say(one.refusal.sentence) if one.refusal else None,
        }
        for one in drafts
    ]
