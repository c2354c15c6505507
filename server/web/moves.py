"""Moves over HTTP: a rule of the core, made in the room the path names by whoever calls."""

from aiohttp import web

from server.live.world import Decision
from server.web.briefings import room_of
from server.web.callers import caller_of


async def moved(request: web.Request, decide: Decision, *, cut_first: bool = False) -> web.Response:
    """Make a move and answer 204; with `cut_first` off the air first, and written down after."""
    await (await room_of(request)).move(decide, caller_of(request).actor, cut_first=cut_first)
    return web.Response(status=204)


async def led(request: web.Request, decide: Decision, *, cut_first: bool = False) -> web.Response:
    """Make a move of the chair's and answer 204. Raises NotActingChair."""
    caller = caller_of(request)
    await (await room_of(request)).lead(decide, caller.actor, caller.name, cut_first=cut_first)
    return web.Response(status=204)
