"""The pages of series: repeating a briefing, all series, and one with all of its dates."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from endpoints.rosters.collation import matches
from schedules.conflicts import Clash, clashes, overlapping
from schedules.recurrence import Recurrence
from schedules.rule import read_rule
from schedules.words import in_words
from server.core.errors import Conflict
from server.core.ids import BriefingId, SeriesId
from server.core.series import InSeries, NothingLeft
from server.core.state import Phase
from server.store.plans import of_ids as plans_of
from server.store.series_list import Glance, Span, glances, spans
from server.web.bodies import Query, queried
from server.web.briefings import document as briefing_document
from server.web.briefings import room_of
from server.web.keys import CALENDAR, CLOCK, DATABASE, ROOMS
from server.web.language import language_of
from server.web.pages.planning import WEEKDAY_NAMES
from server.web.pages.views import page
from server.web.routing import ORGANIZERS, STAFF, Routes
from server.web.series import document
from server.web.series_intent import AHEAD
from server.web.series_preview import booking

routes = Routes()

UNIT_NAMES = {"DAILY": "days", "WEEKLY": "weeks", "MONTHLY": "months", "YEARLY": "years"}
"""What a rule counts, in English: messages of the `pages` catalogue."""


class CannotRepeat(Conflict):
    """A briefing can be repeated until its lobby opens; copy it instead."""

    code = "cannot_repeat"


@routes.page("/briefings/{briefing_id}/repeat", allow=ORGANIZERS)
async def repeat_page(request: web.Request) -> web.Response:
    """Make a series of a briefing. Raises InSeries, and CannotRepeat when it has begun."""
    state = (await room_of(request)).state
    if state.series is not None:
        raise InSeries
    if state.phase not in AHEAD:
        raise CannotRepeat
    return page(request, "series/repeat.html", {"briefing": briefing_document(state), "series": None, **_choices()})


class ChosenSeries(Query):
    """Which series are listed: those whose titles have these words; empty: all."""

    q: str = Field("", max_length=300)


@routes.page("/series", allow=STAFF)
async def list_page(request: web.Request) -> web.Response:
    """Show all series: what each says, when it takes place next, and which of its dates run into something."""
    words, now = queried(request, ChosenSeries).q, request.app[CLOCK]()
    async with request.app[DATABASE].read() as session:
        found = await glances(session, now)
        conflicts = await _conflicts(session, now)
    counted = Counter(one.series for one in conflicts.planned if one.series and one.id in conflicts.clashing)
    said = {one.id: in_words(_recurrence(one), language_of(request)) for one in found}
    shown = [one for one in found if matches(one.title, words)]
    values = {"found": shown, "all": len(found), "words": said, "conflicts": counted, "q": words}
    return page(request, "series/list.html", values)


@dataclass(frozen=True, slots=True)
class Conflicts:
    """What runs into what, of everything that is not over."""

    planned: list[Span]
    clashing: Mapping[str, tuple[Clash, ...]]  # by the ids of briefings
    titles: Mapping[str, str]


async def _conflicts(session: AsyncSession, now: datetime) -> Conflicts:
    """Look for conflicts in two queries: only the plans are read of what takes place at the same time."""
    planned = await spans(session, now)
    beside = overlapping((one.id, one.starts_at, one.ends_at) for one in planned)
    plans = await plans_of(session, [BriefingId(one) for one in beside])
    found = await asyncio.to_thread(lambda: clashes([booking(briefing, plan) for briefing, plan in plans], []))
    return Conflicts(planned, found, {briefing: plan.title for briefing, plan in plans})


def _recurrence(one: Glance) -> Recurrence:
    return Recurrence(read_rule(one.rule), one.first, one.zone)


@routes.page("/series/{series_id}", allow=STAFF)
async def series_page(request: web.Request) -> web.Response:
    """Show a series, its dates, and what can be done with those that have not begun."""
    found = await document(request, SeriesId(request.match_info["series_id"]))
    ahead = [one for one in found["dates"] if one["state"] in AHEAD]
    drafts = sum(one["state"] == Phase.DRAFT for one in found["dates"])
    async with request.app[DATABASE].read() as session:
        conflicts = await _conflicts(session, request.app[CLOCK]())
    zone = ZoneInfo(found["zone"])
    days = {one["briefing"]: datetime.fromisoformat(one["starts_at"]).astimezone(zone).date() for one in found["dates"]}
    values = {"conflicts": conflicts, "days": days, "calendar": request.app[CALENDAR], "weekdays": WEEKDAY_NAMES}
    return page(request, "series/series.html", {"series": found, "ahead": ahead, "drafts": drafts, **values})


@routes.page("/series/{series_id}/repeat", allow=ORGANIZERS)
async def change_page(request: web.Request) -> web.Response:
    """Let the dates of a series that have not begun recur differently. Raises NothingLeft when there are none."""
    found = await document(request, SeriesId(request.match_info["series_id"]))
    ahead = [one for one in found["dates"] if one["state"] in AHEAD]
    if not ahead:
        raise NothingLeft
    room = await request.app[ROOMS].get(ahead[0]["briefing"])
    values = {"briefing": briefing_document(room.state), "series": found, "ahead": ahead, **_choices()}
    return page(request, "series/repeat.html", values)


def _choices() -> dict[str, Any]:
    return {"units": UNIT_NAMES, "weekdays": WEEKDAY_NAMES}
