"""What sources send is looked at and listened to: stills of everybody, and signals that come and go."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from server.core.ids import HUB, EndpointCode
from server.media.plane import Health, Levels, Pictured, Program, Signal
from server.media.sfu.codec import Codec
from server.media.sfu.settings import SfuSettings
from server.media.sfu.sfu import Sfu
from tests.media.cameras import Room, play
from tests.media.diary import Diary
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI, THANH_HOA
from tests.media.wire import Wire, publishing

QUICK = SfuSettings(stills_every=0.4, missing_after=1.5, silent_after=1.0)


@pytest.fixture
async def sfu() -> AsyncIterator[Sfu]:
    unit = await Sfu.start(host="127.0.0.1", port=0, settings=QUICK)
    yield unit
    await unit.stop()


@asynccontextmanager
async def sending(sfu: Sfu, source: EndpointCode, room: Room) -> AsyncIterator["Site"]:
    """Publish what is seen and heard in a room, until the block ends or the room changes."""
    async with publishing(sfu, source) as wire, asyncio.TaskGroup() as group:
        site = Site(wire, group)
        site.show(room)
        yield site
        site.stop()


class Site:
    """A site that sends."""

    def __init__(self, wire: Wire, group: asyncio.TaskGroup) -> None:
        self.wire = wire
        self._group = group
        self._playing: asyncio.Task[None] | None = None

    def show(self, room: Room) -> None:
        """Send another room from now on."""
        self.stop()
        self._playing = self._group.create_task(play(self.wire, room))

    def stop(self) -> None:
        """Send nothing."""
        if self._playing:
            self._playing.cancel()


def flagged(source: EndpointCode, *signals: Signal) -> "Flagged":
    """Make a condition on health: a source has just these signals."""
    return Flagged(source, frozenset(signals))


class Flagged:
    """Whether a source has just these signals."""

    def __init__(self, source: EndpointCode, signals: frozenset[Signal]) -> None:
        self._source = source
        self._signals = signals

    def __call__(self, health: Health) -> bool:
        return any(one.source == self._source and one.signals == self._signals for one in health.publishers)


@pytest.mark.parametrize("codec", [Codec.H264, Codec.VP8])
async def test_every_source_yields_stills(sfu: Sfu, diary: Diary, codec: Codec) -> None:
    async with sending(sfu, CA_MAU, Room(codec=codec)):
        first = await diary.first(Pictured)
        second = await diary.first(Pictured, lambda event: event.still.at > first.still.at)

    assert (first.briefing, first.source) == (GIAO_BAN, CA_MAU)
    assert (first.still.width, first.still.height) == (192, 108)
    assert second.still.jpeg[:3] == b"\xff\xd8\xff"


async def test_signals_appear_and_go(sfu: Sfu, diary: Diary) -> None:
    sfu.route(GIAO_BAN, Program(on_air=CA_MAU))
    faults = {
        HA_NOI: (Room(camera="dark"), Signal.BLACK),
        THANH_HOA: (Room(camera="still"), Signal.FROZEN),
        CA_MAU: (Room(amplitude=0, level=127), Signal.SILENT),
        EndpointCode("48"): (Room(amplitude=90_000, level=2), Signal.CLIPPING),
        EndpointCode("92"): (Room(camera=""), Signal.NO_SIGNAL),
        EndpointCode("79"): (Room(amplitude=300, level=20), Signal.LEVEL_MISMATCH),
        EndpointCode("96"): (Room(level=90), Signal.LEVEL_MISMATCH),
    }
    async with asyncio.TaskGroup() as group:
        for source, (room, wrong) in faults.items():
            group.create_task(_fails_and_recovers(sfu, diary, source, room, wrong))


async def _fails_and_recovers(sfu: Sfu, diary: Diary, source: EndpointCode, room: Room, wrong: Signal) -> None:
    async with sending(sfu, source, room) as site:
        await diary.first(Health, flagged(source, wrong))
        site.show(Room(amplitude=26_000, level=5) if wrong is Signal.CLIPPING else Room())
        await diary.first(Health, flagged(source), after=len(diary.events))


@pytest.mark.parametrize(("amplitude", "told", "true"), [(0, 20, 127), (3_277, 127, 23)])
async def test_levels_of_a_source_that_tells_them_wrong_are_measured(
    sfu: Sfu, diary: Diary, amplitude: int, told: int, true: int
) -> None:
    async with sending(sfu, HA_NOI, Room(amplitude=amplitude, level=told)):
        believed = await diary.first(Levels)
        await diary.first(Health, flagged(HA_NOI, Signal.LEVEL_MISMATCH))
        await diary.first(Levels, lambda event: abs(dict(event.levels)[HA_NOI] - true) <= 2, after=len(diary.events))
        before = len(diary.all(Levels))
        await diary.first(Levels, lambda _: len(diary.all(Levels)) >= before + 5)

    assert believed.levels == ((HA_NOI, told),)
    measured = [dict(event.levels)[HA_NOI] for event in diary.all(Levels)[before:]]
    assert measured == pytest.approx([true] * len(measured), abs=2)


async def test_site_off_air_is_not_silent_and_a_lively_one_has_no_signals(sfu: Sfu, diary: Diary) -> None:
    async with sending(sfu, THANH_HOA, Room(amplitude=0, level=127)), sending(sfu, HUB, Room()):
        await diary.first(Health, lambda health: len(health.publishers) == 2)
        await asyncio.sleep(2.5)  # more than any fault needs to show

    signals = [one.signals for health in diary.all(Health) for one in health.publishers]
    assert set(signals) == {frozenset()}


async def test_killed_helper_comes_back_and_nobody_notices(sfu: Sfu, diary: Diary) -> None:
    async with sending(sfu, HA_NOI, Room()), sending(sfu, CA_MAU, Room(codec=Codec.VP8)):
        await diary.first(Pictured)
        before = sfu.inspector.pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        seen = len(diary.events)
        await diary.first(Pictured, lambda event: event.source == HA_NOI, after=seen)
        await diary.first(Pictured, lambda event: event.source == CA_MAU, after=seen)

    assert sfu.inspector.pid != before
