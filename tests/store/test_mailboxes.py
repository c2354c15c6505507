"""Mailboxes: how far each was read only goes on, whichever node is the slower."""

from server.store import mailboxes
from server.store.database import Database


async def test_slower_node_does_not_take_back_what_another_has_dealt_with(database: Database) -> None:
    for validity, uid, expected in ((7, 9, (7, 9)), (7, 5, (7, 9)), (7, 10, (7, 10)), (8, 2, (8, 2))):
        async with database.begin() as session:
            await mailboxes.note(session, "vp@mail", validity, uid)
        async with database.read() as session:
            assert await mailboxes.read_until(session, "vp@mail") == expected
