"""The record over HTTP: who spoke, who was there, as files; and whether the journal behind it is sound."""

import asyncio
from collections.abc import Callable, Sequence
from enum import StrEnum

from aiohttp import web

from endpoints import rosters
from server.core import journal as chain
from server.core.events import BriefingDrafted, BriefingEdited, encode
from server.core.ids import HUB, BriefingId, EndpointCode
from server.core.journal import Entry
from server.live.rooms import NoSuchBriefing
from server.records.exports import Part, as_csv, as_json, as_rttm
from server.records.record import Record, build
from server.store import journal
from server.web.bodies import Query, queried
from server.web.keys import DATABASE
from server.web.language import language_of
from server.web.routing import RECORDERS, STAFF, Routes

routes = Routes()

RECORD = "/api/v1/briefings/{briefing_id}"
HUB_NAMES = {"vi": "Điểm cầu trung tâm", "en": "Hub"}


class Format(StrEnum):
    """The forms of the record."""

    JSON = "json"
    CSV = "csv"
    RTTM = "rttm"


class Wanted(Query):
    """Which form, and for CSV which table."""

    format: Format = Format.JSON
    part: Part = Part.TURNS


_WRITERS: dict[Format, tuple[str, Callable[[Record, Part], bytes]]] = {
    Format.JSON: ("application/json", lambda record, _part: as_json(record)),
    Format.CSV: ("text/csv", as_csv),
    Format.RTTM: ("text/plain", lambda record, _part: as_rttm(record)),
}


@routes.get(RECORD + "/turns", allow=STAFF)
async def show_turns(request: web.Request) -> web.Response:
    """Show the turns that were granted and the speech that was heard."""
    record = await record_of(request)
    return web.json_response({"turns": encode(record.turns), "speech": encode(record.speech)})


@routes.get(RECORD + "/record", allow=RECORDERS, query=Wanted, gives="*/*")
async def export_record(request: web.Request) -> web.Response:
    """Give the record as a file."""
    wanted = queried(request, Wanted)
    record = await record_of(request)
    media_type, write = _WRITERS[wanted.format]
    body = await asyncio.to_thread(write, record, wanted.part)
    part = f"-{wanted.part}" if wanted.format is Format.CSV else ""
    name = f"giaoban-{record.briefing.id}{part}.{wanted.format}"
    return web.Response(
        body=body,
        content_type=media_type,
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@routes.get(RECORD + "/verify", allow=STAFF)
async def verify_journal(request: web.Request) -> web.Response:
    """Check the hash chain of the journal, and name the first entry that does not fit."""
    briefing = BriefingId(request.match_info["briefing_id"])
    async with request.app[DATABASE].read() as session:
        rows = await journal.rows(session, briefing)
        head = await journal.head(session, briefing)
    if head is None:
        raise NoSuchBriefing(briefing)
    flaw = await asyncio.to_thread(chain.verify, rows, head=head)
    found = None if flaw is None else {"seq": flaw.seq, "problem": flaw.problem}
    head_document = {"seq": head.seq, "hash": head.hash}
    return web.json_response({"sound": flaw is None, "entries": len(rows), "head": head_document, "flaw": found})


async def record_of(request: web.Request) -> Record:
    """Build the record of the briefing the path names, from its journal. Raises NoSuchBriefing."""
    briefing = BriefingId(request.match_info["briefing_id"])
    async with request.app[DATABASE].read() as session:
        entries = await journal.load(session, briefing)
    if not entries:
        raise NoSuchBriefing(briefing)
    return await asyncio.to_thread(build, entries, _names(entries, HUB_NAMES[language_of(request)]))


def _names(entries: Sequence[Entry], hub: str) -> Callable[[EndpointCode], str]:
    """Return how sites are called in the roster of a briefing, which its latest plan names."""
    plans = (one.event.plan for one in reversed(entries) if isinstance(one.event, BriefingDrafted | BriefingEdited))
    names = {unit.code: unit.name for unit in rosters.load(next(plans).roster).units}
    return lambda code: hub if code == HUB else names.get(code, code)
