"""The media process is killed, stopped, left alone and found again, with real media on it all the while."""

import asyncio
import errno
import os
import signal
import socket
from functools import partial
from pathlib import Path

import pytest

from server.core.ids import HUB, MediaId
from server.media.errors import BadOffer, MediaDown, UnknownMedia
from server.media.plane import Gone, Health, Program, Published, Resource, StandingChanged, Unpublished, Unsubscribed
from server.media.process import supervisor
from server.media.process.supervisor import Supervisor
from server.media.sfu.ice import fresh_credentials
from tests.media.diary import Diary
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI
from tests.media.process.conftest import COMMAND, SETUP, Start, pid_of
from tests.media.process.sound import hears_on, sounding
from tests.media.wire import offer, publishing, watching


def lives(pid: int) -> bool:
    """Whether there is such a process."""
    return Path(f"/proc/{pid}").exists()


async def test_a_site_on_air_is_heard_through_the_process(plane: Supervisor) -> None:
    async with Diary.of(plane) as diary, publishing(plane, HA_NOI) as site, watching(plane, None) as viewer:
        plane.route(GIAO_BAN, Program(on_air=HA_NOI))
        async with sounding(site):
            await hears_on(viewer)
            health = await diary.first(Health, lambda one: bool(one.publishers and one.subscribers))
        told = await diary.first(Published)

    assert (told.source, told.media) == (HA_NOI, site.media)
    assert [one.source for one in health.publishers] == [HA_NOI]


async def test_mirror_knows_what_lasts_and_by_which_ticket(plane: Supervisor) -> None:
    async with Diary.of(plane) as diary, publishing(plane, HA_NOI) as site:
        offered = offer("sendonly", fresh_credentials(), pairs=0, content=True)
        answer = await plane.publish(GIAO_BAN, HA_NOI, offered, content=True, ticket="token 1234")
        before = {one.media: one for one in plane.resources}
        await plane.close(answer.media)
        await diary.first(Unpublished, lambda one: one.media == answer.media)

        assert before[answer.media] == Resource(answer.media, GIAO_BAN, HA_NOI, True, content=True, ticket="token 1234")
        assert plane.lasts(site.media)
        assert not plane.lasts(answer.media)


async def test_killed_process_is_replaced_and_told_who_is_on_air(plane: Supervisor) -> None:
    plane.route(GIAO_BAN, Program(on_air=HA_NOI))
    async with Diary.of(plane) as diary:
        async with publishing(plane, HA_NOI) as site, watching(plane, CA_MAU) as viewer, sounding(site):
            await hears_on(viewer)
            first = pid_of(plane)
            os.kill(first, signal.SIGKILL)
            down = await diary.first(StandingChanged, lambda one: one.standing.since is None)
            with pytest.raises(MediaDown):
                await plane.publish(GIAO_BAN, HUB, "v=0")
            await plane.expel(GIAO_BAN, CA_MAU)
            up = await diary.first(StandingChanged, lambda one: one.standing.since is not None, after=1)
        async with publishing(plane, HA_NOI) as site, watching(plane, CA_MAU) as viewer, sounding(site):
            await hears_on(viewer)

    lost = {(event.media, event.reason) for event in diary.events if isinstance(event, Unpublished | Unsubscribed)}
    assert len({media for media, reason in lost if reason is Gone.LOST}) == 2
    assert [one.code for one in down.standing.alarms] == [supervisor.DOWN]
    assert [one.code for one in up.standing.alarms] == [supervisor.RESTARTED]
    assert first != pid_of(plane)


async def test_alarm_of_a_restart_is_over_after_a_while(plane: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "REMEMBERED", 0.1)
    async with Diary.of(plane) as diary:
        os.kill(pid_of(plane), signal.SIGKILL)
        await diary.first(StandingChanged, lambda one: one.standing.since is None)
        await diary.first(StandingChanged, lambda one: bool(one.standing.since) and not one.standing.alarms, after=2)

    assert plane.standing.alarms == ()


