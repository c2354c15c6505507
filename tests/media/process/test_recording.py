"""The media process is killed while it records: nothing that was said until then is lost, and its heir goes on."""

import os
import signal
from dataclasses import replace
from pathlib import Path

from server.core.ids import HUB
from server.media.plane import Program, RecorderHealth
from server.media.process.cluster import Cluster
from server.media.sfu.settings import SfuSettings
from tests.media.cameras import Room
from tests.media.diary import Diary
from tests.media.peers import CA_MAU, GIAO_BAN, THANH_HOA
from tests.media.process.conftest import COMMAND, SETUP, Start, pid_of
from tests.media.tapes import finished, grown, listed, on_camera, until, watch


async def test_a_killed_media_process_leaves_a_whole_file_and_its_heir_begins_another(
    start: Start, tmp_path: Path
) -> None:
    plane = await start(sfu=replace(SETUP.sfu, recording_dir=str(tmp_path)))
    async with Diary.of(plane) as diary:
        plane.route(GIAO_BAN, Program(recording=True))
        async with on_camera(plane, HUB, Room()):
            await grown(tmp_path, 1, 60_000)
            os.kill(pid_of(plane), signal.SIGKILL)
            (first,) = await finished(tmp_path, 1)
        await diary.first(RecorderHealth, after=len(diary.events))
        async with on_camera(plane, HUB, Room()):
            await grown(tmp_path, 2, 20_000)
        plane.route(GIAO_BAN, Program())
        _, second = await finished(tmp_path, 2)

    films = [watch(tmp_path / GIAO_BAN / part.file) for part in (first, second)]
    assert [part.number for part in (first, second)] == [1, 2]
    assert all(film.pictures > 20 for film in films)


async def test_a_server_that_leaves_and_comes_back_does_not_interrupt_the_recording(
    start: Start, tmp_path: Path
) -> None:
    sfu = SfuSettings(recording_dir=str(tmp_path))
    before = await start(sfu=sfu)
    before.route(GIAO_BAN, Program(recording=True))
    async with on_camera(before, HUB, Room()):
        await grown(tmp_path, 1, 20_000)
        await before.leave()
        after = await start(sfu=sfu)
        after.route(GIAO_BAN, Program(recording=True))
        await grown(tmp_path, 1, 100_000)
        after.route(GIAO_BAN, Program())
        await until(lambda: bool(listed(tmp_path)[0].sealed))

    (part,) = listed(tmp_path)
    assert watch(tmp_path / GIAO_BAN / part.file).longest_gap < 0.2


def records(pid: int) -> bool:
    """Whether a process has a recorder for a child."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return any(b"recording.helper" in Path(f"/proc/{child}/cmdline").read_bytes() for child in children)


async def test_of_several_processes_another_records_when_the_first_dies(tmp_path: Path) -> None:
    """Whichever has the speaker: the stage crosses to the one that records."""
    folder = tmp_path / "recordings"
    setup = replace(SETUP, sfu=replace(SETUP.sfu, recording_dir=str(folder)))
    cluster = await Cluster.start(tmp_path, setup, COMMAND, processes=2)
    try:
        cluster.route(GIAO_BAN, Program(THANH_HOA, recording=True))
        async with on_camera(cluster, CA_MAU, Room()), on_camera(cluster, THANH_HOA, Room("dark")):
            first, second = cluster.pids
            await grown(folder, 1, 40_000)
            assert [records(first), records(second)] == [True, False]
            os.kill(first, signal.SIGKILL)
            await finished(folder, 1)
            await grown(folder, 2, 40_000)
            assert records(second)
            cluster.route(GIAO_BAN, Program(THANH_HOA))
            before, after = await finished(folder, 2)
    finally:
        await cluster.stop()

    assert [part.source for part in (before, after)] == [THANH_HOA, THANH_HOA]
    assert all(watch(folder / GIAO_BAN / part.file).pictures > 20 for part in (before, after))
    assert (after.began_at - before.ended_at).total_seconds() < 5
