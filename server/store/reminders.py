"""Reminders: those of the house and those a briefing has of its own, and which have been sent."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.events import Addressee, LeadUnit, ReminderRule, RemindersSet, decode
from server.core.ids import BriefingId
from server.core.reminders import in_order
from server.core.state import Phase
from server.store.database import keep_out
from server.store.tables import BriefingRow, JournalRow, ReminderRoundRow, ReminderRuleRow, table_of

Rules = tuple[ReminderRule, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """A reminder has been sent before one start of a briefing."""

    briefing: BriefingId
    rule: str
    starts_at: datetime
    sent_at: datetime


async def of_house(session: AsyncSession) -> Rules:
    """Return the reminders of every briefing that has none of its own."""
    rows = await session.scalars(select(ReminderRuleRow))
    return in_order(
        tuple(
            ReminderRule(row.count, LeadUnit(row.unit), tuple(map(Addressee, row.addressees.split())), row.on)
            for row in rows
        )
    )


async def claim_house(session: AsyncSession) -> Rules:
    """Return the reminders of the house; until the transaction ends, nobody else writes them."""
    await keep_out(session, table_of(ReminderRuleRow))
    return await of_house(session)


async def set_of_house(session: AsyncSession, rules: Sequence[ReminderRule]) -> None:
    """Let the house have these reminders, and no others; call `claim_house` first."""
    table = table_of(ReminderRuleRow)
    await session.execute(delete(table))
    if rules:
        await session.execute(
            insert(table),
            [
                {"count": one.count, "unit": one.unit.value, "addressees": " ".join(one.addressees), "on": one.on}
                for one in rules
            ],
        )


async def own(session: AsyncSession, briefings: Collection[BriefingId]) -> Mapping[BriefingId, Rules]:
    """Return the reminders of those briefings that have their own, from their journals; in one query."""
    entry = table_of(JournalRow).c
    last = (
        select(entry.briefing_id, func.max(entry.seq).label("seq"))
        .where(entry.kind == RemindersSet.__name__, entry.briefing_id.in_(briefings))
        .group_by(entry.briefing_id)
        .subquery()
    )
    found = await session.execute(
        select(entry.briefing_id, entry.kind, entry.data).join(
            last, and_(entry.briefing_id == last.c.briefing_id, entry.seq == last.c.seq)
        )
    )
    events = {BriefingId(row[0]): decode(row[1], json.loads(row[2])) for row in found}
    return {
        briefing: event.rules
        for briefing, event in events.items()
        if isinstance(event, RemindersSet) and event.rules is not None
    }


async def rounds(session: AsyncSession, briefings: Collection[BriefingId]) -> list[Round]:
    """Return which reminders of some briefings have been sent."""
    rows = await session.scalars(select(ReminderRoundRow).where(col(ReminderRoundRow.briefing_id).in_(briefings)))
    return [Round(BriefingId(row.briefing_id), row.rule, row.starts_at, row.sent_at) for row in rows]


async def claim(session: AsyncSession, briefing: BriefingId) -> tuple[Phase, datetime] | None:
    """Return a briefing's phase and start; until the transaction ends, no other node writes its reminders."""
    wanted = select(col(BriefingRow.phase), col(BriefingRow.starts_at)).where(col(BriefingRow.id) == briefing)
    row = (await session.execute(wanted.with_for_update(key_share=True))).one_or_none()
    return (Phase(row[0]), row[1]) if row else None


async def finish(session: AsyncSession, done: Round) -> None:
    """Note that a reminder has been sent; the first time is kept."""
    key = (done.briefing, done.rule, done.starts_at)
    if await session.get(ReminderRoundRow, key) is None:
        session.add(
            ReminderRoundRow(briefing_id=done.briefing, rule=done.rule, starts_at=done.starts_at, sent_at=done.sent_at)
        )
        await session.flush()


async def forget_rounds(session: AsyncSession, briefing: BriefingId) -> None:
    """Forget what has been sent: the briefing has moved, and people are reminded of another time."""
    await session.execute(delete(ReminderRoundRow).where(col(ReminderRoundRow.briefing_id) == briefing))
