"""The record over HTTP: who spoke, who was there, as files."""

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from aiohttp import web

from server.core.events import encode
from server.core.ids import BriefingId
from server.core.journal import Entry
from server.live.rooms import NoSuchBriefing
from server.records import files
from server.records.label import Document, Format, Part
from server.records.record import Record
from server.store import journal
from server.web.bodies import Query, queried
from server.web.keys import DATABASE, HOUSE
from server.web.language import language_of
from server.web.routing import RECORDERS, STAFF, Routes

routes = Routes()

RECORD = "/api/v1/briefings/{briefing_id}"

_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES: Mapping[Format, str] = MappingProxyType(
    {
        Format.JSON: "application/json",
        Format.CSV: "text/csv",
        Format.RTTM: "text/plain",
        Format.VTT: "text/vtt",
        Format.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
        Format.DOCX: f"{_OFFICE}.wordprocessingml.document",
    }
)
PACKED = frozenset({Format.XLSX, Format.DOCX})
"""The formats that are no text, and have no character encoding."""


class Wanted(Query):
    """Which form; for CSV which table, for DOCX which paper and in whose layout."""

    format: Format = Format.JSON
    part: Part = Part.TURNS
    document: Document = Document.MINUTES
    profile: str = "state"


@routes.get(RECORD + "/turns", allow=STAFF)
async def show_turns(request: web.Request) -> web.Response:
    """Show the turns that were granted and the speech that was heard."""
    record = await record_of(request)
    return web.json_response({"turns": encode(record.turns), "speech": encode(record.speech)})


@routes.get(RECORD + "/record", allow=RECORDERS, query=Wanted, gives="*/*")
async def export_record(request: web.Request) -> web.Response:
    """Give the record as a file."""
    wanted, house, entries = queried(request, Wanted), request.app[HOUSE], await entries_of(request)
    form = house.form(
        wanted.format,
        language_of(request),
        part=wanted.part,
        document=wanted.document,
        profile=wanted.profile,
    )
    body = await asyncio.to_thread(lambda: files.write(files.record_in(entries, form.language, house), form, house))
    part = f"-{form.part}" if form.part else ""
    name = f"giaoban-{request.match_info['briefing_id']}{part}.{form.format}"
    return web.Response(
        body=body,
        content_type=MEDIA_TYPES[form.format],
        charset=None if form.format in PACKED else "utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def record_of(request: web.Request) -> Record:
    """Build the record of the briefing the path names, from its journal. Raises NoSuchBriefing."""
    return await record_from(request, await entries_of(request))


async def record_from(request: web.Request, entries: Sequence[Entry]) -> Record:
    """Build the record from a journal, with the names of the caller's language."""
    return await asyncio.to_thread(files.record_in, entries, language_of(request), request.app[HOUSE])


async def entries_of(request: web.Request) -> Sequence[Entry]:
    """Read the journal of the briefing the path names. Raises NoSuchBriefing."""
    briefing = BriefingId(request.match_info["briefing_id"])
    async with request.app[DATABASE].read() as session:
        entries = await journal.load(session, briefing)
    if not entries:
        raise NoSuchBriefing(briefing)
    return entries
