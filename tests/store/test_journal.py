"""The journal is stored whole, by one writer at a time, together with what reports read."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import events as e
from server.core.ids import HUB, BriefingId, ConnectionId, EndpointCode
from server.core.journal import Head, seal, verify
from server.core.state import Briefing, fold
from server.store import journal
from server.store.briefings import new_id
from server.store.database import Database
from server.store.errors import StaleHead
from server.store.tables import (
    Base,
    BriefingEndpointRow,
    BriefingRow,
    CheckInRow,
    ConnectionRow,
    JournalRow,
    SpeechRow,
    TurnRow,
    table_of,
)
from tests.store.any_event import any_events
from tests.store.stories import CA_MAU, HA_NOI, LAN, START, THANH_HOA, at, next_entries, plan, scheduled, store

FIRST = ConnectionId("c1")
SECOND = ConnectionId("c2")


async def stored(database: Database, row: type[Base]) -> list[dict[str, Any]]:
    table = table_of(row)
    async with database.read() as session:
        found = await session.execute(select(table).order_by(*table.primary_key.columns))
        return [dict(one) for one in found.mappings()]


async def test_load_returns_the_entries_that_were_appended(database: Database) -> None:
    before = Briefing(BriefingId("b1"))
    entries = next_entries(before, [e.BriefingDrafted(plan()), e.BriefingScheduled()])
    async with database.begin() as session:
        await journal.append(session, entries, before=before, after=fold(before, entries))

    async with database.read() as session:
        assert await journal.load(session, before.id) == entries
        assert await journal.load(session, before.id, after=1) == entries[1:]
        assert await journal.load(session, BriefingId("other")) == []


async def test_head_is_where_the_briefings_row_says_it_is(database: Database) -> None:
    briefing = await scheduled(database)

    async with database.read() as session:
        assert await journal.head(session, briefing.id) == briefing.head
        assert await journal.head(session, BriefingId("other")) is None


async def test_rows_verify_until_one_is_altered(database: Database) -> None:
    briefing = await scheduled(database)
    async with database.read() as session:
        assert verify(await journal.rows(session, briefing.id), head=briefing.head) is None

    entry = table_of(JournalRow)
    async with database.begin() as session:
        await session.execute(update(entry).where(entry.c.seq == 2).values(actor="user:minh"))

    async with database.read() as session:
        flaw = verify(await journal.rows(session, briefing.id), head=briefing.head)
    assert (flaw and flaw.seq, flaw and flaw.problem) == (2, "altered")


async def test_rows_show_a_tail_that_was_cut_off(database: Database) -> None:
    briefing = await scheduled(database)
    entry = table_of(JournalRow)
    async with database.begin() as session:
        await session.execute(delete(entry).where(entry.c.seq == 2))

    async with database.read() as session:
        flaw = verify(await journal.rows(session, briefing.id), head=await journal.head(session, briefing.id))
    assert (flaw and flaw.seq) == 2


async def test_append_writes_the_briefings_row_and_its_endpoints(database: Database) -> None:
    briefing = await scheduled(database, endpoints=(THANH_HOA, HA_NOI))
    briefing = await store(
        database, briefing, e.BriefingEdited(plan(title="Mới", endpoints=(CA_MAU, THANH_HOA))), e.BriefingOpened()
    )

    assert await stored(database, BriefingRow) == [
        {
            "id": "b1",
            "title": "Mới",
            "phase": "open",
            "starts_at": START,
            "ends_at": at(7200),
            "roster": "63",
            "endpoint_count": 2,
            "edition": 2,
            "late_marked": False,
            "rehearsal_due": None,
            "head_seq": 4,
            "head_hash": briefing.head.hash,
            "opened_at": START,
            "started_at": None,
            "ended_at": None,
            "series_id": None,
            "original": None,
            "kind": "regular",
            "publication_id": None,
            "published_date": None,
        }
    ]
    assert sorted(await stored(database, BriefingEndpointRow), key=lambda row: row["position"]) == [
        {"briefing_id": "b1", "endpoint": CA_MAU, "position": 0},
        {"briefing_id": "b1", "endpoint": THANH_HOA, "position": 1},
    ]


async def test_a_plan_without_endpoints_leaves_no_endpoint_rows(database: Database) -> None:
    briefing = await store(database, Briefing(BriefingId("b1")), e.BriefingDrafted(plan()))

    await store(database, briefing, e.BriefingEdited(plan(endpoints=())))

    assert await stored(database, BriefingEndpointRow) == []


async def test_append_keeps_every_connection_with_its_end(database: Database) -> None:
    briefing = await store(database, await scheduled(database), e.BriefingOpened(), e.EndpointJoined(HA_NOI, FIRST))
    briefing = await store(database, briefing, e.EndpointJoined(HA_NOI, SECOND), when=at(5))
    await store(database, briefing, e.EndpointLeft(HA_NOI, FIRST, e.LeftBecause.CLOSED), when=at(9))

    common = {"briefing_id": "b1", "endpoint": HA_NOI}
    assert await stored(database, ConnectionRow) == [
        common | {"seq": 4, "connection": FIRST, "joined_at": START, "left_at": at(9), "reason": "closed"},
        common | {"seq": 5, "connection": SECOND, "joined_at": at(5), "left_at": None, "reason": None},
    ]


async def test_append_keeps_every_revision_of_a_check_in(database: Database) -> None:
    delegate = e.Delegate("Lê Văn Hòa", ("Phó Chủ tịch",), e.Attendance.SUBSTITUTE, "thay Chủ tịch")
    briefing = await store(
        database,
        await scheduled(database),
        e.BriefingOpened(),
        e.EndpointCheckedIn(HA_NOI, e.CheckIn("Trần An", (delegate,), 7), 1),
        e.EndpointCheckedIn(HA_NOI, e.CheckIn("Trần An", (), 6), 2),
    )

    common = {"briefing_id": briefing.id, "endpoint": HA_NOI, "at": START, "local_chair": "Trần An"}
    assert await stored(database, CheckInRow) == [
        common | {"seq": 4, "revision": 1, "headcount": 7, "delegates": [e.encode(delegate)]},
        common | {"seq": 5, "revision": 2, "headcount": 6, "delegates": []},
    ]


async def test_append_ends_the_running_turn_before_the_next_one_begins(database: Database) -> None:
    briefing = await store(database, await scheduled(database), e.BriefingOpened(), e.BriefingStarted())
    briefing = await store(database, briefing, e.FloorGranted(HA_NOI, "An", "Đê điều"), when=at(10))
    await store(
        database,
        briefing,
        e.TurnEnded(HA_NOI, at(10), at(70), e.TurnEndedBecause.PREEMPTED, "An", "Đê điều"),
        e.FloorGranted(THANH_HOA, "Hòa", ""),
        when=at(70),
    )

    assert await stored(database, TurnRow) == [
        {
            "briefing_id": "b1",
            "seq": 5,
            "endpoint": HA_NOI,
            "speaker": "An",
            "topic": "Đê điều",
            "granted_at": at(10),
            "ended_at": at(70),
            "reason": "preempted",
        },
        {
            "briefing_id": "b1",
            "seq": 7,
            "endpoint": THANH_HOA,
            "speaker": "Hòa",
            "topic": "",
            "granted_at": at(70),
            "ended_at": None,
            "reason": None,
        },
    ]


async def test_append_opens_the_turn_again_whose_end_is_taken_back(database: Database) -> None:
    """Of two turns of one site the right one, by its moment to the microsecond."""
    begun, again = at(10.123456), at(40)
    briefing = await store(database, await scheduled(database), e.BriefingOpened(), e.BriefingStarted())
    for granted, ended in ((at(2), at(5)), (begun, again)):
        briefing = await store(database, briefing, e.FloorGranted(HA_NOI, "An", ""), when=granted)
        revoked = e.TurnEnded(HA_NOI, granted, ended, e.TurnEndedBecause.REVOKED, "An", "")
        briefing = await store(database, briefing, revoked, when=ended)
    briefing = await store(database, briefing, e.MoveUndone(e.UndoneMove.TURN_ENDED, HA_NOI, begun), when=at(43))

    assert await turns(database) == [(HA_NOI, at(5), "revoked"), (HA_NOI, None, None)]
    assert briefing.floor.turn is not None
    assert briefing.floor.turn.started_at == begun


async def test_append_ends_the_turn_given_by_mistake_and_opens_the_one_before(database: Database) -> None:
    """In the hub's room both are the hub's."""
    briefing = await store(database, await scheduled(database), e.BriefingOpened(), e.BriefingStarted())
    briefing = await store(database, briefing, e.FloorGranted(HUB, "An", ""), when=at(10))
    preempted = e.TurnEnded(HUB, at(10), at(20), e.TurnEndedBecause.PREEMPTED, "An", "")
    briefing = await store(database, briefing, preempted, e.FloorGranted(HUB, "Bé", ""), when=at(20))
    undone = e.TurnEnded(HUB, at(20), at(23), e.TurnEndedBecause.UNDONE, "Bé", "")
    await store(database, briefing, undone, e.MoveUndone(e.UndoneMove.GRANTED, HUB, at(10)), when=at(23))

    assert await turns(database) == [(HUB, None, None), (HUB, at(23), "undone")]


async def test_append_leaves_the_turns_alone_when_another_move_is_taken_back(database: Database) -> None:
    briefing = await store(database, await scheduled(database), e.BriefingOpened(), e.BriefingStarted())
    briefing = await store(database, briefing, e.FloorGranted(HA_NOI, "An", ""), when=at(10))
    ended = e.TurnEnded(HA_NOI, at(10), at(20), e.TurnEndedBecause.RELEASED, "An", "")
    briefing = await store(database, briefing, ended, when=at(20))

    await store(database, briefing, e.EveryoneMuted(), e.MoveUndone(e.UndoneMove.MUTED), when=at(30))

    assert await turns(database) == [(HA_NOI, at(20), "released")]


async def turns(database: Database) -> list[tuple[str, datetime | None, str | None]]:
    """Whose turns are stored, and how they ended."""
    return [(row["endpoint"], row["ended_at"], row["reason"]) for row in await stored(database, TurnRow)]


async def test_append_keeps_detected_speech(database: Database) -> None:
    await store(database, await scheduled(database), e.SpeechDetected(HUB, at(1), at(4), on_air=True, loudest=22))

    assert await stored(database, SpeechRow) == [
        {
            "briefing_id": "b1",
            "seq": 3,
            "endpoint": HUB,
            "started_at": at(1),
            "ended_at": at(4),
            "on_air": True,
            "loudest": 22,
        }
    ]


async def test_append_refuses_the_second_of_two_writers(database: Database) -> None:
    read = await scheduled(database)
    await store(database, read, e.BriefingOpened())

    with pytest.raises(StaleHead):
        await store(database, read, e.BriefingCancelled("bão"))

    async with database.read() as session:
        assert [entry.event for entry in await journal.load(session, read.id, after=2)] == [e.BriefingOpened()]


async def test_append_refuses_a_second_briefing_of_the_same_id(database: Database) -> None:
    await scheduled(database)

    with pytest.raises(StaleHead):
        await scheduled(database)


async def test_append_refuses_a_seq_that_exists_whatever_the_briefings_row_says(database: Database) -> None:
    briefing = await scheduled(database)
    row = table_of(BriefingRow)
    async with database.begin() as session:
        await session.execute(update(row).values(head_seq=1))

    with pytest.raises(StaleHead):
        await store(database, replace(briefing, head=Head(1, briefing.head.hash)), e.BriefingOpened())


async def test_a_refused_append_leaves_nothing_behind(database: Database) -> None:
    briefing = await scheduled(database)
    entries = next_entries(briefing, [e.BriefingOpened(), e.EndpointJoined(HA_NOI, FIRST)])

    async def append_and_fail(session: AsyncSession) -> None:
        await journal.append(session, entries, before=briefing, after=fold(briefing, entries))
        raise InterruptedError

    with pytest.raises(InterruptedError):
        async with database.begin() as session:
            await append_and_fail(session)

    assert await stored(database, ConnectionRow) == []
    async with database.read() as session:
        assert await journal.head(session, briefing.id) == briefing.head


async def test_of_many_writers_racing_for_one_seq_exactly_one_wins(database: Database, url: str) -> None:
    other = await Database.open(url)
    try:
        for round_number in range(5):
            read = await scheduled(database, f"race{round_number}")
            moves = [store(home, read, e.BriefingOpened()) for home in (database, other) * 4]

            outcomes = await asyncio.gather(*moves, return_exceptions=True)

            assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Briefing", *["StaleHead"] * 7]
            async with database.read() as session:
                assert len(await journal.load(session, read.id)) == 3
    finally:
        await other.close()


async def test_many_writers_that_decide_again_lose_nothing(database: Database, url: str) -> None:
    other = await Database.open(url)
    briefing = await scheduled(database)

    async def join(home: Database, connection: ConnectionId) -> None:
        while True:
            async with home.read() as session:
                state = fold(Briefing(briefing.id), await journal.load(session, briefing.id))
            try:
                await store(home, state, e.EndpointJoined(HA_NOI, connection))
            except StaleHead:
                continue
            return

    try:
        async with asyncio.TaskGroup() as tasks:
            for number in range(8):
                tasks.create_task(join((database, other)[number % 2], ConnectionId(f"c{number}")))
    finally:
        await other.close()

    async with database.read() as session:
        rows = await journal.rows(session, briefing.id)
        assert (len(rows), verify(rows, head=await journal.head(session, briefing.id))) == (10, None)


@given(events=any_events())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
async def test_any_sequence_of_events_comes_back_as_it_was(database: Database, events: list[e.Event]) -> None:
    before = Briefing(new_id())
    entries = seal(before.id, before.head, events, actor=LAN, at=START)
    last = entries[-1]
    planned = next(event.plan for event in events if isinstance(event, e.BriefingDrafted))
    after = replace(before, plan=planned, head=Head(last.seq, last.hash))
    async with database.begin() as session:
        await journal.append(session, entries, before=before, after=after)

    async with database.read() as session:
        assert await journal.load(session, before.id) == entries
        assert verify(await journal.rows(session, before.id), head=await journal.head(session, before.id)) is None


async def test_a_nul_in_a_name_is_kept_by_the_journal_and_replaced_in_read_rows(database: Database) -> None:
    briefing = await scheduled(database, title="a\x00b")

    async with database.read() as session:
        first = (await journal.load(session, briefing.id))[0]
    assert first.event == e.BriefingDrafted(plan(title="a\x00b"))
    assert (await stored(database, BriefingRow))[0]["title"] == "a\ufffdb"


async def test_a_naive_moment_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 23, 8, 30)  # noqa: DTZ001 - the mistake itself
    with pytest.raises(Exception, match="naive moment"):
        await scheduled(database, ends_at=naive)


async def test_an_unknown_site_may_leave_without_a_trace(database: Database) -> None:
    await store(database, await scheduled(database), e.EndpointLeft(EndpointCode("99"), FIRST, e.LeftBecause.RESTART))

    assert await stored(database, ConnectionRow) == []
