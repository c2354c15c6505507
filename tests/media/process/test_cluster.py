"""Two media processes and one briefing: who is where does not matter, and one outlives the other."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from server.core.ids import HUB, MediaId
from server.media.errors import UnknownMedia
from server.media.plane import Gone, Health, Levels, Program, Published, StandingChanged, Unpublished
from server.media.process.cluster import REDUCED, Cluster, path_of
from server.media.process.supervisor import RESTARTED, Supervisor
from tests.media.diary import Diary
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI
from tests.media.process.conftest import COMMAND, SETUP, pid_of
from tests.media.process.sound import hears_on, sounding
from tests.media.wire import H264, KEY, Wire, publishing, watching


def left(folder: Path) -> list[Path]:
    """List what is in a folder."""
    return list(folder.iterdir())


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    one = await Cluster.start(tmp_path, SETUP, COMMAND, processes=2)
    yield one
    await one.stop()
    assert left(tmp_path) == []


def home(cluster: Cluster, media: MediaId) -> Supervisor:
    """Return the process that has a session."""
    return next(one for one in cluster._processes if one.lasts(media))


async def silent(viewer: Wire) -> None:
    """Wait until nothing comes for 0.2 s: ten packets that are not there."""
    async with asyncio.timeout(5):
        heard = -1
        while heard != len(viewer.packets):
            heard = len(viewer.packets)
            await asyncio.sleep(0.2)


async def test_everybody_hears_the_speaker_and_the_hub_from_whichever_process(cluster: Cluster) -> None:
    cluster.route(GIAO_BAN, Program(on_air=HA_NOI))
    async with AsyncExitStack() as stack:
        diary = await stack.enter_async_context(Diary.of(cluster))
        hub = await stack.enter_async_context(publishing(cluster, HUB))
        site = await stack.enter_async_context(publishing(cluster, HA_NOI))
        viewers = [await stack.enter_async_context(watching(cluster, None, pairs=2)) for _ in range(4)]
        for sender in (hub, site):
            await stack.enter_async_context(sounding(sender))
        for viewer in viewers:
            await viewer.hears(lambda wire: all(len(wire.of(wire.ssrcs[line])) > 5 for line in (0, 2)))
        health = await diary.first(Health, lambda one: len(one.publishers) == 2 and len(one.subscribers) == 4)
        heard = await diary.first(Levels, lambda one: len(one.levels) == 2)
        site.send(H264, KEY, timestamp=0)
        await asyncio.gather(*(viewer.hears(lambda wire: bool(wire.of(wire.ssrcs[1]))) for viewer in viewers))

        assert home(cluster, hub.media) is not home(cluster, site.media)
        assert {home(cluster, viewer.media) for viewer in viewers} == set(cluster._processes)
        assert {one.source for one in health.publishers} == {source for source, _ in heard.levels} == {HUB, HA_NOI}
        assert cluster.counters.peers == 6


async def test_what_replaces_what_is_decided_in_one_process(cluster: Cluster) -> None:
    async with (
        Diary.of(cluster) as diary,
        publishing(cluster, HA_NOI) as before,
        publishing(cluster, CA_MAU),
        publishing(cluster, HA_NOI) as after,
    ):
        ended = await diary.first(Unpublished)
        assert (ended.media, ended.reason) == (before.media, Gone.REPLACED)
        async with AsyncExitStack() as stack:
            for _ in range(10):
                await stack.enter_async_context(watching(cluster, HA_NOI))
            assert len(cluster.resources) == 2 + 8  # a site has no more subscriptions than one process allows

        await cluster.expel(GIAO_BAN, HA_NOI)
        await diary.first(Unpublished, lambda one: one.media == after.media)
        with pytest.raises(UnknownMedia):
            await cluster.close(after.media)


async def test_a_process_that_dies_takes_its_sessions_and_no_others(cluster: Cluster) -> None:
    cluster.route(GIAO_BAN, Program(on_air=HA_NOI))
    async with AsyncExitStack() as stack:
        diary = await stack.enter_async_context(Diary.of(cluster))
        hub = await stack.enter_async_context(publishing(cluster, HUB))
        site = await stack.enter_async_context(publishing(cluster, HA_NOI))
        viewers = [await stack.enter_async_context(watching(cluster, None, pairs=2)) for _ in range(2)]
        await stack.enter_async_context(sounding(hub))
        await stack.enter_async_context(sounding(site))
        for viewer in viewers:
            await viewer.hears(lambda wire: all(wire.of(wire.ssrcs[line]) for line in (0, 2)))
        dying = home(cluster, hub.media)
        (survivor,) = [viewer for viewer in viewers if home(cluster, viewer.media) is not dying]
        before = cluster.standing
        os.kill(pid_of(dying), signal.SIGKILL)

        lost = await diary.first(Unpublished)
        assert (lost.source, lost.media, lost.reason) == (HUB, hub.media, Gone.LOST)
        reduced = await diary.first(StandingChanged, lambda one: bool(one.standing.alarms))
        assert [alarm.code for alarm in reduced.standing.alarms] == [REDUCED]
        assert reduced.standing.since != before.since  # everybody looks whether it is still there
        assert cluster.lasts(site.media)
        await hears_on(survivor)

        again = await stack.enter_async_context(publishing(cluster, HUB))  # where there is a process already
        await stack.enter_async_context(sounding(again))
        await diary.first(Published, lambda one: one.media == again.media)
        heard = len(survivor.of(survivor.ssrcs[2]))
        await survivor.hears(lambda wire: len(wire.of(wire.ssrcs[2])) > heard + 5)

        whole = await diary.first(
            StandingChanged, lambda one: [alarm.code for alarm in one.standing.alarms] == [RESTARTED]
        )
        assert whole.standing.since == reduced.standing.since
        late = await stack.enter_async_context(watching(cluster, None, pairs=2))
        assert home(cluster, late.media) is dying  # the new process has the fewest; the trunk is there again
        await late.hears(lambda wire: all(len(wire.of(wire.ssrcs[line])) > 5 for line in (0, 2)))


async def test_the_next_server_finds_all_processes_and_their_trunk(tmp_path: Path) -> None:
    first = await Cluster.start(tmp_path, SETUP, COMMAND, processes=2)
    first.route(GIAO_BAN, Program(on_air=HA_NOI))
    async with publishing(first, HA_NOI) as site, watching(first, None) as viewer, sounding(site):
        await hears_on(viewer)
        await first.leave()
        await hears_on(viewer)  # nobody is in charge, and it goes on
        second = await Cluster.start(tmp_path, SETUP, COMMAND, processes=2)
        try:
            assert {one.media for one in second.resources} == {site.media, viewer.media}
            await hears_on(viewer)
            second.route(GIAO_BAN, Program())
            await silent(viewer)
        finally:
            await second.stop()


async def test_each_process_has_the_next_port_and_none_is_left_when_one_is_taken(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        number = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            await Cluster.start(tmp_path, replace(SETUP, port=number - 1), COMMAND, processes=2)
    assert not path_of(tmp_path, 0).exists()
    one = await Cluster.start(tmp_path, replace(SETUP, port=number - 1), COMMAND, processes=2)
    assert [process.port for process in one._processes] == [number - 1, number]
    await one.stop()
