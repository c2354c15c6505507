"""Replies by mail that are no invited site's: kept until a person has dealt with them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.ids import BriefingId
from server.store.tables import ReplyAsideRow


@dataclass(frozen=True, slots=True)
class Aside:
    """A reply that was not taken, and why: nothing in it is trusted."""

    id: str  # a digest of the mail: the same mail again is the same reply
    briefing_id: BriefingId | None  # that it says it is about; None: no briefing of ours
    received_at: datetime
    sender: str
    subject: str
    answer: str | None  # as the mail has it
    comment: str
    why: str  # the code of the refusal


async def keep(session: AsyncSession, aside: Aside) -> None:
    """Keep a reply; one that is kept already stays as it is."""
    if await session.get(ReplyAsideRow, aside.id) is None:
        session.add(ReplyAsideRow(**asdict(aside), settled_at=None))
        await session.flush()


async def of_briefing(session: AsyncSession, briefing: BriefingId) -> list[Aside]:
    """Return what is still to be dealt with of one briefing, the oldest first."""
    open_ = select(ReplyAsideRow).where(
        col(ReplyAsideRow.settled_at).is_(None), col(ReplyAsideRow.briefing_id) == briefing
    )
    return _asides((await session.scalars(open_.order_by(col(ReplyAsideRow.received_at)))).all())


async def of_nobody(session: AsyncSession, *, limit: int) -> list[Aside]:
    """Return what is still to be dealt with and is about no briefing of ours, the latest first."""
    open_ = select(ReplyAsideRow).where(
        col(ReplyAsideRow.settled_at).is_(None), col(ReplyAsideRow.briefing_id).is_(None)
    )
    return _asides((await session.scalars(open_.order_by(col(ReplyAsideRow.received_at).desc()).limit(limit))).all())


async def count_of_nobody(session: AsyncSession) -> int:
    """Count what is still to be dealt with and is about no briefing of ours."""
    open_ = select(func.count()).where(
        col(ReplyAsideRow.settled_at).is_(None), col(ReplyAsideRow.briefing_id).is_(None)
    )
    return int(await session.scalar(open_) or 0)


async def settle(session: AsyncSession, reply: str, now: datetime) -> None:
    """Note that a person has dealt with a reply; an unknown one is no error."""
    await session.execute(
        update(ReplyAsideRow)
        .where(col(ReplyAsideRow.id) == reply, col(ReplyAsideRow.settled_at).is_(None))
        .values(settled_at=now)
    )


def _asides(rows: Sequence[ReplyAsideRow]) -> list[Aside]:
    return [
        Aside(
            id=row.id,
            briefing_id=None if row.briefing_id is None else BriefingId(row.briefing_id),
            received_at=row.received_at,
            sender=row.sender,
            subject=row.subject,
            answer=row.answer,
            comment=row.comment,
            why=row.why,
        )
        for row in rows
    ]
