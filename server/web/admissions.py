"""Media sessions last as long as what let their caller in.

A token that is revoked, or a person who is signed out, ends what they send and receive; and so does the end of a line
check that was made before the room is open. The media plane keeps each session's ticket, so that a server that was
restarted goes on looking.
"""

from aiohttp import web

from server.core.ids import MediaId
from server.core.state import RUNNING
from server.media.errors import MediaDown, UnknownMedia
from server.media.plane import MediaPlane, Resource
from server.web.callers import Pass, Ticket, authenticated, ticket_of
from server.web.errors import WebError
from server.web.keys import ROOMS

LOOK_EVERY = 5.0
"""Seconds between two looks at all sessions; each is asked about only as often as its `Pass` says."""


class Admissions:
    """Every media session and the pass of the caller it was made for."""

    def __init__(self, app: web.Application, plane: MediaPlane) -> None:
        self._app = app
        self._plane = plane
        self._passes: dict[MediaId, Pass] = {}

    def __len__(self) -> int:
        return len(self._passes)

    async def admit(self, media: MediaId, request: web.Request) -> None:
        """Let a new session stay if its caller is still admitted: the offer may have come in slowly.

        Raises Unauthenticated when not; the session is ended.
        """
        try:
            await authenticated(request)
        except WebError:
            await self._end(media)
            raise
        self._passes[media] = Pass(self._app, ticket_of(request))

    async def look_again(self) -> None:
        """End the sessions of those who are not admitted any more, and forget those that have ended."""
        resources = list(self._plane.resources)
        self._passes = {
            one.media: self._passes.get(one.media) or Pass(self._app, Ticket(one.ticket)) for one in resources
        }
        for one in resources:
            if not (await self._passes[one.media].holds() and await self._is_open(one)):
                await self._end(one.media)

    async def _is_open(self, one: Resource) -> bool:
        """Whether the room of a session is open to it: to everybody while it runs, else to a line that is checked."""
        room = await self._app[ROOMS].get(one.briefing)
        return room.state.phase in RUNNING or (one.party is not None and room.is_warm(one.party))

    async def _end(self, media: MediaId) -> None:
        try:
            await self._plane.close(media)
        except (UnknownMedia, MediaDown):
            return  # it has ended by itself, or with the plane


ADMISSIONS = web.AppKey("admissions", Admissions)
