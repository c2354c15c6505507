"""Replies by mail that are no invited site's: kept until a person has dealt with them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.ids import BriefingId
from server.store.tables import ReplyAsideRow, table_of


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


MOST: Final = 200
"""Replies that are kept about one briefing, or about none, until somebody has dealt with some."""

MOST_OF_ONE: Final = 20
"""Of these from one address, so that nobody takes the room of all others."""


async def keep(session: AsyncSession, aside: Aside) -> bool:
    """Keep a reply; one that is kept already stays as it is. False: there are too many, it is in the mailbox alone."""
    if await session.get(ReplyAsideRow, aside.id) is not None:
        return True
    for most, like in ((MOST, ()), (MOST_OF_ONE, (col(ReplyAsideRow.sender) == aside.sender,))):
        if await _count(session, *_open(aside.briefing_id), *like) >= most:
            return False
    session.add(ReplyAsideRow(**asdict(aside), settled_at=None))
    await session.flush()
    return True


async def forget(session: AsyncSession, before: datetime) -> int:
    """Forget the replies that somebody had dealt with before a moment; return how many there were."""
    result: CursorResult[Any] = await session.execute(  # type: ignore[assignment]
        delete(ReplyAsideRow).where(col(ReplyAsideRow.settled_at) < before)
    )
    return result.rowcount


async def of_briefing(session: AsyncSession, briefing: BriefingId) -> list[Aside]:
    """Return what is still to be dealt with of one briefing, the oldest first."""
    wanted = select(ReplyAsideRow).where(*_open(briefing)).order_by(col(ReplyAsideRow.received_at))
    return _asides((await session.scalars(wanted)).all())


async def of_nobody(session: AsyncSession) -> list[Aside]:
    """Return what is still to be dealt with and is about no briefing of ours, the latest first."""
    wanted = select(ReplyAsideRow).where(*_open(None)).order_by(col(ReplyAsideRow.received_at).desc())
    return _asides((await session.scalars(wanted)).all())


async def count_of_nobody(session: AsyncSession) -> int:
    """Count what is still to be dealt with and is about no briefing of ours."""
    return await _count(session, *_open(None))


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


def _open(briefing: BriefingId | None) -> tuple[Any, ...]:
    about = col(ReplyAsideRow.briefing_id)
    return col(ReplyAsideRow.settled_at).is_(None), about.is_(None) if briefing is None else about == briefing


async def _count(session: AsyncSession, *where: Any) -> int:
    return int(await session.scalar(select(func.count()).select_from(table_of(ReplyAsideRow)).where(*where)) or 0)
