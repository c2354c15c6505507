"""The work programme over HTTP: what meetings came to and somebody has to do, over all briefings."""

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field

from server.core import follow_up
from server.core.events import TaskState, rfc3339
from server.core.follow_up import Found
from server.core.ids import BriefingId, EndpointCode, RosterName
from server.core.journal import Entry
from server.records.follow_up import Followed, as_csv
from server.records.results import RecordedNote, is_overdue, lateness_of, results
from server.store import journal, notes
from server.web.bodies import Query, queried
from server.web.keys import DATABASE
from server.web.notes import NoteAnswer, document, names_of, today_of
from server.web.routing import RECORDERS, Routes

routes = Routes()

MOST = 1000
"""Items in one answer."""


class Show(StrEnum):
    """Which items."""

    UNFINISHED = "unfinished"
    LATE = "late"
    ALL = "all"


class Wanted(Query):
    """Which items: of everybody unless a site or an owner is named."""

    show: Show = Show.UNFINISHED
    state: TaskState | None = None
    roster: str | None = Field(None, max_length=16)
    endpoint: str | None = Field(None, max_length=16)
    owner: str = Field("", max_length=300)


class SourceAnswer(BaseModel):
    """The briefing an item comes from."""

    id: str
    title: str
    starts_at: str
    roster: str


class ItemAnswer(BaseModel):
    """A task, a report or a recommendation, and where it comes from."""

    briefing: SourceAnswer
    note: NoteAnswer


class FollowUpAnswer(BaseModel):
    """What is to be followed up, what was due first first; `more` says whether there is more than can be listed."""

    items: list[ItemAnswer]
    more: bool


@routes.get("/api/v1/follow-up", allow=RECORDERS, query=Wanted, answers=FollowUpAnswer)
async def show_follow_up(request: web.Request) -> web.Response:
    """List what somebody has to do."""
    items = await followed(request, as_core(request, queried(request, Wanted)))
    listed = [_item(request, one) for one in items]
    return web.json_response({"items": listed, "more": len(items) == MOST})


@routes.get("/api/v1/follow-up/csv", allow=RECORDERS, query=Wanted, gives="text/csv")
async def export_follow_up(request: web.Request) -> web.Response:
    """Give the same list as a table for spreadsheets."""
    items = await followed(request, as_core(request, queried(request, Wanted)))
    name = 'attachment; filename="giaoban-work-programme.csv"'
    return web.Response(
        body=as_csv(items), content_type="text/csv", charset="utf-8", headers={"Content-Disposition": name}
    )


def as_core(request: web.Request, wanted: Wanted) -> follow_up.Wanted:
    """Return what is asked for; what is late is late today."""
    return follow_up.Wanted(
        unfinished=wanted.show is not Show.ALL,
        state=wanted.state,
        late_on=today_of(request) if wanted.show is Show.LATE else None,
        roster=None if wanted.roster is None else RosterName(wanted.roster),
        endpoint=None if wanted.endpoint is None else EndpointCode(wanted.endpoint),
        owner=wanted.owner,
    )


async def followed(request: web.Request, wanted: follow_up.Wanted) -> list[Followed]:
    """Find items, with all that became of each; in two queries, however many briefings they come from."""
    async with request.app[DATABASE].read() as session:
        found = await notes.find(session, wanted, limit=MOST)
        entries = await journal.load_results(session, {one.briefing for one in found})
    told = _by_briefing(entries)
    today, read = today_of(request), dict[BriefingId, dict[int, RecordedNote]]()
    for one in found:
        if one.briefing not in read:
            read[one.briefing] = _notes(request, told[one.briefing], one.roster)
    recorded = [(one, read[one.briefing][one.number]) for one in found]
    return [Followed(one, note, lateness_of(note, today), is_overdue(note, today)) for one, note in recorded]


def _by_briefing(entries: Sequence[Entry]) -> dict[BriefingId, list[Entry]]:
    told: defaultdict[BriefingId, list[Entry]] = defaultdict(list)
    for entry in entries:
        told[entry.briefing].append(entry)
    return told


def _notes(request: web.Request, entries: Sequence[Entry], roster: RosterName) -> dict[int, RecordedNote]:
    return {note.number: note for note in results(entries, names_of(request, roster))[0]}


def _item(request: web.Request, one: Followed) -> dict[str, Any]:
    return {"briefing": _source(one.found), "note": document(one.note, today_of(request))}


def _source(found: Found) -> dict[str, str]:
    return {
        "id": found.briefing,
        "title": found.title,
        "starts_at": rfc3339(found.starts_at),
        "roster": found.roster,
    }
