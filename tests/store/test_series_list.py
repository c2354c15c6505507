"""All series at a glance: the next date, how many are how far, and what may run into something."""

from dataclasses import replace
from datetime import timedelta

from server.core import events as e
from server.core import series as rules
from server.core.events import SeriesDate
from server.core.ids import BriefingId, SeriesId
from server.core.state import Briefing
from server.store import series, series_list
from server.store.database import Database
from server.store.series_list import Glance, Span
from tests.store.stories import START, plan, store
from tests.store.test_series import ID, SERIES, date

WEEK = timedelta(weeks=1)


async def glances(database: Database, weeks: float) -> list[Glance]:
    async with database.read() as session:
        return await series_list.glances(session, START + weeks * WEEK)


async def test_a_series_is_shown_with_its_next_date_and_how_far_its_dates_are(database: Database) -> None:
    moves = [date(f"b{week}", week) for week in range(5)]
    await series.save(database, moves, new=[SERIES])
    await store(database, moves[0].after, e.BriefingScheduled(), e.BriefingClosed(e.ClosedBecause.CHAIR))
    await store(database, moves[2].after, e.BriefingCancelled(""))
    await store(database, moves[3].after, e.BriefingScheduled())

    (found,) = await glances(database, 0.5)

    assert (found.id, found.title, found.rule, found.first) == (ID, plan().title, SERIES.rule, SERIES.first)
    assert (found.upcoming, found.last) == (START + WEEK, START + 4 * WEEK)
    assert (found.drafts, found.published, found.held, found.called_off) == (2, 1, 1, 1)


async def test_what_takes_place_soonest_stands_first_and_what_is_over_last(database: Database) -> None:
    empty, other = (replace(SERIES, id=SeriesId(name)) for name in ("empty", "other"))
    await series.save(database, [date("b1", 1)], new=[empty, SERIES, other])
    blank = Briefing(BriefingId("b2"))
    plan_ = rules.plan_at(plan(), START + 3 * WEEK)
    await store(
        database, blank, *rules.draft(blank, START, plan=plan_, date=SeriesDate(other.id, "2026-12-14T08:30:00"))
    )

    ahead, over = await glances(database, 0), await glances(database, 2)
    assert [one.id for one in ahead] == ["s1", "other", "empty"]
    assert [one.id for one in over] == ["other", "s1", "empty"]
    assert (over[1].upcoming, over[1].last, over[1].drafts) == (None, START + WEEK, 0)


async def test_spans_are_of_everything_that_is_not_over(database: Database) -> None:
    moves = [date(f"b{week}", week) for week in range(3)]
    await series.save(database, moves, new=[SERIES])
    await store(database, moves[2].after, e.BriefingCancelled(""))
    await store(database, Briefing(BriefingId("alone")), e.BriefingDrafted(rules.plan_at(plan(), START + 9 * WEEK)))

    async with database.read() as session:
        found = await series_list.spans(session, START + WEEK / 2)

    length = plan().ends_at - plan().starts_at
    assert found[0] == Span(BriefingId("b1"), SeriesId("s1"), START + WEEK, START + WEEK + length)
    assert [one.id for one in found] == ["b1", "alone"]
