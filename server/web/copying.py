"""Copying over HTTP: an old briefing as a new draft, with its open tasks on the agenda."""

from functools import partial
from http import HTTPStatus

from aiohttp import web

from server.core import copying
from server.store import briefings as stored
from server.web import briefings
from server.web.bodies import Body, Moment, parsed
from server.web.briefings import BriefingAnswer, room_of
from server.web.callers import caller_of
from server.web.carry_over import item_of
from server.web.keys import ROOMS
from server.web.routing import ORGANIZERS, Routes

routes = Routes()


class Copy(Body):
    """When the copy takes place, and whether what is still open goes on its agenda."""

    starts_at: Moment
    open_tasks: bool = True


@routes.post(
    "/api/v1/briefings/{briefing_id}/copy",
    allow=ORGANIZERS,
    body=Copy,
    answers=BriefingAnswer,
    status=HTTPStatus.CREATED,
)
async def copy_briefing(request: web.Request) -> web.Response:
    """Write a briefing down once more, as a draft at another time and a date of no series.

    The old briefing stays as it is: its tasks are open until they are carried over, so cancelling the copy loses
    nothing.
    """
    wanted = await parsed(request, Copy)
    source = (await room_of(request)).state
    numbers = copying.open_notes(source) if wanted.open_tasks else ()
    items = [item_of(source, number, source.planned.roster) for number in numbers]
    plan = copying.copied(source.planned, wanted.starts_at, items)
    rooms = request.app[ROOMS]
    room = rooms.fresh(stored.new_id())
    draft = partial(copying.draft, plan=plan, reminders=source.reminders, certified=briefings.certified(request))
    state = await room.move(draft, caller_of(request).actor)
    rooms.keep(room)
    headers = {"Location": f"/api/v1/briefings/{state.id}", "ETag": f'"{state.edition}"'}
    return web.json_response(briefings.document(state), status=HTTPStatus.CREATED, headers=headers)
