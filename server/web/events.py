"""The event stream: journal entries that resume exactly, the status as it changes, and telemetry.

A site's open stream is its presence, so its end must be noticed: by the closed connection at once, by an unacknowledged
heartbeat when the network is gone without a word (TCP_USER_TIMEOUT, RFC 5482).
"""

import secrets
import socket
from functools import partial

import structlog
from aiohttp import web

from server.core import presence
from server.core.errors import Invalid, UserError
from server.core.ids import ConnectionId
from server.core.people import Caller, Role
from server.core.state import RUNNING
from server.live.feed import Audience, Listener
from server.live.room import Room
from server.store.errors import StorageUnavailable
from server.web.briefings import room_of
from server.web.callers import Pass, caller_of, ticket_of
from server.web.keys import SETTINGS
from server.web.routing import SIGNED_IN, Routes

routes = Routes()
log = structlog.get_logger()

HEARTBEAT = 3.0
"""Seconds between heartbeats."""

WAKE = 1.0
"""Seconds after which a quiet stream looks whether its client is still there."""

LONGEST_ID = 15
"""Digits of a seq."""

BEATS = round(HEARTBEAT / WAKE)


class BadEventId(Invalid):
    """Last-Event-ID is the number of a journal entry; leave it out to begin with what is to come."""

    code = "bad_event_id"


@routes.get("/api/v1/briefings/{briefing_id}/events", allow=SIGNED_IN, gives="text/event-stream")
async def stream_events(request: web.Request) -> web.StreamResponse:
    """Stream what happens, until the client leaves."""
    room = await room_of(request)
    caller = caller_of(request)
    after = _resume_from(request)
    audience = Audience(staff=caller.role not in {Role.SITE, Role.HUB}, endpoint=caller.endpoint)
    attendance = Attendance(room, caller)
    await attendance.note()
    listener, missed = await room.listen(audience, after=after)
    try:
        return await _pour(request, listener, missed, attendance)
    finally:
        room.feed.forget(listener)
        await attendance.end()


class Attendance:
    """The presence of the caller's site while its stream is open; the staff and the hub are on no roster.

    Whether it has joined is looked up in the room: the end of a rehearsal sends everybody out of it, streams or none.
    """

    def __init__(self, room: Room, caller: Caller) -> None:
        self._room = room
        self._endpoint = caller.endpoint if caller.role is Role.SITE else None
        self._actor = caller.actor
        self._connection = ConnectionId(secrets.token_urlsafe(9))

    @property
    def _has_joined(self) -> bool:
        return self._endpoint is not None and self._connection in self._room.state.site(self._endpoint).connections

    async def note(self) -> None:
        """Join as soon as sites may be in the room: a stream may be opened long before."""
        if self._endpoint is None or self._has_joined or self._room.state.phase not in RUNNING:
            return
        await self._room.move(partial(presence.join, endpoint=self._endpoint, connection=self._connection), self._actor)

    async def end(self) -> None:
        """Leave, if it had joined."""
        if self._endpoint is None or not self._has_joined:
            return
        try:
            await self._room.depart(self._endpoint, self._connection)
        except StorageUnavailable:
            log.warning("departure_not_stored_yet", endpoint=self._endpoint)


async def _pour(
    request: web.Request, listener: Listener, missed: list[bytes], attendance: Attendance
) -> web.StreamResponse:
    """Write frames as they come and heartbeats when none do."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    quiet, admission = 0, Pass(request.app, ticket_of(request))
    try:
        await response.prepare(request)
        _notice_silence(request)
        await response.write(b"retry: 1000\n\n" + b"".join(missed))
        while not listener.closed and _connected(request) and await admission.holds():
            frames = await listener.frames(WAKE)
            await attendance.note()
            quiet = 0 if frames else quiet + 1
            if frames:
                await response.write(b"".join(frames))
            elif quiet % BEATS == 0:
                await response.write(b":\n\n")
    except (ConnectionError, UserError, StorageUnavailable):
        pass  # the client has left, or its site cannot be let in: it comes again, and is then told why
    return response


def _connected(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


def _notice_silence(request: web.Request) -> None:
    """Have the kernel give up on a peer that acknowledges nothing for `lost_seconds`."""
    connection = None if request.transport is None else request.transport.get_extra_info("socket")
    if connection is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
        milliseconds = int(request.app[SETTINGS].lost_seconds * 1000)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)


def _resume_from(request: web.Request) -> int | None:
    """Read the seq the client has seen last. Raises BadEventId."""
    text = request.headers.get("Last-Event-ID") or request.query.get("after")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
        raise BadEventId
    return int(text)
