"""Series in the store: with their dates or not at all, and one writer at a time."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from server.core import series as rules
from server.core.events import SeriesDate
from server.core.ids import BriefingId, SeriesId
from server.core.journal import seal
from server.core.series import NoSuchSeries, Series, StaleSeries
from server.core.state import Briefing, Phase, fold
from server.live.world import Move
from server.store import briefings, series
from server.store.database import Database
from tests.store.stories import LAN, START, plan

ID = SeriesId("s1")
SERIES = Series(
    ID,
    "FREQ=WEEKLY;COUNT=2",
    datetime.fromisoformat("2026-11-23T08:30:00"),
    "Asia/Ho_Chi_Minh",
    plan(),
    (datetime.fromisoformat("2026-12-07T08:30:00"),),
    accepted="đã thống nhất",
)


def date(name: str, weeks: int = 0) -> Move:
    """The move that drafts a date of the series."""
    blank, starts = Briefing(BriefingId(name)), START + timedelta(weeks=weeks)
    place = SeriesDate(ID, (SERIES.first + timedelta(weeks=weeks)).isoformat())
    events = rules.draft(blank, START, plan=rules.plan_at(plan(), starts), date=place)
    entries = seal(blank.id, blank.head, events, actor=LAN, at=START)
    return Move(blank, entries, fold(blank, entries))


async def read(database: Database) -> tuple[Series, list[str]]:
    async with database.read() as session:
        return await series.get(session, ID), [one.id for one in await series.members(session, ID)]


async def test_a_series_is_read_back_with_its_dates_in_order(database: Database) -> None:
    assert await series.save(database, [date("later", 1), date("first")], new=[SERIES])

    assert await read(database) == (SERIES, ["first", "later"])
    async with database.read() as session:
        assert await series.listed(session) == [SERIES]
        member = (await series.members(session, ID))[1]
        shown = await briefings.summary(session, BriefingId("first"))
        assert sorted(await series.siblings(session, BriefingId("later"))) == ["first", "later"]
        assert await series.siblings(session, BriefingId("nobody")) == []
    assert (member.original, member.starts_at, member.phase) == (
        datetime.fromisoformat("2026-11-30T08:30:00"),
        START + timedelta(weeks=1),
        Phase.DRAFT,
    )
    assert shown
    assert shown.series == ID


async def test_a_series_nobody_wrote_is_not_found(database: Database) -> None:
    with pytest.raises(NoSuchSeries):
        await read(database)


async def test_a_journal_that_has_gone_on_stores_nothing_of_it(database: Database) -> None:
    await series.save(database, [date("first")], new=[SERIES])

    other = replace(SERIES, id=SeriesId("s2"))
    assert not await series.save(database, [date("second", 1), date("first")], new=[other])

    async with database.read() as session:
        assert await series.listed(session) == [SERIES]
        assert await briefings.summary(session, BriefingId("second")) is None


async def test_of_two_who_change_one_edition_the_second_changes_nothing(database: Database) -> None:
    await series.save(database, [], new=[SERIES])
    assert await series.save(database, [], changed=[replace(SERIES, accepted="một")])

    with pytest.raises(StaleSeries):
        await series.save(database, [date("first")], changed=[replace(SERIES, accepted="hai")])

    assert await read(database) == (replace(SERIES, accepted="một", edition=2), [])


async def test_two_at_once_leave_one_winner(database: Database) -> None:
    await series.save(database, [], new=[SERIES])

    async def change(word: str) -> bool:
        try:
            return await series.save(database, [], changed=[replace(SERIES, accepted=word)])
        except StaleSeries:
            return False

    assert sorted(await asyncio.gather(change("một"), change("hai"))) == [False, True]


async def test_a_calendar_reads_all_briefings_of_a_time_in_one_query(database: Database) -> None:
    await series.save(database, [date(f"b{number}", number) for number in range(5)], new=[SERIES])
    asked: list[str] = []
    async with database.read() as session:
        connection = await session.connection()
        event.listen(connection.sync_connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
        found = await briefings.within(session, START + timedelta(weeks=1), START + timedelta(weeks=3))

    assert ([one.id for one in found], len(asked)) == (["b1", "b2"], 1)
