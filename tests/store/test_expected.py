"""What delegates new briefings begin with: the last lists that were kept for a roster."""

import asyncio

from server.core.expected import DefaultList
from server.core.ids import RosterName
from server.store import expected
from server.store.database import Database
from tests.store.stories import HA_NOI

ROSTER, OTHER = RosterName("63"), RosterName("34")
LISTS = (DefaultList(("Chủ tịch", "Chánh Văn phòng")), DefaultList(("Phó Chủ tịch",), (HA_NOI,), "Đồng bằng"))


async def test_last_lists_of_a_roster_are_kept(database: Database) -> None:
    async with database.begin() as session:
        await expected.keep(session, ROSTER, LISTS[:1])
        await expected.keep(session, OTHER, LISTS[1:])
        await expected.keep(session, ROSTER, LISTS)

    async with database.read() as session:
        assert await expected.defaults(session) == {ROSTER: LISTS, OTHER: LISTS[1:]}


async def test_of_two_who_keep_lists_at_once_the_last_is_right(database: Database) -> None:
    first_is_in = asyncio.Event()

    async def first() -> None:
        async with database.begin() as session:
            await expected.keep(session, ROSTER, LISTS[:1])
            first_is_in.set()
            await asyncio.sleep(0.2)

    async def second() -> None:
        await first_is_in.wait()
        async with database.begin() as session:
            await expected.keep(session, ROSTER, LISTS)

    await asyncio.gather(first(), second())

    async with database.read() as session:
        assert await expected.defaults(session) == {ROSTER: LISTS}
