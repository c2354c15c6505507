"""The delegates that new briefings expect: the lists that organizers have chosen to begin with, by roster."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.expected import DefaultList
from server.core.ids import EndpointCode, RosterName
from server.store.database import keep_out
from server.store.tables import ExpectedDefaultRow, table_of


async def defaults(session: AsyncSession) -> dict[RosterName, tuple[DefaultList, ...]]:
    """Return the lists of every roster that has some."""
    found = await session.scalars(select(ExpectedDefaultRow))
    return {RosterName(row.roster): tuple(map(_list, row.lists)) for row in found}


async def keep(session: AsyncSession, roster: RosterName, lists: Sequence[DefaultList]) -> None:
    """Let new briefings of a roster begin with these lists."""
    kept = [{"positions": list(one.positions), "endpoints": list(one.endpoints), "group": one.group} for one in lists]
    table = table_of(ExpectedDefaultRow)
    await keep_out(session, table)
    changed = update(table).where(table.c.roster == roster).values(lists=kept).returning(table.c.roster)
    if await session.scalar(changed) is None:
        await session.execute(insert(table).values(roster=roster, lists=kept))


def _list(kept: dict[str, Any]) -> DefaultList:
    endpoints = tuple(map(EndpointCode, kept["endpoints"]))
    return DefaultList(tuple(kept["positions"]), endpoints, kept.get("group"))
