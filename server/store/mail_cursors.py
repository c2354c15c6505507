"""How far the mailer has read each journal: moved in one transaction with the mails that it has written."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.ids import BriefingId
from server.store.errors import StaleCursor
from server.store.tables import BriefingRow, MailCursorRow


@dataclass(frozen=True, slots=True)
class Behind:
    """A journal that has entries which nobody has looked at for mails."""

    briefing: BriefingId
    seq: int | None  # the last that was; None: none yet
    head: int


async def behind(session: AsyncSession, *, after: BriefingId | None = None, limit: int) -> list[Behind]:
    """Return journals that have grown, in the order of their ids: at most so many after one of them."""
    cursor, head = col(MailCursorRow.seq), col(BriefingRow.head_seq)
    found = await session.execute(
        select(col(BriefingRow.id), cursor, head)
        .outerjoin(MailCursorRow, col(MailCursorRow.briefing_id) == col(BriefingRow.id))
        .where(head > func.coalesce(cursor, 0), col(BriefingRow.id) > (after or ""))
        .order_by(col(BriefingRow.id))
        .limit(limit)
    )
    return [Behind(BriefingId(row[0]), row[1], row[2]) for row in found]


async def move(session: AsyncSession, one: Behind, *, to: int) -> None:
    """Move a cursor on from where it was found; nobody else moves it before the transaction ends.

    Raises StaleCursor when somebody has; the transaction is then of no more use.
    """
    if one.seq is None:
        return await _begin(session, one.briefing, to)
    result: CursorResult[Any] = await session.execute(  # type: ignore[assignment]
        update(MailCursorRow)
        .where(col(MailCursorRow.briefing_id) == one.briefing, col(MailCursorRow.seq) == one.seq)
        .values(seq=to)
    )
    if result.rowcount != 1:
        raise StaleCursor(one.briefing)
    return None


async def hold(session: AsyncSession, briefing: BriefingId) -> None:
    """Let nobody move the cursor of a journal before the transaction ends, wherever it stands.

    Raises StaleCursor when somebody has begun it in this moment.
    """
    row = col(MailCursorRow.briefing_id) == briefing
    result: CursorResult[Any] = await session.execute(  # type: ignore[assignment]
        update(MailCursorRow).where(row).values(seq=col(MailCursorRow.seq))
    )
    if result.rowcount == 0:
        await _begin(session, briefing, 0)


async def _begin(session: AsyncSession, briefing: BriefingId, seq: int) -> None:
    session.add(MailCursorRow(briefing_id=briefing, seq=seq))
    try:
        await session.flush()
    except IntegrityError as error:
        raise StaleCursor(briefing) from error
