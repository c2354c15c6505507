"""The stage is recorded: real packets in, files out, and everything but the last seconds after any death."""

import asyncio
import os
import resource
import select
import signal
import socket
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from server.core.ids import HUB
from server.core.tape import Slot
from server.media.plane import Program, RecorderHealth
from server.media.recording.helper import Backlog
from server.media.recording.messages import Lane, Tuned, write
from server.media.sfu.codec import Codec
from server.media.sfu.crossing import MEDIA
from tests.media.cameras import HEIGHT, WIDTH, Room
from tests.media.diary import Diary
from tests.media.peers import GIAO_BAN, THANH_HOA
from tests.media.tapes import finished, grown, on_camera, record, recording_unit, watch
from tests.media.wire import H264, KEY, OPUS, publishing, watching


@pytest.mark.parametrize(("codec", "names"), [(Codec.H264, ("h264", "opus")), (Codec.VP8, ("vp8", "opus"))])
async def test_the_hub_is_recorded_as_it_was_sent(codec: Codec, names: tuple[str, ...], tmp_path: Path) -> None:
    async with recording_unit(tmp_path) as sfu, on_camera(sfu, HUB, Room(codec=codec)):
        record(sfu)
        await grown(tmp_path, 1, 60_000)
        record(sfu, recording=False)
        (part,) = await finished(tmp_path, 1)

    film = watch(tmp_path / GIAO_BAN / part.file)
    assert part.sealed is not None
    assert (part.source, part.codec, part.width, part.height) == (HUB, codec, WIDTH, HEIGHT)
    assert (film.codecs, film.sizes) == (names, frozenset({(WIDTH, HEIGHT)}))
    assert film.longest_gap < 0.2
    assert film.sounds[0] == pytest.approx(50 * film.seconds, abs=5)
    assert film.seconds == pytest.approx(part.sealed.milliseconds / 1000, abs=0.1)


async def test_a_source_that_takes_the_stage_has_a_file_of_its_own(tmp_path: Path) -> None:
    async with recording_unit(tmp_path) as sfu, on_camera(sfu, HUB, Room()), on_camera(sfu, THANH_HOA, Room("dark")):
        record(sfu)
        await grown(tmp_path, 1, 20_000)
        record(sfu, THANH_HOA)
        await grown(tmp_path, 2, 20_000)
        record(sfu)
        await grown(tmp_path, 3, 20_000)
        record(sfu, recording=False)
        parts = await finished(tmp_path, 3)

    films = [watch(tmp_path / GIAO_BAN / part.file) for part in parts]
    assert [(part.source, part.has_hub) for part in parts] == [(HUB, False), (THANH_HOA, True), (HUB, False)]
    assert [len(film.sounds) for film in films] == [1, 2, 1]
    assert films[1].sounds[1] > 0.8 * films[1].sounds[0]
    gaps = [after.began_at - before.ended_at for before, after in pairwise(parts)]
    assert all(abs(gap.total_seconds()) < 1.5 for gap in gaps)


async def test_what_is_presented_is_recorded_beside_the_stage(tmp_path: Path) -> None:
    async with recording_unit(tmp_path) as sfu, on_camera(sfu, HUB, Room()):
        sfu.route(GIAO_BAN, Program(presenting=THANH_HOA, recording=True))
        await grown(tmp_path, 1, 1)
        async with on_camera(sfu, THANH_HOA, Room("dark", codec=Codec.VP8), content=True):
            await grown(tmp_path, 2, 1)
            await grown(tmp_path, 1, 60_000)
            record(sfu)  # what nobody is shown any more is recorded no longer
            await finished(tmp_path, 1)
        record(sfu, recording=False)
        stage, content = await finished(tmp_path, 2)

    assert [(part.slot, part.source, part.codec) for part in (stage, content)] == [
        (Slot.STAGE, HUB, "H264"),
        (Slot.CONTENT, THANH_HOA, "VP8"),
    ]
    films = [watch(tmp_path / GIAO_BAN / part.file) for part in (stage, content)]
    assert [len(film.sounds) for film in films] == [1, 0]
    assert all(film.pictures > 20 and film.longest_gap < 0.2 for film in films)


async def test_the_recorder_gives_signs_of_life(tmp_path: Path) -> None:
    async with recording_unit(tmp_path) as sfu, Diary.of(sfu) as diary, on_camera(sfu, HUB, Room()):
        record(sfu)

        told = await diary.first(RecorderHealth, lambda one: one.parts == 1)

    assert (told.briefing, told.failure, told.is_low) == (GIAO_BAN, None, False)
    assert told.free is not None


