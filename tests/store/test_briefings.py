"""Briefings as lists and the clock see them."""

from datetime import timedelta

from server.core import events as e
from server.core.ids import BriefingId, RosterName
from server.core.state import Briefing, Phase
from server.core.summary import BriefingSummary
from server.store import briefings
from server.store.database import Database
from tests.store.stories import HA_NOI, START, at, plan, scheduled, store


def expected(name: str, phase: Phase = Phase.SCHEDULED, **changes: object) -> BriefingSummary:
    fields: dict[str, object] = {
        "id": BriefingId(name),
        "title": plan().title,
        "phase": phase,
        "starts_at": START,
        "ends_at": at(7200),
        "roster": RosterName("63"),
        "endpoint_count": 2,
        "edition": 1,
    }
    return BriefingSummary(**{**fields, **changes})  # type: ignore[arg-type]


async def test_summary_follows_a_briefing_through_its_life(database: Database) -> None:
    briefing = await scheduled(database)
    await store(
        database, briefing, e.BriefingOpened(), e.EndpointsMarkedLate((HA_NOI,)), e.BriefingStarted(), when=at(3)
    )

    async with database.read() as session:
        assert await briefings.summary(session, briefing.id) == expected(
            "b1", Phase.LIVE, opened_at=at(3), started_at=at(3), late_marked=True
        )
        assert await briefings.summary(session, BriefingId("b2")) is None


async def test_summaries_come_newest_start_first_and_by_the_page(database: Database) -> None:
    for day in (2, 1, 3):
        start = START + timedelta(days=day)
        await scheduled(database, f"b{day}", starts_at=start, ends_at=start + timedelta(hours=1))

    async with database.read() as session:
        first = await briefings.summaries(session, limit=2)
        rest = await briefings.summaries(session, limit=2, offset=2)
    assert [one.id for one in (*first, *rest)] == ["b3", "b2", "b1"]
    assert len(first) == 2


async def test_unfinished_are_the_scheduled_the_open_and_the_live(database: Database) -> None:
    await scheduled(database, "scheduled")
    await store(database, await scheduled(database, "open"), e.BriefingOpened())
    await store(database, await scheduled(database, "live"), e.BriefingOpened(), e.BriefingStarted())
    await store(database, await scheduled(database, "closed"), e.BriefingClosed(e.ClosedBecause.CHAIR))
    await store(database, await scheduled(database, "cancelled"), e.BriefingCancelled(""))

    async with database.read() as session:
        assert [one.id for one in await briefings.unfinished(session)] == ["live", "open", "scheduled"]


async def test_to_come_are_the_drafted_and_the_scheduled_the_earliest_first(database: Database) -> None:
    await scheduled(database, "later", starts_at=at(3600), ends_at=at(7200))
    await store(database, Briefing(BriefingId("drafted")), e.BriefingDrafted(plan()))
    await store(database, await scheduled(database, "open"), e.BriefingOpened())
    await store(database, await scheduled(database, "cancelled"), e.BriefingCancelled(""))

    async with database.read() as session:
        assert [one.id for one in await briefings.to_come(session)] == ["drafted", "later"]


def test_an_id_is_fourteen_letters_that_nobody_mistakes_or_guesses() -> None:
    ids = {briefings.new_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert {len(one) for one in ids} == {14}
    assert set("".join(ids)) == set(briefings.ID_LETTERS)
