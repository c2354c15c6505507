"""The groups of endpoints: few of each roster, read all at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.groups import Group, GroupNameTaken, NoGroup, name_key
from server.core.ids import EndpointCode, GroupId, RosterName
from server.store.tables import SiteGroupRow, table_of

_TABLE = table_of(SiteGroupRow)


async def groups(session: AsyncSession, roster: RosterName | None = None) -> list[Group]:
    """Return the groups of a roster, or of all rosters, by name."""
    wanted = select(SiteGroupRow)
    if roster is not None:
        wanted = wanted.where(col(SiteGroupRow.roster) == roster)
    rows = sorted(await session.scalars(wanted), key=lambda row: (row.name_key, row.id))
    return [_group(row) for row in rows]


async def one(session: AsyncSession, roster: RosterName, group: GroupId) -> Group:
    """Return a group. Raises NoGroup."""
    found = select(SiteGroupRow).where(col(SiteGroupRow.roster) == roster, col(SiteGroupRow.id) == group)
    row = await session.scalar(found)
    if row is None:
        raise NoGroup(group)
    return _group(row)


async def add(session: AsyncSession, group: Group) -> None:
    """Keep a new group. Raises GroupNameTaken; the transaction is then of no more use."""
    with _taken_refused(group):
        await session.execute(insert(_TABLE), [_columns(group)])


async def change(session: AsyncSession, group: Group) -> None:
    """Keep a group as it now is. Raises NoGroup, or GroupNameTaken; the transaction is then of no more use."""
    changed = update(_TABLE).where(_TABLE.c.id == group.id, _TABLE.c.roster == group.roster)
    with _taken_refused(group):
        found = await session.scalar(changed.values(_columns(group)).returning(_TABLE.c.id))
    if found is None:
        raise NoGroup(group.id)


async def remove(session: AsyncSession, roster: RosterName, group: GroupId) -> None:
    """Forget a group; one that is gone already is no error."""
    await session.execute(delete(SiteGroupRow).where(col(SiteGroupRow.id) == group, col(SiteGroupRow.roster) == roster))


@contextmanager
def _taken_refused(group: Group) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise GroupNameTaken(group.name) from error


def _columns(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "roster": group.roster,
        "name": group.name,
        "name_key": name_key(group.name),
        "endpoints": list(group.endpoints),
    }


def _group(row: SiteGroupRow) -> Group:
    return Group(GroupId(row.id), RosterName(row.roster), row.name, tuple(map(EndpointCode, row.endpoints)))
