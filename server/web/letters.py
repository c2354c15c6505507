"""Formal invitations over HTTP: one endpoint's letter, or all of them in one archive, written while it is sent."""

import asyncio
import re
import zipfile
from collections.abc import Callable
from functools import partial
from io import RawIOBase
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import web

from endpoints.rosters import collation
from server.core.ids import EndpointCode
from server.core.presence import NotInvited
from server.core.state import Briefing
from server.records.documents.invitation import letter
from server.records.label import Format
from server.web.bodies import Query, queried
from server.web.briefings import room_of
from server.web.invitations import BOARD
from server.web.keys import CLOCK, HOUSE, ROSTERS
from server.web.plans import names_of
from server.web.record import MEDIA_TYPES
from server.web.routing import ORGANIZERS, Routes

routes = Routes()

ARCHIVE: Final = "application/zip"
_APART: Final = re.compile(r"[^\w.-]+")
_FORBIDDEN: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
"""What no file of a common system may have in its name."""


class Layout(Query):
    """In whose layout."""

    profile: str = "state"


@routes.get(BOARD + "/{code}/letter", allow=ORGANIZERS, query=Layout, gives=MEDIA_TYPES[Format.DOCX])
async def give_letter(request: web.Request) -> web.Response:
    """Give a site's formal invitation as DOCX, in the layout of an office. Raises NotInvited or UnknownProfile."""
    state, code = (await room_of(request)).state, EndpointCode(request.match_info["code"])
    write = _writer(request, state)
    if code not in state.planned.endpoints:
        raise NotInvited(code)
    return web.Response(
        body=await asyncio.to_thread(write, code),
        content_type=MEDIA_TYPES[Format.DOCX],
        headers={"Content-Disposition": f'attachment; filename="giaoban-{state.id}-invitation-{code}.docx"'},
    )


@routes.get(BOARD + "/letters", allow=ORGANIZERS, query=Layout, gives=ARCHIVE)
async def give_letters(request: web.Request) -> web.StreamResponse:
    """Give the formal invitations of all sites as one archive, each sent as soon as it is written.

    One letter is in memory at a time, and one thread is at work. Raises UnknownProfile.
    """
    state = (await room_of(request)).state
    write, names = _writer(request, state), names_of(request.app[ROSTERS], state.planned)
    response = web.StreamResponse(
        headers={"Content-Disposition": f'attachment; filename="giaoban-{state.id}-invitations.zip"'}
    )
    response.content_type = ARCHIVE
    await response.prepare(request)
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for code in state.planned.endpoints:
            await asyncio.to_thread(_add, archive, file_name(code, names.get(code, code)), write, code)
            await response.write(sink.taken())
    await response.write(sink.taken())
    await response.write_eof()
    return response


def file_name(code: EndpointCode, name: str) -> str:
    """Return what a site's letter is called: by its code, its name without accents and its name."""
    bare = _APART.sub("-", collation.plain(name)).strip("-")
    return f"{code}_{bare}_{_FORBIDDEN.sub('-', name)}.docx"


def _writer(request: web.Request, state: Briefing) -> Callable[[EndpointCode], bytes]:
    """Return what writes a site's letter in the layout that is asked for, dated now. Raises UnknownProfile."""
    house, names = request.app[HOUSE], names_of(request.app[ROSTERS], state.planned)
    profile = house.profile(queried(request, Layout).profile)
    write = partial(letter, profile=profile, zone=ZoneInfo(house.zone), now=request.app[CLOCK]())
    return lambda code: write(state, code, names.get(code, code))


def _add(archive: zipfile.ZipFile, name: str, write: Callable[[EndpointCode], bytes], code: EndpointCode) -> None:
    archive.writestr(name, write(code))


class _Sink(RawIOBase):
    """A file that is written to, and taken away piece by piece; nobody goes back in it."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = bytearray()

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, content: Any, /) -> int:
        """Keep what is written."""
        self._kept += content
        return memoryview(content).nbytes

    def taken(self) -> bytes:
        """Take what was written since the last time."""
        taken, self._kept = bytes(self._kept), bytearray()
        return taken
