"""The shelves of the list of briefings: what lies where, page by page, and how much of it."""

from datetime import datetime, timedelta

import pytest

from server.core import events as e
from server.core import series as rules
from server.core.events import BriefingKind, SeriesDate
from server.core.ids import BriefingId, SeriesId
from server.core.state import Briefing, Phase
from server.store import listing
from server.store.database import Database
from server.store.listing import Counts, Filter, Leaf, Place, Shelf
from tests.store.stories import START, plan, scheduled, store

NOW = START + timedelta(days=10)
HOUR = timedelta(hours=1)
CLOSED = e.BriefingClosed(e.ClosedBecause.CHAIR)


async def write(database: Database, name: str, *happened: e.Event, day: int = 20, **changes: object) -> None:
    """A scheduled briefing on a day counted from the first, and what happened to it."""
    starts = START + timedelta(days=day)
    briefing = await scheduled(database, name, starts_at=starts, ends_at=starts + HOUR, **changes)
    if happened:
        await store(database, briefing, *happened)


async def leaf(database: Database, shelf: Shelf, wanted: Filter | None = None, **how: object) -> Leaf:
    async with database.read() as session:
        return await listing.leaf(session, shelf, wanted or Filter(), NOW, **{"size": 10, **how})  # type: ignore[arg-type]


async def names(database: Database, shelf: Shelf, wanted: Filter | None = None) -> list[str]:
    return [one.id for one in (await leaf(database, shelf, wanted)).rows]


async def counted(database: Database, wanted: Filter | None = None) -> Counts:
    async with database.read() as session:
        return await listing.counts(session, wanted or Filter(), NOW)


async def furnish(database: Database) -> None:
    await write(database, "later", day=30, title="Giao ban quý")
    await write(database, "sooner", day=20)
    await write(database, "live", e.BriefingOpened(), e.BriefingStarted(), day=10)
    await write(database, "held", CLOSED, day=5, kind=BriefingKind.YEAR_REVIEW)
    await write(database, "forgotten", day=7)
    await write(database, "off", e.BriefingCancelled(""), day=25)
    await write(database, "was off", e.BriefingCancelled(""), day=3)


async def test_what_is_on_and_ahead_and_past_lies_on_three_shelves_in_order(database: Database) -> None:
    await furnish(database)

    assert await names(database, Shelf.NOW) == ["live"]
    assert await names(database, Shelf.AHEAD) == ["sooner", "later"]
    assert await names(database, Shelf.PAST) == ["forgotten", "held", "was off"]
    assert await counted(database) == Counts(ahead=2, past=3, called_off=1)


async def test_what_was_called_off_lies_ahead_for_who_asks_for_it(database: Database) -> None:
    await furnish(database)
    off = Filter(phase=Phase.CANCELLED)

    assert await names(database, Shelf.AHEAD, off) == ["off"]
    assert await names(database, Shelf.PAST, off) == ["was off"]
    assert await counted(database, off) == Counts(ahead=1, past=1, called_off=0)


@pytest.mark.parametrize(
    ("wanted", "ahead", "past"),
    [
        (Filter(kind=BriefingKind.YEAR_REVIEW), [], ["held"]),
        (Filter(titles=["Giao ban quý", "x"]), ["later"], []),
        (Filter(titles=[]), [], []),
        (Filter(phase=Phase.SCHEDULED), ["sooner", "later"], ["forgotten"]),
        (Filter(phase=Phase.SCHEDULED, titles=["Giao ban quý"]), ["later"], []),
        (Filter(series=SeriesId("none")), [], []),
    ],
)
async def test_a_filter_leaves_out_everything_else(
    database: Database, wanted: Filter, ahead: list[str], past: list[str]
) -> None:
    await furnish(database)

    assert (await names(database, Shelf.AHEAD, wanted), await names(database, Shelf.PAST, wanted)) == (ahead, past)
    counts = await counted(database, wanted)
    assert (counts.ahead, counts.past) == (len(ahead), len(past))


async def test_the_dates_of_a_series_are_found_and_the_kind_follows_an_edit(database: Database) -> None:
    date = SeriesDate(SeriesId("s1"), "2026-12-01T08:00:00")
    drafted = rules.draft(Briefing(BriefingId("b")), START, plan=plan(), date=date)
    briefing = await store(database, Briefing(BriefingId("b")), *drafted)
    await store(database, briefing, e.BriefingEdited(plan(kind=BriefingKind.QUICK_NOTIFICATION)))

    (found,) = (await leaf(database, Shelf.PAST, Filter(series=SeriesId("s1")))).rows
    assert (found.series, found.kind) == ("s1", BriefingKind.QUICK_NOTIFICATION)


@pytest.mark.parametrize(("shelf", "first_day", "step"), [(Shelf.AHEAD, 20, 1), (Shelf.PAST, 9, -1)])
async def test_every_row_is_on_one_page_forwards_and_backwards(
    database: Database, shelf: Shelf, first_day: int, step: int
) -> None:
    days = [first_day, first_day, *(first_day + step * one for one in range(1, 4))]  # two begin together
    for number, day in enumerate(days):
        await write(database, f"b{number}", day=day)

    first = await leaf(database, shelf, size=2)
    second = await leaf(database, shelf, size=2, after=first.after)
    third = await leaf(database, shelf, size=2, after=second.after)
    back = await leaf(database, shelf, size=2, before=third.before)
    begin = await leaf(database, shelf, size=2, before=back.before)

    seen = [one.id for page in (first, second, third) for one in page.rows]
    assert sorted(seen[:2]) == ["b0", "b1"]
    assert seen[2:] == ["b2", "b3", "b4"]
    assert (first.before, third.after) == (None, None)
    assert (back, begin.rows, begin.before) == (second, first.rows, None)


async def test_a_place_that_nothing_lies_behind_has_an_empty_page(database: Database) -> None:
    await write(database, "b1")

    assert await leaf(database, Shelf.AHEAD, after=Place(datetime.max.replace(tzinfo=NOW.tzinfo), BriefingId("z"))) == (
        Leaf(())
    )
