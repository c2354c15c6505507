"""The series of briefings: what each says of its dates, and which briefings those are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from sqlalchemy import CursorResult, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.events import Plan, encode
from server.core.events.coding import read
from server.core.ids import BriefingId, PublicationId, SeriesId
from server.core.journal import Entry, canonical
from server.core.series import NoSuchSeries, Series, StaleSeries
from server.core.state import Briefing, Phase
from server.store import journal
from server.store.database import Database
from server.store.errors import StaleHead
from server.store.tables import BriefingRow, SeriesRow, table_of


class Move(Protocol):
    """What was decided in one briefing."""

    @property
    def before(self) -> Briefing:
        """The briefing as it was."""

    @property
    def entries(self) -> Sequence[Entry]:
        """What is to be stored."""

    @property
    def after(self) -> Briefing:
        """The briefing as it will be."""


@dataclass(frozen=True, slots=True)
class Member:
    """A briefing that is a date of a series."""

    id: BriefingId
    original: datetime  # naive: on the series' clock
    starts_at: datetime
    ends_at: datetime
    phase: Phase
    title: str


@dataclass(frozen=True, slots=True)
class Published:
    """A briefing that was published together with other dates of its series."""

    id: BriefingId
    date: str  # its RECURRENCE-ID, on the clock that the series had
    phase: Phase


async def get(session: AsyncSession, series: SeriesId) -> Series:
    """Return one series. Raises NoSuchSeries."""
    row = await session.get(SeriesRow, series)
    if row is None:
        raise NoSuchSeries(series)
    return _series(row)


async def listed(session: AsyncSession) -> list[Series]:
    """Return all series, in the order of their first dates."""
    return [_series(row) for row in await session.scalars(select(SeriesRow).order_by(col(SeriesRow.first)))]


async def members(session: AsyncSession, series: SeriesId) -> list[Member]:
    """Return the briefings of a series, the earliest date first, whatever has become of them."""
    found = await session.scalars(
        select(BriefingRow)
        .where(col(BriefingRow.series_id) == series)
        .order_by(col(BriefingRow.original), col(BriefingRow.id))
    )
    return [_member(row) for row in found]


async def published(session: AsyncSession, publication: PublicationId) -> list[Published]:
    """Return the briefings that were published together, the earliest date first, whatever has become of them."""
    found = await session.scalars(
        select(BriefingRow)
        .where(col(BriefingRow.publication_id) == publication)
        .order_by(col(BriefingRow.published_date), col(BriefingRow.id))
    )
    return [Published(BriefingId(row.id), row.published_date or "", Phase(row.phase)) for row in found]


async def siblings(session: AsyncSession, briefing: BriefingId) -> list[BriefingId]:
    """Return all briefings of the series that a briefing is a date of."""
    briefings = table_of(BriefingRow)
    own = select(briefings.c.series_id).where(briefings.c.id == briefing).scalar_subquery()
    return list(map(BriefingId, await session.scalars(select(briefings.c.id).where(briefings.c.series_id == own))))


async def save(
    database: Database, moves: Sequence[Move], *, new: Sequence[Series] = (), changed: Sequence[Series] = ()
) -> bool:
    """Write series and the moves of their dates, all in one transaction; False when a move's journal has gone on.

    A changed series is written as the edition after its own. Raises StaleSeries when it is not of that edition any
    more, and StorageUnavailable.
    """
    try:
        async with database.begin() as session:
            for one in new:
                await session.execute(insert(table_of(SeriesRow)).values(_values(one)))
            for one in changed:
                await _replace(session, one)
            for move in moves:
                await journal.append(session, move.entries, before=move.before, after=move.after)
    except StaleHead:
        return False
    return True


async def _replace(session: AsyncSession, series: Series) -> None:
    table = table_of(SeriesRow)
    values = {**_values(series), "edition": series.edition + 1}
    written = await session.execute(
        update(table).where(table.c.id == series.id, table.c.edition == series.edition).values(values)
    )
    if cast("CursorResult[Any]", written).rowcount != 1:
        raise StaleSeries(f"you read edition {series.edition}")


def _values(series: Series) -> dict[str, Any]:
    return {
        "id": series.id,
        "rule": series.rule,
        "first": series.first.isoformat(),
        "zone": series.zone,
        "plan": canonical(encode(series.plan)),
        "dropped": [one.isoformat() for one in series.dropped],
        "edition": series.edition,
        "accepted": series.accepted,
        "title": series.plan.title,
    }


def _series(row: SeriesRow) -> Series:
    return Series(
        id=SeriesId(row.id),
        rule=row.rule,
        first=datetime.fromisoformat(row.first),
        zone=row.zone,
        plan=read(Plan, json.loads(row.plan)),
        dropped=tuple(datetime.fromisoformat(one) for one in row.dropped),
        edition=row.edition,
        accepted=row.accepted,
    )


def _member(row: BriefingRow) -> Member:
    return Member(
        BriefingId(row.id),
        datetime.fromisoformat(row.original or ""),
        row.starts_at,
        row.ends_at,
        Phase(row.phase),
        row.title,
    )
