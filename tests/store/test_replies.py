"""Replies that were kept aside: each once, by briefing, until somebody has dealt with it."""

from dataclasses import replace

from server.core.ids import BriefingId
from server.store import replies
from server.store.database import Database
from server.store.replies import Aside
from tests.store.stories import at, scheduled

B1 = BriefingId("b1")


def aside(name: str, briefing: BriefingId | None, second: int = 0) -> Aside:
    return Aside(name, briefing, at(second), "ai@example.vn", "Trả lời", "ACCEPTED", "\x00 lời", "unknown_sender")


async def test_reply_is_kept_once_and_shown_with_its_briefing_until_it_is_dealt_with(database: Database) -> None:
    await scheduled(database, "b1")
    async with database.begin() as session:
        for one in (aside("late", B1, 9), aside("early", B1), aside("nobodys", None), aside("early", B1, 5)):
            await replies.keep(session, one)

    async with database.begin() as session:
        found = await replies.of_briefing(session, B1)
        assert [one.id for one in found] == ["early", "late"]
        assert found[0] == replace(aside("early", B1), comment="\ufffd lời")
        assert [one.id for one in await replies.of_nobody(session)] == ["nobodys"]
        assert await replies.count_of_nobody(session) == 1
        for name in ("early", "nobodys", "unknown"):
            await replies.settle(session, name, at(60))

    async with database.read() as session:
        assert [one.id for one in await replies.of_briefing(session, B1)] == ["late"]
        assert await replies.count_of_nobody(session) == 0


async def test_replies_beyond_the_limits_are_left_until_some_are_dealt_with(database: Database) -> None:
    await scheduled(database, "b1")

    async def kept(number: int, sender: str, briefing: BriefingId | None = B1) -> bool:
        async with database.begin() as session:
            return await replies.keep(session, replace(aside(f"r{number}", briefing), sender=sender))

    one = [await kept(number, "ai@example.vn") for number in range(21)]
    many = [await kept(100 + number, f"x{number}@example.vn") for number in range(181)]

    assert (one, many) == ([True] * 20 + [False], [True] * 180 + [False])
    assert await kept(0, "ai@example.vn")  # the same again
    assert await kept(900, "ai@example.vn", None)  # about no briefing: another shelf
    async with database.begin() as session:
        await replies.settle(session, "r0", at(60))
        assert await replies.forget(session, at(60)) == 0
        assert await replies.forget(session, at(61)) == 1
    assert await kept(900, "y@example.vn")
