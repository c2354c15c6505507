"""The journal's repository: append with the unique (briefing, seq) as concurrency control, and read back."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any, cast

from sqlalchemy import CursorResult, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.events import BriefingCancelled, BriefingDrafted, BriefingEdited, BriefingScheduled
from server.core.ids import BriefingId, EndpointCode
from server.core.journal import Entry, Head, Row, entry_of, row_of
from server.core.rehearsal import meeting, next_due
from server.core.state import Briefing, Phase
from server.store import notes
from server.store.errors import StaleHead
from server.store.readrows import statements
from server.store.tables import BriefingEndpointRow, BriefingRow, JournalRow, ResultEntryRow, table_of


async def append(session: AsyncSession, entries: Sequence[Entry], *, before: Briefing, after: Briefing) -> None:
    """Write entries that follow `before.head`, and every row that is read instead of the journal.

    `after` is `before` with the entries folded in. Raises StaleHead when another writer was first; the transaction
    is then of no more use.
    """
    try:
        await _write_briefing(session, before=before, after=after)
        await session.execute(insert(table_of(JournalRow)), [_stored(row_of(entry)) for entry in entries])
    except IntegrityError as error:
        raise StaleHead(f"{after.id} has an entry {before.head.seq + 1} already") from error
    await _write_endpoints(session, before=before, after=after)
    await notes.write(session, before=before, after=after)
    for statement, values in statements(meeting(entries, rehearses=before.phase is Phase.REHEARSAL)):
        await session.execute(statement, values)


async def load(
    session: AsyncSession, briefing_id: BriefingId, *, after: int = 0, limit: int | None = None
) -> list[Entry]:
    """Return the entries whose seq is greater than `after`, in order; an unknown briefing has none.

    Raises ProtocolError for an entry that was altered beyond recognition. A long journal is read in a thread: it takes
    the event loop's time otherwise (40 ms for three hours of 63 sites).
    """
    found = await _rows(session, briefing_id, after, limit)
    return await asyncio.to_thread(lambda: [entry_of(row) for row in found])


async def load_results(session: AsyncSession, briefings: Collection[BriefingId]) -> list[Entry]:
    """Return the entries about what some briefings came to, those of each briefing in order of seq."""
    columns, about = table_of(JournalRow).c, table_of(ResultEntryRow).c
    found = await session.execute(
        _select()
        .where(columns.briefing_id == about.briefing_id, columns.seq == about.seq, about.briefing_id.in_(briefings))
        .order_by(columns.briefing_id, columns.seq)
    )
    rows = [Row(*row) for row in found]
    return await asyncio.to_thread(lambda: [entry_of(row) for row in rows])


async def kinds(session: AsyncSession, briefing_id: BriefingId, *, after: int) -> frozenset[str]:
    """Return the kinds of the entries whose seq is greater than `after`, without reading what they say."""
    columns = table_of(JournalRow).c
    wanted = select(columns.kind).where(columns.briefing_id == briefing_id, columns.seq > after).distinct()
    return frozenset(await session.scalars(wanted))


async def last_planned(session: AsyncSession, briefings: Collection[BriefingId]) -> dict[BriefingId, int]:
    """Return the seq with which each briefing was last changed or called off; those that never were are left out."""
    columns, kinds_ = table_of(JournalRow).c, (BriefingEdited.__name__, BriefingCancelled.__name__)
    found = await session.execute(
        select(columns.briefing_id, func.max(columns.seq))
        .where(columns.briefing_id.in_(briefings), columns.kind.in_(kinds_))
        .group_by(columns.briefing_id)
    )
    return {BriefingId(row[0]): row[1] for row in found}


PLANNING = (BriefingDrafted, BriefingEdited, BriefingScheduled, BriefingCancelled)
"""What calendars are made of."""


async def load_planning(session: AsyncSession, briefings: Collection[BriefingId]) -> list[Entry]:
    """Return the entries that planned, published and called off some briefings, those of each in order of seq."""
    columns = table_of(JournalRow).c
    found = await session.execute(
        _select()
        .where(columns.briefing_id.in_(briefings), columns.kind.in_([kind.__name__ for kind in PLANNING]))
        .order_by(columns.briefing_id, columns.seq)
    )
    rows = [Row(*row) for row in found]
    return await asyncio.to_thread(lambda: [entry_of(row) for row in rows])


async def rows(session: AsyncSession, briefing_id: BriefingId) -> list[Row]:
    """Return the whole journal exactly as stored, for `server.core.journal.verify`."""
    return await _rows(session, briefing_id)


async def head(session: AsyncSession, briefing_id: BriefingId) -> Head | None:
    """Return where the journal ends according to the briefing's own row; None for an unknown briefing."""
    found = await session.execute(
        select(col(BriefingRow.head_seq), col(BriefingRow.head_hash)).where(col(BriefingRow.id) == briefing_id)
    )
    row = found.one_or_none()
    return Head(row[0], row[1]) if row else None


