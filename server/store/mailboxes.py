"""How far each mailbox has been read."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.store.tables import MailboxCursorRow


async def read_until(session: AsyncSession, mailbox: str) -> tuple[int, int] | None:
    """Return the validity and the UID of the last message that was dealt with; None: the mailbox is new."""
    row = await session.get(MailboxCursorRow, mailbox)
    return (row.validity, row.uid) if row else None


async def note(session: AsyncSession, mailbox: str, validity: int, uid: int) -> None:
    """Note that every message up to a UID has been dealt with; a slower node takes nothing of that back."""
    row = await session.get(MailboxCursorRow, mailbox, with_for_update=True)
    if row is None:
        session.add(MailboxCursorRow(mailbox=mailbox, validity=validity, uid=uid))
    else:
        row.validity, row.uid = validity, max(uid, row.uid) if row.validity == validity else uid
    await session.flush()
