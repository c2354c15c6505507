"""The service is killed around the moments at which things fall due: each is done, none early, none twice."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.core import events as e
from server.core.ids import Actor, BriefingId, EndpointCode, RosterName
from server.core.journal import Entry, seal, verify
from server.core.state import Briefing, fold
from server.store import journal
from server.store.database import Database
from tests.journeys.processes import server, until

GAP = timedelta(seconds=4)
"""Between the lobby, the start and the hard end: about as long as the service takes to come back."""

SETTINGS = {
    "GIAOBAN_LOBBY_MINUTES": str(GAP.total_seconds() / 60),
    "GIAOBAN_LATE_MINUTES": "0",
    "GIAOBAN_OVERRUN_MINUTES": "0",
}
SITES = (EndpointCode("01"), EndpointCode("38"))
CROWD = [BriefingId(f"b{number}") for number in range(12)]
"""Enough briefings due at one moment that a kill comes between them."""


async def schedule(database: Database, name: BriefingId, opens_at: datetime) -> None:
    starts_at = opens_at + GAP
    plan = e.Plan("Giao ban", starts_at, starts_at + GAP, RosterName("63"), SITES)
    fresh = Briefing(name)
    events: list[e.Event] = [e.BriefingDrafted(plan), e.BriefingScheduled()]
    entries = seal(name, fresh.head, events, actor=Actor("user:lan"), at=datetime.now(UTC))
    async with database.begin() as session:
        await journal.append(session, entries, before=fresh, after=fold(fresh, entries))


async def read(database: Database, name: BriefingId) -> list[Entry]:
    async with database.read() as session:
        assert verify(await journal.rows(session, name), head=await journal.head(session, name)) is None
        return await journal.load(session, name)


async def sleep_until(moment: datetime) -> None:
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))


@pytest.mark.slow
@pytest.mark.parametrize("kills", [(15, -10, 60), (-10, 60, 15), (60, 15, -10)])
async def test_killed_around_due_times_everything_due_is_done_exactly_once(
    tmp_path: Path, kills: tuple[int, int, int]
) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/giaoban.sqlite3")
    opens_at = datetime.now(UTC) + GAP
    dues = (opens_at, opens_at + GAP, opens_at + 2 * GAP)
    missed = BriefingId("missed")
    await schedule(database, missed, opens_at - timedelta(days=1))
    for name in CROWD:
        await schedule(database, name, opens_at)

    async def everything_is_over() -> bool:
        ends = [(await read(database, name))[-1].event for name in (*CROWD, missed)]
        return all(isinstance(end, e.BriefingClosed | e.BriefingCancelled) for end in ends)

    async with server(tmp_path, **SETTINGS) as service:
        for due, milliseconds in zip(dues, kills, strict=True):
            await sleep_until(due + timedelta(milliseconds=milliseconds))
            await service.kill()
            await service.start()
        await until(everything_is_over, within=20, what="all briefings are closed or cancelled")

    for name in CROWD:
        by_clock = (await read(database, name))[2:]
        assert [(entry.actor, entry.event) for entry in by_clock] == [
            ("clock", e.BriefingOpened()),
            ("clock", e.EndpointsMarkedLate(SITES)),
            ("clock", e.BriefingClosed(e.ClosedBecause.HARD_END)),
        ]
        assert all(entry.at >= due for entry, due in zip(by_clock, dues, strict=True))
    assert [type(entry.event) for entry in (await read(database, missed))[2:]] == [e.BriefingCancelled]
    await database.close()
