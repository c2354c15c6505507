"""Verification over HTTP: whether a journal is sound, and whether a file is exactly what it gives."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from server.core import journal as chain
from server.core.ids import BriefingId
from server.core.journal import Flaw, Head, Row
from server.live.rooms import NoSuchBriefing
from server.records.checking import Check, check
from server.records.label import Label
from server.store import journal
from server.web.bodies import bounded
from server.web.keys import DATABASE, HOUSE
from server.web.routing import RECORDERS, STAFF, Routes

routes = Routes()

VERIFY = "/api/v1/briefings/{briefing_id}/verify"

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes; the workbook of a whole day has two million."""


@routes.get(VERIFY, allow=STAFF)
async def verify_journal(request: web.Request) -> web.Response:
    """Check the hash chain of the journal, and name the first entry that does not fit."""
    rows, head = await _stored(request)
    flaw = await asyncio.to_thread(chain.verify, rows, head=head)
    return web.json_response(_journal(rows, head, flaw))


@routes.post(VERIFY, allow=RECORDERS, takes="*/*")
async def verify_file(request: web.Request) -> web.Response:
    """Check whether a file is exactly what the journal gives; the body is the file, which is not kept.

    Whoever may do this may read the record: the answer has words of it.
    """
    content = await bounded(request, LARGEST_FILE)
    rows, head = await _stored(request)
    found = await asyncio.to_thread(check, content, rows, head, request.app[HOUSE])
    return web.json_response({**checked(found), "journal": _journal(rows, head, found.flaw)})


async def _stored(request: web.Request) -> tuple[Sequence[Row], Head]:
    """Read the journal as it is stored, and where it is known to end. Raises NoSuchBriefing."""
    briefing = BriefingId(request.match_info["briefing_id"])
    async with request.app[DATABASE].read() as session:
        rows = await journal.rows(session, briefing)
        head = await journal.head(session, briefing)
    if head is None:
        raise NoSuchBriefing(briefing)
    return rows, head


def _journal(rows: Sequence[Row], head: Head, flaw: Flaw | None) -> dict[str, Any]:
    found = None if flaw is None else {"seq": flaw.seq, "problem": flaw.problem}
    head_document = {"seq": head.seq, "hash": head.hash}
    return {"sound": flaw is None, "entries": len(rows), "head": head_document, "flaw": found}


def checked(found: Check) -> dict[str, Any]:
    """Write what was found about a file as JSON can hold it."""
    verdict = found.verdict
    return {
        "outcome": verdict.outcome.value,
        "file": None if verdict.label is None else _file(verdict.label),
        "differences": [
            {"part": one.part, "place": one.place, "expected": one.expected, "found": one.found}
            for one in verdict.differences
        ],
    }


def _file(label: Label) -> dict[str, Any]:
    form = label.form
    return {
        "briefing": label.briefing,
        "format": form.format.value,
        "part": form.part,
        "profile": form.profile.partition(".")[0],
        "language": form.language,
        "head": {"seq": label.head.seq, "hash": label.head.hash},
        "edition": label.edition,
    }
