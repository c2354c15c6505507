"""The media process is killed while it records: nothing that was said until then is lost, and its heir goes on."""

import os
import signal
from dataclasses import replace
from pathlib import Path

from server.core.ids import HUB
from server.media.plane import Program, RecorderHealth
from server.media.sfu.settings import SfuSettings
from tests.media.cameras import Room
from tests.media.diary import Diary
from tests.media.peers import GIAO_BAN
from tests.media.process.conftest import SETUP, Start, pid_of
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
