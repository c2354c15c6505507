"""Mails that are tried again: as they are while they are true, else written anew from how it stands now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from aiohttp import web

from schedules.invitations import OVERTAKING, PURPOSES
from schedules.occasion import MailKey, read_key
from schedules.series_letters import INVITATIONS
from server.core import invitations
from server.core.ids import BriefingId, EndpointCode, MailId
from server.core.state import Briefing
from server.live.room import Room
from server.store import contacts, journal, outbox, series
from server.web.callers import caller_of
from server.web.invitation_board import liaisons
from server.web.keys import CLOCK, DATABASE, ROOMS

WRITTEN_ANEW: Final = "written anew: the briefing has changed since"
"""What the outbox says of a mail that is not sent any more because another says what is true now."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How many mails are tried as they are, how many sites are written to anew, and how many mails are left."""

    count: int = 0
    renewed: int = 0
    left: int = 0  # what they say is no more true, and there is nothing to be said instead


async def try_again(request: web.Request, mails: Collection[MailId]) -> Tried:
    """Try mails at once; those of invitations whose briefing has changed since are not sent as they are."""
    async with request.app[DATABASE].read() as session:
        posted = await outbox.found(session, mails)
        keys = {one.id: key for one in posted if (key := read_key(one.cover.key)) and _says_how_it_stands(key)}
        changed = await journal.last_planned(session, {key.briefing for key in keys.values()})
    old = {name: key for name, key in keys.items() if key.seq < changed.get(key.briefing, 0)}
    shared = [(one, key) for one in posted if (key := read_key(one.cover.key)) and key.purpose == INVITATIONS]
    stale = {one.id: key for one, key in shared if await _has_changed(request, key.briefing, one.written_at)}
    fresh, renewed, left = [name for name in mails if name not in old and name not in stale], 0, 0
    for briefing in sorted({key.briefing for key in old.values()}):
        told = await _tell_anew(request, briefing, [key for key in old.values() if key.briefing == briefing])
        renewed, left = renewed + told.renewed, left + told.left
    for key in stale.values():
        told = await _tell_dates_anew(request, key)
        renewed, left = renewed + told.renewed, left + told.left
    async with request.app[DATABASE].begin() as session:
        count = await outbox.try_again(session, fresh, request.app[CLOCK]())
    return Tried(count, renewed, left)


def _says_how_it_stands(key: MailKey) -> bool:
    return key.purpose in PURPOSES | OVERTAKING


async def _tell_anew(request: web.Request, briefing: BriefingId, old: Collection[MailKey]) -> Tried:
    """Invite the sites of old mails again, where that can be, and put these mails aside."""
    room, now = await request.app[ROOMS].get(briefing), request.app[CLOCK]()
    reached = await _reached(request, room.state, {key.endpoint for key in old if key.purpose in PURPOSES}, now)
    if reached:
        await room.move(partial(invitations.send, endpoints=reached), caller_of(request).actor)
        async with request.app[DATABASE].begin() as session:
            await outbox.put_aside(session, _of(old, reached), WRITTEN_ANEW, now)
    return Tried(renewed=len(reached), left=len(old) - len(_of(old, reached)))


async def _dates(request: web.Request, briefing: BriefingId) -> list[Room]:
    """Return the rooms of the dates that were published together with one of them."""
    room = await request.app[ROOMS].get(briefing)
    if (date := room.state.invitations.date) is None:
        return [room]
    async with request.app[DATABASE].read() as session:
        members = await series.published(session, date.publication)
    return [await request.app[ROOMS].get(one.id) for one in members]


async def _has_changed(request: web.Request, briefing: BriefingId, written_at: datetime) -> bool:
    """Whether any date that a mail tells of was changed after it was written."""
    known = [room.state.invitations.changed_at for room in await _dates(request, briefing)]
    return any(changed_at is not None and changed_at > written_at for changed_at in known)


async def _tell_dates_anew(request: web.Request, key: MailKey) -> Tried:
    """Invite a site again to each date that an old mail told of, and put that mail aside."""
    now, actor, told = request.app[CLOCK](), caller_of(request).actor, False
    for room in await _dates(request, key.briefing):
        if reached := await _reached(request, room.state, {key.endpoint}, now):
            await room.move(partial(invitations.send, endpoints=reached), actor)
            told = True
    if told:
        async with request.app[DATABASE].begin() as session:
            await outbox.put_aside(session, [str(key)], WRITTEN_ANEW, now)
    return Tried(renewed=int(told), left=int(not told))


def _of(keys: Iterable[MailKey], endpoints: Collection[EndpointCode]) -> list[str]:
    return [str(key) for key in keys if key.endpoint in endpoints]


async def _reached(
    request: web.Request, state: Briefing, endpoints: Collection[EndpointCode], now: datetime
) -> list[EndpointCode]:
    """Return those of these sites that can be sent an invitation: none of a briefing that is called off or over."""
    plan = state.planned
    if state.phase not in invitations.SENDING or plan.ends_at <= now:
        return []
    wanted = [code for code in plan.endpoints if code in endpoints]
    async with request.app[DATABASE].read() as session:
        known = liaisons(await contacts.of(session, plan.roster, wanted))
    return [code for code in wanted if code in known]
