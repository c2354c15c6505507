"""The outbox: mails as rows, taken under a lease so that several nodes never send one at once."""

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from sqlalchemy import CursorResult, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer
from sqlmodel import col

from server.core.ids import BriefingId, MailId
from server.core.mail import Census, Cover, Dead, GivenBack, Later, Mail, MailState, Posted, Sent, Taken, Verdict
from server.store.database import Database
from server.store.tables import MailRow, table_of

LEASE: Final = timedelta(seconds=60)
"""How long a mail is left alone after its process was last heard of: renewed while it is being sent."""

AT_ONCE: Final = 500
"""Keys asked for in one query: databases take only so many values."""

LONGEST_REASON: Final = 500
"""Characters kept of what a server said."""


def new_id() -> MailId:
    """Make up an id for a new mail."""
    return MailId(secrets.token_hex(16))


_FAILED: Final = (MailState.DEAD.value, MailState.BOUNCED.value)


async def put(session: AsyncSession, mail: Mail, cover: Cover, *, now: datetime) -> bool:
    """Put a mail into the outbox, to be sent at once; False when there is one of its key already: that one stays."""
    return await put_all(session, [(mail, cover)], now=now) == 1


async def put_all(session: AsyncSession, mails: Sequence[tuple[Mail, Cover]], *, now: datetime) -> int:
    """Put mails with keys of their own into the outbox; return how many there were not already."""
    known = await known_keys(session, [cover.key for _, cover in mails])
    fresh = [_written(mail, cover, now) for mail, cover in mails if cover.key not in known]
    if fresh:
        await session.execute(insert(table_of(MailRow)), fresh)
    return len(fresh)


async def known_keys(session: AsyncSession, keys: Collection[str]) -> frozenset[str]:
    """Return those of these keys under which there is a mail."""
    known = frozenset[str]()
    for some in _in_parts(keys):
        known |= frozenset(await session.scalars(select(col(MailRow.key)).where(col(MailRow.key).in_(some))))
    return known


def _written(mail: Mail, cover: Cover, now: datetime) -> dict[str, Any]:
    return {
        "id": mail.id,
        "key": cover.key,
        "briefing_id": cover.briefing,
        "sender": mail.sender,
        "recipient": mail.recipient,
        "subject": cover.subject,
        "message": mail.message,
        "state": MailState.WAITING.value,
        "written_at": now,
        "waiting_since": now,
        "due_at": now,
        "attempts": 0,
        "reason": "",
        "until": cover.until,
    }


async def is_due(session: AsyncSession, now: datetime) -> bool:
    """Whether there is something to take: asked first, for SQLite has one writer."""
    return await session.scalar(select(col(MailRow.id)).where(*_due(now)).limit(1)) is not None