async def test_a_recorder_that_is_killed_loses_no_more_than_its_last_fragment(tmp_path: Path) -> None:
    async with recording_unit(tmp_path) as sfu, Diary.of(sfu) as diary, on_camera(sfu, HUB, Room()):
        record(sfu)
        await grown(tmp_path, 1, 60_000)
        pid = sfu.recorder(GIAO_BAN)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await diary.first(RecorderHealth, lambda one: one.failure == "lost")
        await grown(tmp_path, 2, 20_000)
        await diary.first(RecorderHealth, lambda one: one.failure is None, after=len(diary.events))
        record(sfu, recording=False)
        cut, whole = (await finished(tmp_path, 1))[:2]

    film = watch(tmp_path / GIAO_BAN / cut.file)
    assert (cut.sealed, whole.sealed is None) == (None, False)
    assert film.pictures > 40
    assert film.longest_gap < 0.2


async def test_a_full_disk_is_told_while_it_lasts_and_what_was_written_plays(tmp_path: Path) -> None:
    async with recording_unit(tmp_path) as sfu, Diary.of(sfu) as diary, on_camera(sfu, HUB, Room()):
        record(sfu)
        await grown(tmp_path, 1, 60_000)
        pid = sfu.recorder(GIAO_BAN)
        assert pid is not None
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (90_000, resource.RLIM_INFINITY))
        await diary.first(RecorderHealth, lambda one: one.failure == "disk_full")
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await diary.first(RecorderHealth, lambda one: one.failure is None, after=len(diary.events))
        record(sfu, recording=False)
        parts = await finished(tmp_path, 1)

    films = [watch(tmp_path / GIAO_BAN / part.file) for part in parts]
    assert [part.sealed is None for part in parts] == [True, False]
    assert all(film.pictures > 40 for film in films)


async def test_a_disk_that_fills_up_is_told_before_it_is_full(tmp_path: Path) -> None:
    async with recording_unit(tmp_path, low=1 << 60) as sfu, Diary.of(sfu) as diary, on_camera(sfu, HUB, Room()):
        record(sfu)

        told = await diary.first(RecorderHealth, lambda one: one.free is not None)

    assert (told.failure, told.is_low) == (None, True)


async def test_a_recorder_that_stands_still_holds_nothing_up_and_what_is_lost_is_told(tmp_path: Path) -> None:
    async with (
        recording_unit(tmp_path) as sfu,
        Diary.of(sfu) as diary,
        publishing(sfu, HUB) as hub,
        watching(sfu, None) as viewer,
    ):
        record(sfu)
        await diary.first(RecorderHealth)
        pid = sfu.recorder(GIAO_BAN)
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        for number in range(1000):
            hub.send(H264, KEY + number.to_bytes(2) + bytes(1000), timestamp=3_600 * number)
            await asyncio.sleep(0.001)
        hub.send(OPUS, b"after all of them", timestamp=960)
        await viewer.receives(b"after all of them")
        os.kill(pid, signal.SIGCONT)
        await diary.first(RecorderHealth, lambda one: one.failure == "overflow")
        await diary.first(RecorderHealth, lambda one: one.failure is None, after=len(diary.events))


def test_what_is_on_the_stage_is_told_to_a_recorder_that_has_fallen_behind_too_far() -> None:
    """Or nothing of the next speaker would be recorded, and nobody would know."""
    backlog = Backlog()
    for _ in range(65):
        backlog.put(bytes((MEDIA,)) + bytes((1 << 20) - 1), 0.0)  # there is room for 64, to the byte
    tuned = write(Tuned(Lane.PICTURE, 7, THANH_HOA))
    backlog.put(tuned, 1.0)
    backlog.end()
    waiting = []
    while (message := backlog.get()) is not None:
        waiting.append(message[0])

    assert backlog.lost_at == 0.0
    assert (len(waiting), waiting[-1]) == (65, tuned)


def test_a_recorder_whose_media_process_was_killed_finishes_its_files_and_ends(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-P", "-m", "server.media.recording.helper", str(tmp_path)]
    with subprocess.Popen(command, stdin=theirs.fileno()) as recorder:
        theirs.close()
        select.select([ours], [], [], 30)  # a report that nobody reads: the socket does not end, it is reset
        ours.close()

        assert recorder.wait(30) == 0