async def test_stuck_process_is_replaced(plane: Supervisor) -> None:
    stuck = pid_of(plane)
    async with Diary.of(plane) as diary:
        os.kill(stuck, signal.SIGSTOP)
        offering = asyncio.gather(plane.publish(GIAO_BAN, HUB, "v=0"), return_exceptions=True)
        await diary.first(StandingChanged, lambda one: bool(one.standing.since and one.standing.alarms))

    assert isinstance((await offering)[0], MediaDown)
    assert pid_of(plane) != stuck
    assert not lives(stuck)


async def test_process_that_does_not_start_is_tried_again(plane: Supervisor) -> None:
    works, plane._command = plane._command, ("-c", "raise SystemExit(1)")
    async with Diary.of(plane) as diary:
        os.kill(pid_of(plane), signal.SIGKILL)
        await diary.first(StandingChanged, lambda one: one.standing.since is None)
        plane._command = works
        await diary.first(StandingChanged, lambda one: one.standing.since is not None, after=2)


async def test_media_goes_on_without_a_server_and_the_next_one_takes_over(plane: Supervisor, start: Start) -> None:
    plane.route(GIAO_BAN, Program(on_air=HA_NOI))
    async with publishing(plane, HA_NOI) as site, watching(plane, CA_MAU) as viewer, sounding(site):
        await hears_on(viewer)
        had, as_it_was = set(plane.resources), (pid_of(plane), plane.standing.since, plane.port)
        await plane.leave()
        await hears_on(viewer)
        following = await start()
        assert set(following.resources) == had
        assert (pid_of(following), following.standing.since, following.port) == as_it_was
        async with Diary.of(following) as diary:
            following.route(GIAO_BAN, Program())
            await following.close(viewer.media)
            ended = await diary.first(Unsubscribed)

    assert (ended.media, ended.reason) == (viewer.media, Gone.CLOSED)
    assert {one.arrives for one in had if one.publishes} == {True}


async def test_process_without_a_server_ends_by_itself(start: Start) -> None:
    plane = await start(linger=0.1)
    pid = pid_of(plane)

    await plane.leave()

    async with asyncio.timeout(10):
        assert await asyncio.to_thread(os.waitpid, pid, 0) == (pid, 0)


async def test_process_of_another_setup_ends_and_another_is_started(plane: Supervisor, start: Start) -> None:
    async with publishing(plane, HA_NOI) as site:
        pid = pid_of(plane)
        await plane.leave()
        following = await start(linger=19.0)
        await asyncio.wait_for(site.left.wait(), 5)  # it says goodbye

    assert pid_of(following) != pid
    assert not lives(pid)
    assert list(following.resources) == []


async def test_process_that_does_not_answer_a_new_server_is_replaced(
    plane: Supervisor, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_ATTACH_WITHIN", 0.5)
    pid = pid_of(plane)
    await plane.leave()
    os.kill(pid, signal.SIGSTOP)

    following = await start()

    assert pid_of(following) != pid
    assert not lives(pid)


async def test_second_server_is_refused_while_the_first_is_there(plane: Supervisor, start: Start) -> None:
    with pytest.raises(OSError, match="another server"):
        await start()

    with pytest.raises(UnknownMedia):
        await plane.close(MediaId("it still answers"))
    with pytest.raises(BadOffer):
        await plane.publish(GIAO_BAN, HUB, "no offer")


async def test_port_that_is_taken_is_said_at_once(start: Start) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OSError) as refused:  # noqa: PT011 - the number says which
            await start(port=taken.getsockname()[1])

    assert refused.value.errno == errno.EADDRINUSE


async def test_stop_says_goodbye_and_leaves_nothing(plane: Supervisor, tmp_path: Path) -> None:
    pid, left = pid_of(plane), partial(os.listdir, tmp_path)
    mode = plane._path.stat().st_mode & 0o777
    async with publishing(plane, HA_NOI) as site:
        await plane.stop()
        await asyncio.wait_for(site.left.wait(), 5)

    assert mode == 0o600  # for this account only
    assert not lives(pid)
    assert left() == []


async def test_socket_may_lie_deep(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / "media.socket"
    plane = await Supervisor.start(deep, SETUP, COMMAND)
    await plane.stop()
