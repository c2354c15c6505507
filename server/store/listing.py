"""The list of briefings as people page through it: three shelves in order of time, filtered, a page after any place.

Pages are found by key (start and id), not by counting rows: briefings that come and go move no page's end.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.events import BriefingKind
from server.core.ids import BriefingId, SeriesId
from server.core.state import RUNNING, Phase
from server.core.summary import BriefingSummary
from server.store.briefings import summary_of
from server.store.tables import BriefingRow, SeriesRow, table_of

MOST_ON: Final = 500
"""Briefings that are on at once, at most: no country holds as many."""

_NOW: Final = tuple(phase.value for phase in sorted(RUNNING))
_PLANNED: Final = (Phase.DRAFT.value, Phase.SCHEDULED.value)
_UNHELD: Final = (*_PLANNED, Phase.CANCELLED.value)


class Shelf(StrEnum):
    """Where a briefing is listed; one that was called off lies among those ahead only for who asks for such."""

    NOW = "now"  # its lobby is open, it is rehearsed, or it is live
    AHEAD = "ahead"  # the soonest first
    PAST = "past"  # held, or its time has passed; the latest first


@dataclass(frozen=True, slots=True)
class Filter:
    """Which briefings are wanted; None: whatever it is."""

    phase: Phase | None = None
    kind: BriefingKind | None = None
    series: SeriesId | None = None
    titles: Collection[str] | None = None

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return self != Filter()


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a shelf a briefing lies."""

    starts_at: datetime
    id: BriefingId


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a shelf."""

    rows: tuple[BriefingSummary, ...]
    before: Place | None = None  # what lies before it begins here, seen backwards
    after: Place | None = None  # what lies after it begins behind this


@dataclass(frozen=True, slots=True)
class Counts:
    """How many briefings lie on the shelves, and how many of those ahead were called off and are not shown."""

    ahead: int
    past: int
    called_off: int


async def leaf(
    session: AsyncSession,
    shelf: Shelf,
    wanted: Filter,
    now: datetime,
    *,
    size: int,
    after: Place | None = None,
    before: Place | None = None,
) -> Leaf:
    """Return a page of a shelf: its first, the one after a place, or the one before it; in one query."""
    newest_first = shelf is Shelf.PAST
    backwards = before is not None and after is None
    downwards = newest_first is not backwards
    place = before if backwards else after
    where = [*_wanted(wanted), _lies_on(shelf, wanted, now)]
    if place is not None:
        where.append(_beyond(place, downwards=downwards))
    keys = (col(BriefingRow.starts_at), col(BriefingRow.id))
    order = [key.desc() if downwards else key.asc() for key in keys]
    found = await session.scalars(select(BriefingRow).where(*where).order_by(*order).limit(size + 1))
    rows = [summary_of(row) for row in found]
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        return _leaf(rows[::-1], before=more, after=True)
    return _leaf(rows, before=after is not None, after=more)


def _leaf(rows: list[BriefingSummary], *, before: bool, after: bool) -> Leaf:
    if not rows:
        return Leaf(())
    first, last = (Place(one.starts_at, one.id) for one in (rows[0], rows[-1]))
    return Leaf(tuple(rows), first if before else None, last if after else None)


async def counts(session: AsyncSession, wanted: Filter, now: datetime) -> Counts:
    """Count what lies on the shelves, in one query."""
    ahead, past = (_lies_on(shelf, wanted, now) for shelf in (Shelf.AHEAD, Shelf.PAST))
    called_off = and_(_to_come(now), col(BriefingRow.phase) == Phase.CANCELLED.value)
    hidden = called_off if wanted.phase is None else and_(called_off, ~ahead)
    sums = (func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in (ahead, past, hidden))
    found = (await session.execute(select(*sums).select_from(table_of(BriefingRow)).where(*_wanted(wanted)))).one()
    return Counts(int(found[0]), int(found[1]), int(found[2]))


async def titles(session: AsyncSession) -> list[str]:
    """Return what briefings are called, each title once."""
    return list(await session.scalars(select(col(BriefingRow.title)).distinct()))


async def series_titles(session: AsyncSession) -> list[tuple[SeriesId, str, str]]:
    """Return the series, each with its title and its first date on its clock (ISO 8601), the latest first."""
    series = table_of(SeriesRow).c
    found = await session.execute(select(series.id, series.title, series.first).order_by(series.first.desc()))
    return [(SeriesId(row[0]), row[1], row[2]) for row in found]


def _wanted(wanted: Filter) -> list[ColumnElement[bool]]:
    where: dict[str, Any] = {"phase": wanted.phase, "kind": wanted.kind, "series_id": wanted.series}
    columns = table_of(BriefingRow).c
    same: list[ColumnElement[bool]] = [columns[name] == str(value) for name, value in where.items() if value]
    if wanted.titles is not None:
        same.append(columns.title.in_(wanted.titles))
    return same


def _lies_on(shelf: Shelf, wanted: Filter, now: datetime) -> ColumnElement[bool]:
    phase = col(BriefingRow.phase)
    if shelf is Shelf.NOW:
        return phase.in_(_NOW)
    if shelf is Shelf.AHEAD:
        shown = _UNHELD if wanted.phase is Phase.CANCELLED else _PLANNED
        return and_(phase.in_(shown), _to_come(now))
    return or_(phase == Phase.CLOSED.value, and_(phase.in_(_UNHELD), ~_to_come(now)))


def _to_come(now: datetime) -> ColumnElement[bool]:
    return col(BriefingRow.ends_at) > now


def _beyond(place: Place, *, downwards: bool) -> ColumnElement[bool]:
    starts, name = col(BriefingRow.starts_at), col(BriefingRow.id)
    if downwards:
        return or_(starts < place.starts_at, and_(starts == place.starts_at, name < place.id))
    return or_(starts > place.starts_at, and_(starts == place.starts_at, name > place.id))
