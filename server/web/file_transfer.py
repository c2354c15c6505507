"""Files over HTTP: taken in as they come, and given away so that no browser takes them for a page of ours."""

import re
import time
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter
from pydantic import Field

from server.core.documents import file_name
from server.core.events import File
from server.files.errors import FileTooLarge
from server.files.files import Arrival
from server.web.bodies import pieces
from server.web.callers import caller_of
from server.web.errors import TooFast
from server.web.keys import FILES, LIMITS, SETTINGS
from server.web.security import SANDBOX

MEGABYTE: Final = 1_000_000
LONGEST_GIVEN: Final = 1000

FULL_WAIT: Final = 5.0
"""Seconds after which whoever sends too many files at once may try again."""

GivenName = Annotated[str, Field(min_length=1, max_length=LONGEST_GIVEN)]
"""A file's name as its sender calls it."""

Sent = Callable[[], Awaitable[None]]
"""Is told that a file is about to be sent."""

_SENDING: Final = frozenset({HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT})

_ATTR_CHARS: Final = "!#$&+-.^_`|~"
"""What stands for itself in an extended parameter, besides letters and digits (RFC 8187, section 3.2.1)."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has arrived, as the journal will know it."""

    file: File
    arrival: Arrival


def largest_of(request: web.Request) -> int:
    """Return how many bytes one file may have."""
    return request.app[SETTINGS].document_mb * MEGABYTE


def announced(request: web.Request) -> int:
    """Return how many bytes are announced; 0 where nothing is. Raises FileTooLarge and TooFast."""
    octets, largest = request.content_length or 0, largest_of(request)
    if octets > largest:
        raise FileTooLarge(f"at most {largest} bytes")
    if wait := request.app[LIMITS].files_by_caller.take(_sender(request), now=time.monotonic()):
        raise TooFast(wait)
    return octets


@asynccontextmanager
async def received(request: web.Request, name: str) -> AsyncIterator[Received]:
    """Take in the body as a file; it is gone afterwards unless it was kept.

    Whoever sends has a few of them on their way at once, for each takes its room on the disk until it has arrived.
    Raises FileTooLarge, FileEmpty, FileType, FileMacros, NoSpace, DocumentName, WrongType, MalformedBody and TooFast.
    """
    with request.app[LIMITS].files_at_once.one(_sender(request)) as has_place:
        if not has_place:
            raise TooFast(FULL_WAIT)
        async with request.app[FILES].arriving(pieces(request), largest=largest_of(request)) as arrival:
            file = File(file_name(name, arrival.kind), arrival.kind, arrival.octets, arrival.sha256)
            yield Received(file, arrival)


async def given(request: web.Request, file: File, *, sent: Sent | None = None) -> web.StreamResponse:
    """Give a file, or ranges of it (RFC 9110, section 14), after it was compared with its hash. Raises FileDamaged.

    `sent` is told before the first byte of it is on its way; what it raises is answered instead. It is not told of an
    answer without any: to HEAD, that the caller has the file already, or that there is no such range of it.
    """
    path = await request.app[FILES].verified(file.sha256, file.octets)
    headers = {
        "Content-Type": file.media_type,
        "Content-Disposition": disposition(file.name),
        "Content-Security-Policy": SANDBOX,
    }
    answer = _Download(path, headers=headers)
    answer.sent = sent
    await answer.prepare(request)
    return answer


class _Told(web.StreamResponse):
    """An answer that somebody is told of once its status is known, and before any of it is sent."""

    sent: Sent | None = None

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        if self.sent is not None and self.status in _SENDING and request.method == hdrs.METH_GET:
            await self.sent()
        return await super().prepare(request)


class _Download(web.FileResponse, _Told):
    """A file that is sent once: the answer it is made from would begin again when the server prepares it too."""

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        return None if self.prepared else await super().prepare(request)


def _sender(request: web.Request) -> str:
    """Name who sends a file, and to which briefing: sites of the same code are in many."""
    return f"{request.match_info['briefing_id']} {caller_of(request).actor}"


def disposition(name: str) -> str:
    """Say under which name a file is to be saved (RFC 6266), for old programs without accents as well."""
    unaccented = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(one for one in unaccented if not unicodedata.combining(one))
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", letters, flags=re.ASCII)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_ATTR_CHARS)}"
