"""Carrying over, over HTTP: open items of earlier briefings go on in one to come, all that are chosen in one move."""

from collections.abc import Sequence
from functools import partial

from aiohttp import web
from pydantic import Field

from server.core import follow_up, results
from server.core.events import AgendaItem, NoteCarriedOver
from server.core.ids import BriefingId, RosterName
from server.core.plan import MOST_AGENDA_ITEMS
from server.core.state import Briefing
from server.live.room import Room
from server.live.world import Decision
from server.records.follow_up import agenda_title
from server.web import briefings
from server.web.bodies import Body, parsed
from server.web.briefings import BriefingAnswer
from server.web.callers import caller_of
from server.web.keys import CLOCK, ROOMS
from server.web.notes import today_of
from server.web.routing import ORGANIZERS, Routes

routes = Routes()

MINUTES = 5
"""Of an agenda item that is carried over."""


class Item(Body):
    """An open item: a note of a briefing."""

    briefing: str = Field(min_length=1, max_length=64)
    number: int = Field(ge=1, lt=10**6)


class CarryOver(Body):
    """Which open items go on in which briefing."""

    briefing: str = Field(min_length=1, max_length=64)
    items: list[Item] = Field(min_length=1, max_length=MOST_AGENDA_ITEMS)


@routes.post("/api/v1/follow-up/carry-over", allow=ORGANIZERS, body=CarryOver, answers=BriefingAnswer)
async def carry_over_items(request: web.Request) -> web.Response:
    """Put open items on the agenda of a briefing to come, then mark each as carried over to it.

    Nothing is written when any of them cannot go on. Whatever breaks off in the middle is made good by the same call
    again: the agenda comes first, so no item is marked that does not stand there.
    """
    wanted, actor = await parsed(request, CarryOver), caller_of(request).actor
    target = await request.app[ROOMS].get(BriefingId(wanted.briefing))
    sources = [(await request.app[ROOMS].get(BriefingId(one.briefing)), one.number) for one in wanted.items]
    moves = [(room, _carry(request, number, target)) for room, number in sources]
    for room, decide in moves:
        decide(room.state, request.app[CLOCK]())
    items = _items(sources, target.state)
    longer = partial(follow_up.put_on_agenda, items=items, certified=briefings.certified(request))
    state = await target.move(longer, actor)
    for room, decide in moves:
        await room.move(decide, actor)
    return web.json_response(briefings.document(state))


def _carry(request: web.Request, number: int, target: Room) -> Decision:
    event = NoteCarriedOver(number, target.state.id)
    return partial(results.carry_over, number=number, event=event, today=today_of(request))


def _items(sources: Sequence[tuple[Room, int]], target: Briefing) -> tuple[AgendaItem, ...]:
    return tuple(item_of(room.state, number, target.planned.roster) for room, number in sources)


def item_of(source: Briefing, number: int, roster: RosterName) -> AgendaItem:
    """Return the agenda item of an open one; codes mean a site within one roster only."""
    note = source.results.notes[number].note
    endpoint = note.endpoint if source.planned.roster == roster else None
    return AgendaItem(agenda_title(note.text, number, source.planned.title), MINUTES, endpoint=endpoint)
