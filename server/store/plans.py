"""Plans of many briefings at once, as they now stand, without folding their journals."""

import asyncio
import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.errors import ProtocolError
from server.core.events import BriefingDrafted, BriefingEdited, Plan, decode
from server.core.ids import BriefingId
from server.core.state import RUNNING, Phase
from server.store.tables import BriefingRow, JournalRow, table_of

AHEAD: Final = (Phase.DRAFT, Phase.SCHEDULED, *sorted(RUNNING))
"""What takes place, or may."""

_PLANNING: Final = (BriefingDrafted.__name__, BriefingEdited.__name__)
"""The entries that keep a plan whole."""


async def between(session: AsyncSession, begins: datetime, ends: datetime) -> list[tuple[BriefingId, Plan]]:
    """Return the plans of all briefings that are not over and overlap a time, the earliest start first.

    One query; the plans are read in a thread, for there may be thousands of sites in each.
    """
    briefing = table_of(BriefingRow).c
    ahead = briefing.phase.in_([phase.value for phase in AHEAD])
    return await _found(session, ahead, briefing.starts_at < ends, briefing.ends_at > begins)


async def of_ids(session: AsyncSession, briefings: Collection[BriefingId]) -> list[tuple[BriefingId, Plan]]:
    """Return the plans of some briefings, the earliest start first, in one query."""
    return await _found(session, table_of(BriefingRow).c.id.in_(briefings))


async def _found(session: AsyncSession, *where: ColumnElement[bool]) -> list[tuple[BriefingId, Plan]]:
    entry, briefing = table_of(JournalRow).c, table_of(BriefingRow).c
    last = (
        select(entry.briefing_id, func.max(entry.seq).label("seq"))
        .join(table_of(BriefingRow), briefing.id == entry.briefing_id)
        .where(entry.kind.in_(_PLANNING), *where)
        .group_by(entry.briefing_id)
        .subquery()
    )
    found = await session.execute(
        select(entry.briefing_id, entry.kind, entry.data).join(
            last, and_(entry.briefing_id == last.c.briefing_id, entry.seq == last.c.seq)
        )
    )
    rows = [(row[0], row[1], row[2]) for row in found]
    return await asyncio.to_thread(_read, rows)


def _read(rows: Iterable[tuple[str, str, str]]) -> list[tuple[BriefingId, Plan]]:
    plans = [(BriefingId(briefing), _plan(kind, json.loads(data))) for briefing, kind, data in rows]
    return sorted(plans, key=lambda one: (one[1].starts_at, one[0]))


def _plan(kind: str, data: dict[str, object]) -> Plan:
    match decode(kind, data):
        case BriefingDrafted(plan) | BriefingEdited(plan):
            return plan
        case event:
            raise ProtocolError(f"{type(event).__name__} keeps no plan")
