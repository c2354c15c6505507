"""The sites' calendars: under which address each is read, and which briefings are in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.ids import BriefingId, EndpointCode, RosterName
from server.core.state import Phase
from server.store.tables import BriefingEndpointRow, BriefingRow, CalendarFeedRow

MOST: Final = 200
"""Briefings in one calendar: the next ones."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar's address that works; its secret is derived from the id."""

    endpoint: EndpointCode
    id: str
    secret_hash: str
    made_at: datetime


async def of_roster(session: AsyncSession, roster: RosterName) -> list[Feed]:
    """Return the addresses of a roster's endpoints."""
    found = await session.scalars(select(CalendarFeedRow).where(col(CalendarFeedRow.roster) == roster))
    return [Feed(EndpointCode(row.endpoint), row.id, row.secret_hash, row.made_at) for row in found]


async def renew(session: AsyncSession, roster: RosterName, feeds: Sequence[Feed]) -> None:
    """Let these addresses work, and no earlier ones of their endpoints."""
    await revoke(session, roster, [feed.endpoint for feed in feeds])
    for feed in feeds:
        session.add(
            CalendarFeedRow(
                roster=roster, endpoint=feed.endpoint, id=feed.id, secret_hash=feed.secret_hash, made_at=feed.made_at
            )
        )
    await session.flush()


async def revoke(session: AsyncSession, roster: RosterName, endpoints: Collection[EndpointCode]) -> None:
    """Let no address of these endpoints work."""
    await session.execute(
        delete(CalendarFeedRow).where(
            col(CalendarFeedRow.roster) == roster, col(CalendarFeedRow.endpoint).in_(endpoints)
        )
    )


async def owner(session: AsyncSession, secret_hash: str) -> tuple[RosterName, EndpointCode] | None:
    """Return whose calendar is read under a secret; None: nobody's."""
    row = await session.scalar(select(CalendarFeedRow).where(col(CalendarFeedRow.secret_hash) == secret_hash))
    return (RosterName(row.roster), EndpointCode(row.endpoint)) if row else None


async def briefings_of(
    session: AsyncSession, roster: RosterName, endpoint: EndpointCode, *, since: datetime
) -> list[BriefingId]:
    """Return the briefings that a site is invited to and that end after a moment, drafts aside, the earliest first."""
    found = await session.scalars(
        select(col(BriefingRow.id))
        .join(BriefingEndpointRow, col(BriefingEndpointRow.briefing_id) == col(BriefingRow.id))
        .where(
            col(BriefingEndpointRow.endpoint) == endpoint,
            col(BriefingRow.roster) == roster,
            col(BriefingRow.phase) != Phase.DRAFT.value,
            col(BriefingRow.ends_at) > since,
        )
        .order_by(col(BriefingRow.starts_at), col(BriefingRow.id))
        .limit(MOST)
    )
    return list(map(BriefingId, found))
