"""The secretary's page: notes against the running timeline, and afterwards."""

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from endpoints.rosters import Rosters
from server.core.events import AgendaMoved, BriefingDrafted, BriefingEdited, Plan, encode, rfc3339
from server.core.journal import Entry
from server.records.record import Record
from server.records.spoken import SpokenTurn
from server.web.keys import ROSTERS
from server.web.notes import document, today_of
from server.web.pages.briefings import unit_of
from server.web.pages.views import page
from server.web.record import entries_of, record_from
from server.web.routing import NOTE_TAKERS, Routes

routes = Routes()


@routes.page("/briefings/{briefing_id}/notes", allow=NOTE_TAKERS)
async def notes_page(request: web.Request) -> web.Response:
    """The timeline so far, the notes in it, and one key for each kind of note."""
    entries = await entries_of(request)
    record = await record_from(request, entries)
    start = {
        "state": record.briefing.state.value,
        "ended_at": encode(record.briefing.ended_at),
        "turns": [_turn(turn) for turn in record.turns],
        "moves": list(agenda_moves(entries)),
        "units": units_of(request.app[ROSTERS], record, entries),
        "notes": [document(note, today_of(request)) for note in record.notes],
    }
    return page(request, "notes/notes.html", {"record": record, "start": start})


def agenda_moves(entries: Iterable[Entry]) -> Iterable[dict[str, Any]]:
    """Tell when the chair came to which item, as often as it happened."""
    plan: Plan | None = None
    for entry in entries:
        match entry.event:
            case BriefingDrafted() | BriefingEdited() as event:
                plan = event.plan
            case AgendaMoved(index) if plan is not None and index < len(plan.agenda):
                yield {"at": rfc3339(entry.at), "number": index + 1, "title": plan.agenda[index].title}


def units_of(rosters: Rosters, record: Record, entries: Iterable[Entry]) -> list[dict[str, str]]:
    """Return the sites of the briefing, as the pages show them."""
    plans = (one.event.plan for one in entries if isinstance(one.event, BriefingDrafted | BriefingEdited))
    invited = {code for plan in plans for code in plan.endpoints}
    return [unit_of(unit) for unit in rosters.load(record.briefing.roster).units if unit.code in invited]


def _turn(turn: SpokenTurn) -> dict[str, Any]:
    return {
        name: encode(getattr(turn, name))
        for name in ("number", "endpoint", "name", "speaker", "topic", "granted_at", "ended_at")
    }
