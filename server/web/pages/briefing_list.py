"""The list of briefings: what is on, what is ahead and what is past, filtered, every page of it an address to share."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from endpoints.rosters.collation import matches
from server.core.events import BriefingKind
from server.core.ids import BriefingId, SeriesId
from server.core.state import Phase, Recording
from server.store import listing
from server.store.listing import Counts, Filter, Leaf, Place, Shelf
from server.web.bodies import Query, queried
from server.web.keys import CLOCK, DATABASE, ROOMS
from server.web.pages.briefings import BRIEFING_KIND_NAMES
from server.web.pages.views import page
from server.web.routing import STAFF, Routes

routes = Routes()

PAGE: Final = 50
"""Briefings of a shelf on one page."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)
_PLACE: Final = r"^(\d{15,16}\.[\w-]{1,64})?$"
_ONE_OF_SHELVES: Final = rf"^({Shelf.AHEAD}|{Shelf.PAST})?$"


class Chosen(Query):
    """What of the list is shown; empty: whatever it is. A place is a start (microseconds since 1970) and an id."""

    q: str = Field("", max_length=300)
    state: str = Field("", pattern=rf"^({'|'.join(Phase)})?$")
    kind: str = Field("", pattern=rf"^({'|'.join(BriefingKind)})?$")
    series: str = Field("", max_length=64)
    shelf: str = Field("", pattern=_ONE_OF_SHELVES)
    after: str = Field("", pattern=_PLACE)
    before: str = Field("", pattern=_PLACE)


@dataclass(frozen=True, slots=True)
class Shelves:
    """The list as it is shown; a page of one shelf leaves the others out."""

    leaves: Mapping[Shelf, Leaf]
    counts: Counts
    series: list[tuple[SeriesId, str, str]]

    @property
    def empty(self) -> bool:
        """Whether nothing is there at all."""
        return not (any(self.counts_of.values()) or self.counts.called_off)

    @property
    def counts_of(self) -> dict[Shelf, int]:
        """How many briefings each shelf has."""
        now = self.leaves.get(Shelf.NOW)
        on = len(now.rows) if now else 0
        return {Shelf.NOW: on, Shelf.AHEAD: self.counts.ahead, Shelf.PAST: self.counts.past}


@routes.page("/", allow=STAFF)
async def list_page(request: web.Request) -> web.Response:
    """Show what is on and ahead, the soonest first, and what is past, the latest first; or a page of one of these."""
    chosen, now = queried(request, Chosen), request.app[CLOCK]()
    async with request.app[DATABASE].read() as session:
        wanted = await _filter(session, chosen)
        shelves = await _shelves(session, chosen, wanted, now)
    values = {
        "shelves": shelves,
        "chosen": chosen,
        "filtered": bool(wanted),
        "address": lambda **other: _address(chosen, **other),
        "recordings": recordings(request),
        "kinds": BRIEFING_KIND_NAMES,
        "Shelf": Shelf,
    }
    return page(request, "briefings/list.html", values)


async def _filter(session: AsyncSession, chosen: Chosen) -> Filter:
    return Filter(
        phase=Phase(chosen.state) if chosen.state else None,
        kind=BriefingKind(chosen.kind) if chosen.kind else None,
        series=SeriesId(chosen.series) if chosen.series else None,
        titles=await _titles(session, chosen.q) if chosen.q.strip() else None,
    )


async def _titles(session: AsyncSession, words: str) -> list[str]:
    """Return the titles that are meant, whatever the accents: no database folds Vietnamese as people here do."""
    found = await listing.titles(session)
    return await asyncio.to_thread(lambda: [title for title in found if matches(title, words)])


async def _shelves(session: AsyncSession, chosen: Chosen, wanted: Filter, now: datetime) -> Shelves:
    shown = (Shelf(chosen.shelf),) if chosen.shelf else tuple(Shelf)
    places = {"after": _place(chosen.after), "before": _place(chosen.before)} if chosen.shelf else {}
    leaves = {}
    for shelf in shown:
        size = PAGE if shelf is not Shelf.NOW else listing.MOST_ON
        leaves[shelf] = await listing.leaf(session, shelf, wanted, now, size=size, **places)
    return Shelves(leaves, await listing.counts(session, wanted, now), await listing.series_titles(session))


def _place(text: str) -> Place | None:
    if not text:
        return None
    ticks, _, name = text.partition(".")
    return Place(_EPOCH + int(ticks) * _TICK, BriefingId(name))


def _address(chosen: Chosen, **other: Any) -> str:
    """Return the address of the list under the same filters, but for some parts of it; no page, unless it is named."""
    kept = {**chosen.model_dump(), "shelf": "", "after": "", "before": ""}
    parts = {name: _written(value) for name, value in {**kept, **other}.items() if value}
    return f"/?{urlencode(parts)}" if parts else "/"


def _written(value: Any) -> str:
    if isinstance(value, Place):
        return f"{(value.starts_at - _EPOCH) // _TICK}.{value.id}"
    return str(value)


def recordings(request: web.Request) -> dict[BriefingId, Recording]:
    """Find the briefings that are being recorded: their rooms are loaded, since they are running."""
    running = ((room.state.id, room.state.recording) for room in request.app[ROOMS])
    return {briefing: recording for briefing, recording in running if recording is not None and recording.runs}