async def take(session: AsyncSession, *, now: datetime, until: datetime) -> Taken | None:
    """Take the mail that has been due longest, for as long as its lease lasts, and count the try; None: none is due.

    Nobody else takes it meanwhile: PostgreSQL passes over rows that another transaction has locked, SQLite has one
    writer. A mail whose lease has ended is due again: its process is gone. What makes no sense any more is put aside.
    """
    await _changed(
        session, *_due(now), col(MailRow.until) <= now, state=MailState.LAPSED.value, lease=None, settled_at=now
    )
    row = await session.scalar(
        select(MailRow)
        .where(*_due(now))
        .order_by(col(MailRow.due_at), col(MailRow.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.lease, row.due_at, row.attempts = secrets.token_hex(16), until, row.attempts + 1
    await session.flush()
    mail = Mail(MailId(row.id), row.sender, row.recipient, row.message)
    return Taken(mail, row.lease, row.attempts, row.waiting_since)


async def renew(session: AsyncSession, taken: Taken, until: datetime) -> bool:
    """Keep a mail for longer; False: the lease was lost."""
    return await _changed(session, *_held(taken), due_at=until)


async def settle(session: AsyncSession, taken: Taken, verdict: Verdict, now: datetime) -> None:
    """Write what became of a mail. That it was sent is true whoever holds it now; the rest is the holder's to say."""
    match verdict:
        case Sent():
            mine = (col(MailRow.id) == taken.mail.id, col(MailRow.state) != MailState.BOUNCED.value)
            await _changed(session, *mine, state=MailState.SENT.value, lease=None, settled_at=now)
        case Later(at, reason):
            await _changed(session, *_held(taken), lease=None, due_at=at, reason=reason[:LONGEST_REASON])
        case GivenBack(reason):
            unspent = {"attempts": taken.attempt - 1, "reason": reason[:LONGEST_REASON]}
            await _changed(session, *_held(taken), lease=None, due_at=now, **unspent)
        case Dead(reason):
            ended = {"state": MailState.DEAD.value, "settled_at": now, "reason": reason[:LONGEST_REASON]}
            await _changed(session, *_held(taken), lease=None, **ended)


async def try_again(session: AsyncSession, mails: Collection[MailId], now: datetime) -> int:
    """Let mails that have failed, or wait for their next try, be tried at once; return how many there were."""
    result: CursorResult[Any] = await session.execute(  # type: ignore[assignment]
        update(MailRow)
        .where(
            col(MailRow.id).in_(mails),
            col(MailRow.state).in_([MailState.WAITING.value, *_FAILED]),
            col(MailRow.lease).is_(None),
        )
        .values(state=MailState.WAITING.value, due_at=now, waiting_since=now, settled_at=None, attempts=0)
    )
    return result.rowcount


async def let_go(session: AsyncSession, mails: Collection[MailId]) -> int:
    """Forget mails that have failed: somebody has dealt with them. Return how many there were."""
    return await _deleted(session, col(MailRow.id).in_(mails), col(MailRow.state).in_(_FAILED))


async def withdraw(session: AsyncSession, briefing: BriefingId, prefix: str) -> int:
    """Forget a briefing's mails with such keys that wait, tried before or not, but for what is being sent just now.

    Return how many there were.
    """
    return await _deleted(
        session,
        col(MailRow.briefing_id) == briefing,
        col(MailRow.key).startswith(prefix, autoescape=True),
        col(MailRow.state) == MailState.WAITING.value,
        col(MailRow.lease).is_(None),
    )


async def waiting_of(session: AsyncSession, briefing: BriefingId) -> list[str]:
    """Return the keys of a briefing's mails that wait, or are being sent."""
    waiting = (col(MailRow.briefing_id) == briefing, col(MailRow.state) == MailState.WAITING.value)
    return list(await session.scalars(select(col(MailRow.key)).where(*waiting)))


async def put_aside(session: AsyncSession, keys: Collection[str], reason: str, now: datetime) -> None:
    """Try mails no more that wait or have failed; one that is being sent just now counts as sent when it arrives."""
    aside = {"state": MailState.LAPSED.value, "lease": None, "settled_at": now, "reason": reason}
    open_ = col(MailRow.state).in_([MailState.WAITING.value, *_FAILED])
    for some in _in_parts(keys):
        await session.execute(update(MailRow).where(col(MailRow.key).in_(some), open_).values(**aside))


async def forget(session: AsyncSession, before: datetime, *, limit: int) -> int:
    """Forget mails that were sent, or put aside, before a moment; return how many there were, `limit` at most."""
    settled = [MailState.SENT.value, MailState.LAPSED.value]
    old = select(col(MailRow.id)).where(col(MailRow.state).in_(settled), col(MailRow.settled_at) < before).limit(limit)
    return await _deleted(session, col(MailRow.id).in_(old))


async def listed(session: AsyncSession, state: MailState, *, limit: int) -> list[Posted]:
    """Return mails without what they say: those that wait in the order they are tried, others the latest first."""
    latest = col(MailRow.due_at) if state is MailState.WAITING else col(MailRow.settled_at).desc()
    found = await session.scalars(
        select(MailRow)
        .where(col(MailRow.state) == state.value)
        .order_by(latest, col(MailRow.id))
        .limit(limit)
        .options(defer(MailRow.message))  # type: ignore[arg-type]
    )
    return [_posted(row) for row in found]


async def of_briefing(session: AsyncSession, briefing: BriefingId) -> list[Posted]:
    """Return the mails about a briefing without what they say, in the order in which they were written."""
    found = await session.scalars(
        select(MailRow)
        .where(col(MailRow.briefing_id) == briefing)
        .order_by(col(MailRow.written_at), col(MailRow.id))
        .options(defer(MailRow.message))  # type: ignore[arg-type]
    )
    return [_posted(row) for row in found]


async def briefing_of(session: AsyncSession, mails: Collection[MailId]) -> BriefingId | None:
    """Return the briefing that one of these mails was about; None when none of them was about any."""
    found = await session.scalar(
        select(col(MailRow.briefing_id))
        .where(col(MailRow.id).in_(mails), col(MailRow.briefing_id).is_not(None))
        .limit(1)
    )
    return None if found is None else BriefingId(found)


async def found(session: AsyncSession, mails: Collection[MailId]) -> list[Posted]:
    """Return those mails that there are, without what they say."""
    rows = await session.scalars(
        select(MailRow).where(col(MailRow.id).in_(mails)).options(defer(MailRow.message))  # type: ignore[arg-type]
    )
    return [_posted(row) for row in rows]


async def bounce(session: AsyncSession, mail: MailId, reason: str, now: datetime) -> bool:
    """Note that a server has given up a mail that was accepted before; False for one that was not sent."""
    sent = (col(MailRow.id) == mail, col(MailRow.state).in_([MailState.SENT.value, MailState.WAITING.value]))
    given_up = {"state": MailState.BOUNCED.value, "settled_at": now, "reason": reason[:LONGEST_REASON]}
    return await _changed(session, *sent, lease=None, **given_up)


async def bounced(session: AsyncSession) -> dict[str, str]:
    """Return the addresses whose last mail came back, each with the words of the server that gave it up."""
    recipient, state, at = col(MailRow.recipient), col(MailRow.state), func.max(col(MailRow.settled_at))
    back = select(recipient, at).where(state == MailState.BOUNCED.value).group_by(recipient)
    last: dict[str, Any] = {row[0]: row[1] for row in await session.execute(back)}
    for some in _in_parts(tuple(last)):
        sent = select(recipient, at).where(state == MailState.SENT.value, recipient.in_(some)).group_by(recipient)
        for row in await session.execute(sent):
            if row[1] > last[row[0]]:
                del last[row[0]]
    words = select(recipient, col(MailRow.reason)).where(state == MailState.BOUNCED.value)
    rows = await session.execute(words.order_by(col(MailRow.settled_at)))
    return {address: reason for address, reason in rows if address in last}


async def census(session: AsyncSession) -> Census:
    """Count the mails that wait, and those that have failed."""
    state, since = col(MailRow.state), func.min(col(MailRow.waiting_since))
    kinds = [MailState.WAITING.value, *_FAILED]
    rows = await session.execute(select(state, func.count(), since).where(state.in_(kinds)).group_by(state))
    counts = {row[0]: (row[1], row[2]) for row in rows}
    waiting, oldest = counts.get(MailState.WAITING.value, (0, None))
    dead, bounced_ = (counts.get(failed, (0, None))[0] for failed in _FAILED)
    return Census(waiting, dead, oldest, bounced_)


class StoredOutbox:
    """The outbox of a database, as the loop that sends sees it."""

    def __init__(self, database: Database, now: Callable[[], datetime], lease: timedelta = LEASE) -> None:
        self._database = database
        self._now = now
        self.lease = lease

    async def take(self) -> Taken | None:
        """Take what is due. Raises StorageUnavailable."""
        async with self._database.read() as session:
            if not await is_due(session, self._now()):
                return None
        async with self._database.begin() as session:
            now = self._now()
            return await take(session, now=now, until=now + self.lease)

    async def renew(self, taken: Taken) -> bool:
        """Keep a mail for another lease. Raises StorageUnavailable."""
        async with self._database.begin() as session:
            return await renew(session, taken, self._now() + self.lease)

    async def settle(self, taken: Taken, verdict: Verdict) -> None:
        """Write what became of a mail. Raises StorageUnavailable."""
        async with self._database.begin() as session:
            await settle(session, taken, verdict, self._now())


def _due(now: datetime) -> tuple[Any, ...]:
    return (col(MailRow.state) == MailState.WAITING.value, col(MailRow.due_at) <= now)


def _held(taken: Taken) -> tuple[Any, ...]:
    return (
        col(MailRow.id) == taken.mail.id,
        col(MailRow.lease) == taken.lease,
        col(MailRow.state) == MailState.WAITING.value,
    )


async def _changed(session: AsyncSession, *where: Any, **values: Any) -> bool:
    result: CursorResult[Any] = await session.execute(  # type: ignore[assignment]
        update(MailRow).where(*where).values(**values)
    )
    return result.rowcount == 1


async def _deleted(session: AsyncSession, *where: Any) -> int:
    result: CursorResult[Any] = await session.execute(delete(MailRow).where(*where))  # type: ignore[assignment]
    return result.rowcount


def _posted(row: MailRow) -> Posted:
    return Posted(
        id=MailId(row.id),
        cover=Cover(row.key, row.subject, None if row.briefing_id is None else BriefingId(row.briefing_id), row.until),
        recipient=row.recipient,
        state=MailState(row.state),
        attempts=row.attempts,
        written_at=row.written_at,
        due_at=row.due_at,
        settled_at=row.settled_at,
        under_way=row.lease is not None,
        reason=row.reason,
    )


def _in_parts(values: Iterable[str]) -> Iterator[Sequence[str]]:
    rest = iter(values)
    while part := tuple(islice(rest, AT_ONCE)):
        yield part
