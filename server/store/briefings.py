"""Briefings as lists and the clock see them: from the briefing's row, without its journal."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.events import BriefingKind
from server.core.ids import BriefingId, RosterName, SeriesId
from server.core.state import RUNNING, Phase
from server.core.summary import BriefingSummary
from server.store.tables import BriefingRow

ID_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""What an id is made of: nothing that is mistaken for another letter when read out or typed."""

ID_LENGTH: Final = 14
"""69 bits: nobody guesses one."""

UNFINISHED: Final = (Phase.SCHEDULED, *sorted(RUNNING))


TO_COME: Final = (Phase.DRAFT, Phase.SCHEDULED, Phase.REHEARSAL)


def new_id() -> BriefingId:
    """Make up an id for a new briefing."""
    return BriefingId("".join(secrets.choice(ID_LETTERS) for _ in range(ID_LENGTH)))


async def summaries(session: AsyncSession, *, limit: int, offset: int = 0) -> list[BriefingSummary]:
    """Return a page of all briefings, newest start first."""
    found = await session.scalars(
        select(BriefingRow).order_by(col(BriefingRow.starts_at).desc(), col(BriefingRow.id)).limit(limit).offset(offset)
    )
    return [summary_of(row) for row in found]


async def summary(session: AsyncSession, briefing_id: BriefingId) -> BriefingSummary | None:
    """Return one briefing, None when there is none of that id."""
    row = await session.get(BriefingRow, briefing_id)
    return summary_of(row) if row else None


async def titles(session: AsyncSession, briefings: Collection[BriefingId]) -> dict[BriefingId, str]:
    """Return what briefings are called."""
    rows = select(col(BriefingRow.id), col(BriefingRow.title)).where(col(BriefingRow.id).in_(briefings))
    return {BriefingId(row[0]): row[1] for row in await session.execute(rows)}


async def unfinished(session: AsyncSession) -> list[BriefingSummary]:
    """Return the briefings that are published and not over, the earliest start first."""
    found = await session.scalars(
        select(BriefingRow)
        .where(col(BriefingRow.phase).in_([phase.value for phase in UNFINISHED]))
        .order_by(col(BriefingRow.starts_at), col(BriefingRow.id))
    )
    return [summary_of(row) for row in found]


async def to_come(session: AsyncSession) -> list[BriefingSummary]:
    """Return the briefings that are drafted or scheduled, the earliest start first."""
    found = await session.scalars(
        select(BriefingRow)
        .where(col(BriefingRow.phase).in_([phase.value for phase in TO_COME]))
        .order_by(col(BriefingRow.starts_at), col(BriefingRow.id))
    )
    return [summary_of(row) for row in found]


async def within(session: AsyncSession, begins: datetime, ends: datetime) -> list[BriefingSummary]:
    """Return every briefing that overlaps a time, whatever has become of it, the earliest start first."""
    found = await session.scalars(
        select(BriefingRow)
        .where(col(BriefingRow.starts_at) < ends, col(BriefingRow.ends_at) > begins)
        .order_by(col(BriefingRow.starts_at), col(BriefingRow.id))
    )
    return [summary_of(row) for row in found]


async def of_ids(session: AsyncSession, ids: Collection[BriefingId]) -> list[BriefingSummary]:
    """Return the briefings of these ids, as far as there are any."""
    found = await session.scalars(select(BriefingRow).where(col(BriefingRow.id).in_(ids)))
    return [summary_of(row) for row in found]


def summary_of(row: BriefingRow) -> BriefingSummary:
    """Return what lists show of a briefing's row."""
    return BriefingSummary(
        id=BriefingId(row.id),
        title=row.title,
        phase=Phase(row.phase),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        roster=RosterName(row.roster),
        endpoint_count=row.endpoint_count,
        edition=row.edition,
        late_marked=row.late_marked,
        rehearsal_due=row.rehearsal_due,
        opened_at=row.opened_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        series=SeriesId(row.series_id) if row.series_id else None,
        kind=BriefingKind(row.kind or BriefingKind.REGULAR),
    )
