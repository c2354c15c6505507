"""Plans of many briefings at once: as they now stand, of those that take place or may."""

from datetime import timedelta

from sqlalchemy import event

from server.core import events as e
from server.core.ids import BriefingId
from server.core.state import Briefing
from server.store import plans
from server.store.database import Database
from tests.store.stories import START, at, plan, scheduled, store

HOUR = 3600


async def between(database: Database, begins: float, ends: float) -> dict[str, str]:
    """The titles of the plans between two moments relative to the usual start, by briefing, in their order."""
    async with database.read() as session:
        return {briefing: found.title for briefing, found in await plans.between(session, at(begins), at(ends))}


async def test_the_plan_is_the_one_that_was_written_last(database: Database) -> None:
    state = await scheduled(database)
    state = await store(database, state, e.BriefingEdited(plan(title="Second", starts_at=at(HOUR))))
    await store(database, state, e.BriefingOpened())

    async with database.read() as session:
        found = await plans.between(session, at(0), at(9 * HOUR))

    assert found == [(BriefingId("b1"), plan(title="Second", starts_at=at(HOUR)))]


async def test_what_is_over_takes_up_nothing(database: Database) -> None:
    await store(database, Briefing(BriefingId("drafted")), e.BriefingDrafted(plan(title="drafted")))
    await store(database, await scheduled(database, "live", title="live"), e.BriefingOpened(), e.BriefingStarted())
    await store(database, await scheduled(database, "closed"), e.BriefingClosed(e.ClosedBecause.CHAIR))
    await store(database, await scheduled(database, "cancelled"), e.BriefingCancelled(""))

    assert await between(database, 0, HOUR) == {"drafted": "drafted", "live": "live"}


async def test_only_what_overlaps_the_time_is_returned_the_earliest_first(database: Database) -> None:
    await scheduled(database, "second", title="second", starts_at=at(HOUR), ends_at=at(3 * HOUR))
    await scheduled(database, "first", title="first")  # two hours long
    await scheduled(database, "third", title="third", starts_at=at(3 * HOUR), ends_at=at(4 * HOUR))

    assert list(await between(database, HOUR, 3 * HOUR)) == ["first", "second"]
    assert list(await between(database, 2 * HOUR, 3 * HOUR)) == ["second"]
    assert list(await between(database, 3 * HOUR, 4 * HOUR)) == ["third"]
    assert await between(database, -HOUR, 0) == {}


async def test_ten_briefings_cost_as_many_queries_as_one(database: Database) -> None:
    await scheduled(database, "b0")
    once = await queries(database)
    for number in range(1, 10):
        await scheduled(database, f"b{number}")

    assert (once, await queries(database)) == (1, 1)


async def queries(database: Database) -> int:
    """Count the queries of one look."""
    asked: list[str] = []
    async with database.read() as session:
        connection = await session.connection()
        event.listen(connection.sync_connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
        assert await plans.between(session, START, START + timedelta(hours=1))
    return len(asked)
