"""The record page: who spoke, who was there, and whether the journal behind it is sound."""

from aiohttp import web

from server.core.events import Attendance, ContentEndedBecause, TurnEndedBecause
from server.records.disagreements import Disagreeing
from server.records.results import lateness_of
from server.web.briefings import room_of
from server.web.keys import HOUSE
from server.web.notes import today_of
from server.web.pages.follow_up import STATE_NAMES, titles_of
from server.web.pages.papers import DOCUMENT_NAMES
from server.web.pages.timeline import bars_of, timeline_of
from server.web.pages.views import page
from server.web.record import record_of
from server.web.recording import film_of
from server.web.routing import RECORDERS, Routes

routes = Routes()

REASON_NAMES = {
    TurnEndedBecause.RELEASED: "The speaker finished",
    TurnEndedBecause.REVOKED: "Revoked by the chair",
    TurnEndedBecause.PREEMPTED: "The floor went to another",
    TurnEndedBecause.LOST: "The line was lost",
    TurnEndedBecause.CLOSED: "The meeting ended",
    TurnEndedBecause.UNDONE: "Given by mistake and taken back",
}
"""Why a turn ended, in English: messages of the `pages` catalogue."""

DISAGREEMENT_NAMES = {
    Disagreeing.SILENT_HOLDER: "Had the floor, was not heard",
    Disagreeing.WITHOUT_FLOOR: "Spoke without the floor",
    Disagreeing.RAN_ON: "Went on after the turn",
}
"""How what was granted and what was heard disagree, in English: messages of the `pages` catalogue."""

DISAGREEMENT_ICONS = {
    Disagreeing.SILENT_HOLDER: "mic-off",
    Disagreeing.WITHOUT_FLOOR: "mic",
    Disagreeing.RAN_ON: "clock",
}

PRESENTED_NAMES = {
    ContentEndedBecause.STOPPED: "The presenter stopped",
    ContentEndedBecause.TAKEN: "Taken back by the chair",
    ContentEndedBecause.PASSED_ON: "Another was asked to present",
    ContentEndedBecause.TURN: "The turn ended",
    ContentEndedBecause.LOST: "The line was lost",
    ContentEndedBecause.CLOSED: "The meeting ended",
}
"""Why presenting ended, in English: messages of the `pages` catalogue."""

ATTENDANCE_NAMES = {
    Attendance.PRESENT: "Present",
    Attendance.ABSENT: "Absent",
    Attendance.SUBSTITUTE: "Substitute",
}
"""How delegates attend, in English: messages of the `pages` catalogue."""

FLAW_NAMES = {
    "missing": "the file is missing",
    "altered": "the file has been altered",
    "unreadable": "the file cannot be read",
    "length": "the file is longer or shorter than it was",
    "not_recorded": "the turn is in no file",
}
"""What can be wrong with a recording, in English: messages of the `pages` catalogue."""


@routes.page("/briefings/{briefing_id}/record", allow=RECORDERS)
async def record_page(request: web.Request) -> web.Response:
    """The record as it stands now."""
    record, today = await record_of(request), today_of(request)
    film = await film_of(request, record)
    values = {
        "record": record,
        "documents": DOCUMENT_NAMES,
        "profiles": request.app[HOUSE].profiles,
        "film": film,
        "flaw_names": FLAW_NAMES,
        "timeline": timeline_of(record),
        "bars": bars_of(record),
        "reasons": REASON_NAMES,
        "disagreeing": DISAGREEMENT_NAMES,
        "signs_of_disagreeing": DISAGREEMENT_ICONS,
        "ends_of_presenting": PRESENTED_NAMES,
        "kinds_of_attendance": ATTENDANCE_NAMES,
        "came": [site for site in record.attendance if site.first_joined_at],
        "missing": [site for site in record.attendance if not site.first_joined_at],
        "headcount": sum(site.headcount or 0 for site in record.attendance),
        "granted_seconds": sum(turn.seconds or 0 for turn in record.turns),
        "heard_seconds": sum(turn.heard_seconds for turn in record.turns),
        "late": {note.number: lateness_of(note, today) for note in record.notes},
        "titles": await titles_of(request, record.notes),
        "states": STATE_NAMES,
    }
    return page(request, "record/record.html", values)


@routes.page("/briefings/{briefing_id}/verify", allow=RECORDERS)
async def verify_page(request: web.Request) -> web.Response:
    """Where a file is put to learn whether it is what the journal gives."""
    state = (await room_of(request)).state
    return page(request, "record/verify.html", {"briefing": state.id, "title": state.planned.title})
