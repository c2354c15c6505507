"""A series as a calendar for other programs: its rule, and each date that is not as the rule has it."""

import asyncio
from collections.abc import Iterable

from aiohttp import web

from schedules import calendar
from schedules.calendar import Instance, Meeting
from schedules.series import recurrence_of
from server.core.ids import BriefingId, SeriesId
from server.core.state import Phase
from server.store import series as stored
from server.store.series import Member
from server.web.keys import CLOCK, DATABASE
from server.web.routing import STAFF, Routes

routes = Routes()


@routes.get("/api/v1/series/{series_id}/calendar", allow=STAFF, gives="text/calendar")
async def show_calendar(request: web.Request) -> web.Response:
    """Give a series as a calendar, drafts too: the office plans with it. Raises NoSuchSeries."""
    async with request.app[DATABASE].read() as session:
        series = await stored.get(session, SeriesId(request.match_info["series_id"]))
        members = await stored.members(session, series.id)
    first = Meeting(BriefingId(f"series-{series.id}"), series.plan, series.edition - 1, request.app[CLOCK]())
    content = await asyncio.to_thread(
        calendar.series, first, recurrence_of(series), _instances(members), name=series.plan.title
    )
    headers = {"Content-Disposition": f'attachment; filename="{series.id}.ics"'}
    return web.Response(body=content, content_type="text/calendar", charset="utf-8", headers=headers)


def _instances(members: Iterable[Member]) -> list[Instance]:
    return [
        Instance(one.original, one.starts_at, one.ends_at, one.title, cancelled=one.phase is Phase.CANCELLED)
        for one in members
    ]
