"""The service is killed around the moments at which things fall due: each is done, none early, none twice."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.core import events as e
from server.core.ids import Actor, BriefingId, EndpointCode, RosterName
from server.core.journal import Entry, seal, verify
from server.core.state import Briefing, fold
from server.store import journal
from server.store.database import Database
from server.store.tables import JournalRow, table_of
from tests.journeys.processes import server, until

SITES = (EndpointCode("01"), EndpointCode("38"))
CROWD = [BriefingId(f"b{number}") for number in range(40)]
"""Enough briefings due at one moment that a kill comes between them."""

MISSED = BriefingId("missed")
KINDS = ("BriefingOpened", "EndpointsMarkedLate", "BriefingClosed")
"""What falls due, in order: with the lobby, at the start, at the hard end."""

WITHOUT_MEDIA_PROCESS = {"GIAOBAN_MEDIA_PROCESSES": "0"}
"""What falls due does not depend on it, and the service starts sooner."""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """The service's own database, for a look beside it."""
    opened = await Database.open(f"sqlite:///{tmp_path}/giaoban.sqlite3")
    yield opened
    await opened.close()


async def seconds_to_start(folder: Path) -> float:
    """Measure how long the service takes to come up on this machine as it is now."""
    begun = asyncio.get_running_loop().time()
    async with server(folder, **WITHOUT_MEDIA_PROCESS):
        return asyncio.get_running_loop().time() - begun


async def schedule(database: Database, names: Sequence[BriefingId], opens_at: datetime, gap: timedelta) -> None:
    """Publish briefings whose lobby, start and hard end are `gap` apart."""
    starts_at = opens_at + gap
    plan = e.Plan("Giao ban", starts_at, starts_at + gap, RosterName("63"), SITES)
    events: list[e.Event] = [e.BriefingDrafted(plan), e.BriefingScheduled()]
    async with database.begin() as session:
        for fresh in map(Briefing, names):
            entries = seal(fresh.id, fresh.head, events, actor=Actor("user:lan"), at=datetime.now(UTC))
            await journal.append(session, entries, before=fresh, after=fold(fresh, entries))


async def read(database: Database, name: BriefingId) -> list[Entry]:
    async with database.read() as session:
        assert verify(await journal.rows(session, name), head=await journal.head(session, name)) is None
        return await journal.load(session, name)


async def number_of(database: Database, kind: str) -> int:
    entry = table_of(JournalRow)
    async with database.read() as session:
        return await session.scalar(select(func.count()).where(entry.c.kind == kind)) or 0


async def moment_to_kill(database: Database, when: str, due: datetime, kind: str) -> None:
    """Wait until shortly before it is due, or until it has been done to the first, or to all."""
    if when == "before":
        await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds() - 0.01))
        return
    async with asyncio.timeout(120):
        while await number_of(database, kind) < {"amid": 1, "after": len(CROWD)}[when]:
            pass  # no pause: the first one is to be seen before the others are done


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "kills",
    [
        ("amid", "before", "after"),
        pytest.param(("before", "after", "amid"), marks=pytest.mark.soak),
        pytest.param(("after", "amid", "before"), marks=pytest.mark.soak),
    ],
)
async def test_killed_around_due_times_everything_due_is_done_exactly_once(
    database: Database, tmp_path: Path, kills: tuple[str, str, str]
) -> None:
    gap = timedelta(seconds=max(2.0, 2 * await seconds_to_start(tmp_path / "trial")))
    opens_at = datetime.now(UTC) + gap
    dues = (opens_at, opens_at + gap, opens_at + 2 * gap)
    await schedule(database, [MISSED], opens_at - timedelta(days=1), gap)
    await schedule(database, CROWD, opens_at, gap)
    settings = {
        **WITHOUT_MEDIA_PROCESS,
        "GIAOBAN_LOBBY_MINUTES": str(gap.total_seconds() / 60),
        "GIAOBAN_LATE_MINUTES": "0",
        "GIAOBAN_OVERRUN_MINUTES": "0",
    }

    async def everything_is_over() -> bool:
        return (await number_of(database, KINDS[-1]), await number_of(database, "BriefingCancelled")) == (len(CROWD), 1)

    async with server(tmp_path, **settings) as service:
        for due, kind, when in zip(dues, KINDS, kills, strict=True):
            await moment_to_kill(database, when, due, kind)
            await service.kill()
            await service.start()
        await until(everything_is_over, within=60, what="all briefings are closed or cancelled")

    for name in CROWD:
        by_clock = (await read(database, name))[2:]
        assert [(entry.actor, entry.event) for entry in by_clock] == [
            ("clock", e.BriefingOpened()),
            ("clock", e.EndpointsMarkedLate(SITES)),
            ("clock", e.BriefingClosed(e.ClosedBecause.HARD_END)),
        ]
        assert all(entry.at >= due for entry, due in zip(by_clock, dues, strict=True))
    assert [type(entry.event) for entry in (await read(database, MISSED))[2:]] == [e.BriefingCancelled]
