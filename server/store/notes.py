"""The notes of all briefings: written with the journal, read by what follows tasks up."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.deadlines import deadline
from server.core.errors import Invalid
from server.core.events import TaskState
from server.core.follow_up import Found, Wanted
from server.core.ids import BriefingId, EndpointCode, RosterName
from server.core.state import Briefing, Noted
from server.store.tables import BriefingRow, NoteRow, table_of


async def write(session: AsyncSession, *, before: Briefing, after: Briefing) -> None:
    """Write the rows of the notes that have changed."""
    if before.results is after.results:
        return
    changed = {
        number: noted for number, noted in after.results.notes.items() if before.results.notes.get(number) is not noted
    }
    if not changed:
        return
    table = table_of(NoteRow)
    await session.execute(delete(table).where(table.c.briefing_id == after.id, table.c.number.in_(changed)))
    await session.execute(insert(table), [_values(after.id, number, noted) for number, noted in changed.items()])


async def find(session: AsyncSession, wanted: Wanted, *, limit: int) -> list[Found]:
    """Return the notes that are wanted, what is due first before what is due later or never; removed ones never."""
    note, briefing = table_of(NoteRow).c, table_of(BriefingRow).c
    found = await session.execute(
        select(briefing.id, briefing.title, briefing.starts_at, briefing.roster, note.number)
        .join_from(table_of(NoteRow), table_of(BriefingRow))
        .where(*_conditions(wanted))
        .order_by(note.finished, note.due_by.is_(None), note.due_by, briefing.starts_at, briefing.id, note.number)
        .limit(limit)
    )
    return [Found(BriefingId(row[0]), row[1], row[2], RosterName(row[3]), row[4]) for row in found]


async def owners(session: AsyncSession) -> list[str]:
    """Return everybody who has, or had, something to do."""
    note = table_of(NoteRow).c
    named = select(note.owner).where(~note.removed).union(select(note.addressee).where(~note.removed))
    return sorted(name for name in await session.scalars(named) if name)


async def sites(session: AsyncSession) -> list[tuple[RosterName, EndpointCode]]:
    """Return every site that asked for something or has something to do, by roster and code."""
    note, briefing = table_of(NoteRow).c, table_of(BriefingRow).c
    found = await session.execute(
        select(briefing.roster, note.endpoint)
        .join_from(table_of(NoteRow), table_of(BriefingRow))
        .where(~note.removed, note.endpoint.is_not(None))
        .distinct()
    )
    return sorted((RosterName(roster), EndpointCode(code)) for roster, code in found)


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    note, briefing = table_of(NoteRow).c, table_of(BriefingRow).c
    yield ~note.removed
    yield note.kind.in_([kind.value for kind in sorted(wanted.kinds)])
    if wanted.unfinished or wanted.late_on is not None:
        yield ~note.finished
    if wanted.late_on is not None:
        yield note.due_by < wanted.late_on
    if wanted.state is not None:
        yield note.state == wanted.state.value
    if wanted.roster is not None:
        yield briefing.roster == wanted.roster
    if wanted.endpoint is not None:
        yield note.endpoint == wanted.endpoint
    if wanted.owner:
        yield or_(note.owner == wanted.owner, note.addressee == wanted.owner)


def _values(briefing: BriefingId, number: int, noted: Noted) -> dict[str, Any]:
    note = noted.note
    return {
        "briefing_id": briefing,
        "number": number,
        "kind": note.kind.value,
        "endpoint": note.endpoint,
        "owner": note.owner,
        "addressee": note.addressee,
        "due_by": _due_by(noted),
        "state": noted.state.value,
        "finished": noted.finished,
        "removed": noted.removed,
    }


def _due_by(noted: Noted) -> date | None:
    """Return the last day of what is due next: the task, and when it is done, what was said of it."""
    waiting = noted.pending if noted.state is TaskState.DONE else ()
    dues = waiting or (noted.note.due,)
    return min((day for due in dues if (day := _last_day(due))), default=None)


def _last_day(due: str) -> date | None:
    """Return the last day of what something is due in; a journal may hold what the rules would have refused."""
    try:
        read = deadline(due)
    except Invalid:
        return None
    return None if read is None else read.last
