"""Rehearsals and lines, as the overview of a briefing shows them; and the go / no-go board."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from schedules.working_days import NoWorkingDay, WorkCalendar
from server.core import line_check
from server.core.line_check import CheckState
from server.core.rehearsal import PLANNABLE
from server.core.state import Briefing
from server.core.status import planned_rehearsals
from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.keys import CALENDAR, CLOCK, SETTINGS
from server.web.pages.views import page
from server.web.routing import ADMINS, OPERATORS, STAFF, Routes

routes = Routes()

USUAL = time(14)
"""When people rehearse on the day before."""

SUGGESTION_NAMES = {"day": "The day before", "hour": "The hour before"}
"""What rehearsals are called by when they are, in English: messages of the `pages` catalogue."""

LONG, SHORT = timedelta(hours=1), timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rehearsal as offices usually hold it."""

    name: str  # in English, a message of the `pages` catalogue
    starts_at: datetime
    minutes: int


@routes.page("/briefings/{briefing_id}/go", allow=STAFF)
async def show_go_board(request: web.Request) -> web.Response:
    """The go / no-go board: which lines are good enough, and why the others are not; `?wall=1` is for a big screen."""
    state, role = (await room_of(request)).state, caller_of(request).role
    shown = {
        "briefing": state,
        "wall": request.query.get("wall") == "1",
        "operates": role in OPERATORS | ADMINS,
    }
    return page(request, "live/go.html", shown)


def rehearsals_of(request: web.Request, state: Briefing) -> dict[str, Any]:
    """Return what the overview shows of rehearsals and lines."""
    now = request.app[CLOCK]()
    zone, calendar = ZoneInfo(request.app[SETTINGS].time_zone), request.app[CALENDAR]
    planned = planned_rehearsals(state)
    usual = suggestions(state.planned.starts_at, zone, calendar) if state.phase in PLANNABLE else ()
    taken = {one.starts_at for one in planned}
    states = Counter(one.state for one in line_check.board(state, now))
    return {
        "rehearsals": planned,
        "suggestions": [one for one in usual if one.starts_at > now and one.starts_at not in taken],
        "plannable": state.phase in PLANNABLE,
        "line_counts": [(check.value, states[check]) for check in CheckState],
        "decision": state.line_checks.decision,
    }


def suggestions(starts_at: datetime, zone: ZoneInfo, calendar: WorkCalendar) -> Iterator[Suggestion]:
    """Suggest the afternoon of the working day before, and the hour before the meeting, until its lobby opens."""
    try:
        day = calendar.before(starts_at.astimezone(zone).date(), 1)
    except NoWorkingDay:
        pass
    else:
        yield Suggestion(SUGGESTION_NAMES["day"], datetime.combine(day, USUAL, zone), round(LONG.total_seconds() / 60))
    yield Suggestion(SUGGESTION_NAMES["hour"], starts_at - LONG, round(SHORT.total_seconds() / 60))