async def _write_briefing(session: AsyncSession, *, before: Briefing, after: Briefing) -> None:
    table = table_of(BriefingRow)
    values = _briefing_values(after)
    if before.head.seq == 0:
        await session.execute(insert(table).values(values))
        return
    moved = await session.execute(
        update(table).where(table.c.id == after.id, table.c.head_seq == before.head.seq).values(values)
    )
    if cast("CursorResult[Any]", moved).rowcount != 1:
        raise StaleHead(f"{after.id} is not at {before.head.seq} any more")


def _briefing_values(briefing: Briefing) -> dict[str, Any]:
    plan, date = briefing.planned, briefing.invitations.date
    return {
        "id": briefing.id,
        "title": plan.title,
        "phase": briefing.phase.value,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "roster": plan.roster,
        "endpoint_count": len(plan.endpoints),
        "edition": briefing.edition,
        "late_marked": briefing.late_marked,
        "rehearsal_due": next_due(briefing),
        "head_seq": briefing.head.seq,
        "head_hash": briefing.head.hash,
        "opened_at": briefing.opened_at,
        "started_at": briefing.started_at,
        "ended_at": briefing.ended_at,
        "series_id": briefing.series.series if briefing.series else None,
        "original": briefing.series.original if briefing.series else None,
        "kind": plan.kind.value,
        "publication_id": date.publication if date else None,
        "published_date": date.original if date else None,
    }


async def _write_endpoints(session: AsyncSession, *, before: Briefing, after: Briefing) -> None:
    wanted = after.planned.endpoints
    if before.plan is not None and before.plan.endpoints == wanted:
        return
    table = table_of(BriefingEndpointRow)
    await session.execute(delete(table).where(table.c.briefing_id == after.id))
    if wanted:
        await session.execute(insert(table), _endpoint_values(after.id, wanted))


def _endpoint_values(briefing_id: BriefingId, endpoints: Sequence[EndpointCode]) -> list[dict[str, Any]]:
    return [
        {"briefing_id": briefing_id, "endpoint": code, "position": position} for position, code in enumerate(endpoints)
    ]


def _stored(row: Row) -> dict[str, Any]:
    values = asdict(row)
    values["briefing_id"] = values.pop("briefing")
    return values


async def _rows(session: AsyncSession, briefing_id: BriefingId, after: int = 0, limit: int | None = None) -> list[Row]:
    columns = table_of(JournalRow).c
    wanted = _select().where(columns.briefing_id == briefing_id, columns.seq > after)
    found = await session.execute(wanted.order_by(columns.seq).limit(limit))
    return [Row(*row) for row in found]


def _select() -> Select[Any]:
    columns = table_of(JournalRow).c
    return select(
        columns.briefing_id,
        columns.seq,
        columns.at,
        columns.actor,
        columns.kind,
        columns.data,
        columns.prev,
        columns.hash,
    )
