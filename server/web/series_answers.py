"""Answers to a series: the dates that were published together, and one answer to several of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, Field

from schedules.series import MOST_DATES
from server.core import invitations
from server.core.events import InvitationAnswered, rfc3339
from server.core.ids import Actor, EndpointCode
from server.core.invitations import ANSWERABLE, BriefingMoved, Standing
from server.core.presence import NotInvited
from server.core.state import Briefing
from server.live.room import Room
from server.live.together import move_together
from server.store import series as stored
from server.store.database import Database
from server.web.keys import DATABASE, ROOMS

SequenceNumber = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""Of an invitation (RFC 5546, section 2.1.4)."""

MoreDates = Annotated[dict[Annotated[str, Field(max_length=64)], SequenceNumber], Field(max_length=MOST_DATES)]
"""Other dates that are answered, each with the sequence that was read."""


class OtherDateAnswer(BaseModel):
    """Another date that the site was invited to together with this one; `own`: it was answered by itself."""

    briefing: str
    title: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    standing: Standing
    own: bool


async def companions(request: web.Request, state: Briefing, code: EndpointCode) -> list[Room]:
    """Return the other dates that a site was invited to together with this one, and that still take answers."""
    date = state.invitations.date
    if date is None:
        return []
    async with request.app[DATABASE].read() as session:
        members = await stored.published(session, date.publication)
    rooms = [await request.app[ROOMS].get(one.id) for one in members if one.id != state.id and one.phase in ANSWERABLE]
    return [room for room in rooms if _asks(room.state, state, code)]


def _asks(other: Briefing, own: Briefing, code: EndpointCode) -> bool:
    """Whether another date asks the same site: in another roster the same code is somebody else's."""
    same = other.planned.roster == own.planned.roster and code in other.planned.endpoints
    return same and other.invitations.of(code).sent_at is not None


async def answer_each(database: Database, wanted: Mapping[Room, InvitationAnswered], actor: Actor) -> None:
    """Take an answer to each of several dates: of all or of none. Raises what `invitations.answer` raises."""
    moves = {room: partial(invitations.answer, wanted=given) for room, given in wanted.items()}
    await move_together(moves, actor, partial(stored.save, database))


async def answer_whole(database: Database, rooms: Sequence[Room], wanted: InvitationAnswered, actor: Actor) -> None:
    """Take what a site says of its whole series for each date that it is meant for.

    Raises BriefingMoved when it answers none of them, and what `invitations.answer` raises.
    """
    moves = {room: partial(invitations.answer_whole, wanted=wanted) for room in rooms}
    await move_together(moves, actor, partial(stored.save, database))
    if not any(room.state.invitations.stands(wanted.endpoint) for room in rooms):
        raise BriefingMoved


def chosen(rooms: Sequence[Room], sequences: Mapping[str, int]) -> dict[Room, int]:
    """Return the named dates, each with the sequence that was read. Raises NotInvited for what is none of them."""
    by_id = {room.state.id: room for room in rooms}
    if strangers := sorted(set(sequences) - set(by_id)):
        raise NotInvited(", ".join(strangers))
    return {room: sequences[briefing] for briefing, room in by_id.items() if briefing in sequences}


def other_date(state: Briefing, code: EndpointCode) -> dict[str, Any]:
    """Write another date as JSON can hold it."""
    plan, given = state.planned, state.invitations.of(code).answer
    return {
        "briefing": state.id,
        "title": plan.title,
        "starts_at": rfc3339(plan.starts_at),
        "ends_at": rfc3339(plan.ends_at),
        "sequence": state.invitations.sequence,
        "standing": invitations.standing(state, code),
        "own": given is not None and not given.whole and state.invitations.stands(code),
    }
