"""What begins soon, for the staff's pages, which say so in time."""

from datetime import timedelta
from typing import Final

from aiohttp import web
from pydantic import BaseModel

from server.core.events import rfc3339
from server.core.state import Phase
from server.store import briefings as stored
from server.web.keys import CLOCK, DATABASE
from server.web.routing import OPERATORS, Routes

routes = Routes()

AHEAD: Final = timedelta(hours=12)
"""Pages ask anew long before that has passed."""

NOT_BEGUN: Final = frozenset({Phase.SCHEDULED, Phase.REHEARSAL, Phase.OPEN})


class UpcomingBriefing(BaseModel):
    """One briefing that is to begin."""

    id: str
    title: str
    starts_at: str


class UpcomingAnswer(BaseModel):
    """What begins within twelve hours, the earliest first, and what the time is here."""

    now: str
    briefings: list[UpcomingBriefing]


@routes.get("/api/v1/upcoming", allow=OPERATORS, answers=UpcomingAnswer)
async def show_upcoming(request: web.Request) -> web.Response:
    """Show which published briefings begin soon; in one query."""
    now = request.app[CLOCK]()
    async with request.app[DATABASE].read() as session:
        found = await stored.within(session, now, now + AHEAD)
    coming = [one for one in found if one.phase in NOT_BEGUN and one.starts_at > now]
    briefings = [UpcomingBriefing(id=one.id, title=one.title, starts_at=rfc3339(one.starts_at)) for one in coming]
    return web.json_response(text=UpcomingAnswer(now=rfc3339(now), briefings=briefings).model_dump_json())
