"""The signs of life of the chairs' pages, for every process that serves the same briefings."""

from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.ids import Actor, BriefingId
from server.store.tables import ChairHeardRow


async def note(session: AsyncSession, briefing: BriefingId, actor: Actor, at: datetime) -> None:
    """Write down when somebody's page was heard of.

    Raises IntegrityError when another process writes the first one at the same time.
    """
    result: CursorResult[Any] = await session.execute(  # type: ignore[assignment]
        update(ChairHeardRow)
        .where(col(ChairHeardRow.briefing_id) == briefing, col(ChairHeardRow.actor) == actor)
        .values(at=at)
    )
    if result.rowcount == 0:
        session.add(ChairHeardRow(briefing_id=briefing, actor=actor, at=at))
        await session.flush()


async def heard(session: AsyncSession, briefing: BriefingId, actor: Actor) -> datetime | None:
    """Return when somebody's page was last heard of; None: never."""
    row = await session.execute(
        select(col(ChairHeardRow.at)).where(
            col(ChairHeardRow.briefing_id) == briefing, col(ChairHeardRow.actor) == actor
        )
    )
    return row.scalar_one_or_none()
