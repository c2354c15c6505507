"""Rooms over a real database, with a plain list of what was routed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from server.core import briefing as lifecycle
from server.core.events import Plan
from server.core.ids import Actor, BriefingId, EndpointCode, RosterName
from server.core.state import Briefing, Phase
from server.core.status import MediaStatus, Place, ServiceStatus
from server.live.room import Room
from server.live.rooms import Rooms
from server.live.world import Ledger, World
from server.store import briefings
from server.store.database import Database
from server.store.ledger import StoredLedger
from tests.databases import lay_out

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
THANH_HOA, CA_MAU, HA_NOI = EndpointCode("38"), EndpointCode("96"), EndpointCode("01")
CHAIR = Actor("user:chair")
GRACE = timedelta(seconds=30)
PLAN = Plan("Giao ban tháng 11", NOON, NOON + timedelta(hours=2), RosterName("63"), (HA_NOI, THANH_HOA, CA_MAU))

Routed = tuple[EndpointCode | None, tuple[EndpointCode, ...]]


@dataclass
class House:
    """One process's rooms over a database."""

    database: Database
    now: datetime = NOON
    routed: list[Routed] = field(default_factory=list)
    presenting: EndpointCode | None = None  # as it was routed last
    recording: bool = False  # the same
    moved: list[tuple[Phase, Phase]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.use(StoredLedger(self.database))

    def use(self, ledger: Ledger) -> None:
        """Begin with no rooms, over this ledger."""
        self.rooms = Rooms(
            World(
                ledger=ledger,
                grace=GRACE,
                clock=lambda: self.now,
                route=self._route,
                place_of=lambda _state: lambda code: Place(code, ""),
                service=lambda: ServiceStatus(MediaStatus(NOON)),
                changed=lambda _room: None,
                moved=self._moved,
            )
        )

    async def live_room(self) -> Room:
        """Return the room of a briefing that has begun."""
        room = self.rooms.fresh(briefings.new_id())
        await room.move(partial(lifecycle.draft, plan=PLAN), CHAIR)
        self.rooms.keep(room)
        for decide in (lifecycle.schedule, lifecycle.open_, lifecycle.start):
            await room.move(decide, CHAIR)
        return room

    def _route(
        self,
        _briefing: BriefingId,
        on_air: EndpointCode | None,
        on_deck: tuple[EndpointCode, ...],
        presenting: EndpointCode | None,
        *,
        recording: bool,
    ) -> None:
        self.routed.append((on_air, on_deck))
        self.presenting = presenting
        self.recording = recording

    async def _moved(self, before: Briefing, after: Briefing) -> None:
        self.moved.append((before.phase, after.phase))


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    return lay_out(tmp_path)


@pytest.fixture
async def house(database_file: Path) -> AsyncIterator[House]:
    database = await Database.open(f"sqlite+aiosqlite:///{database_file}")
    yield House(database)
    await database.close()


@pytest.fixture
async def other_house(house: House, database_file: Path) -> AsyncIterator[House]:
    """Another process over the same database."""
    assert house.database
    database = await Database.open(f"sqlite+aiosqlite:///{database_file}")
    yield House(database)
    await database.close()
