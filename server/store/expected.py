"""The delegates that new briefings expect: the lists that organizers have chosen to begin with, by roster."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.events import ExpectedDelegates
from server.core.ids import EndpointCode, RosterName
from server.store.tables import ExpectedDefaultRow, table_of


async def defaults(session: AsyncSession) -> dict[RosterName, tuple[ExpectedDelegates, ...]]:
    """Return the lists of every roster that has some."""
    found = await session.scalars(select(ExpectedDefaultRow))
    return {RosterName(row.roster): tuple(map(_list, row.lists)) for row in found}


async def keep(session: AsyncSession, roster: RosterName, lists: Sequence[ExpectedDelegates]) -> None:
    """Let new briefings of a roster begin with these lists."""
    await session.execute(delete(ExpectedDefaultRow).where(col(ExpectedDefaultRow.roster) == roster))
    kept = [{"positions": list(one.positions), "endpoints": list(one.endpoints)} for one in lists]
    await session.execute(insert(table_of(ExpectedDefaultRow)), [{"roster": roster, "lists": kept}])


def _list(kept: dict[str, Any]) -> ExpectedDelegates:
    return ExpectedDelegates(tuple(kept["positions"]), tuple(map(EndpointCode, kept["endpoints"])))
