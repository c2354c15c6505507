"""A disk that really fills up: a small file system in a mount namespace of its own, while the stage is recorded.

It needs root: elsewhere it is skipped.
"""

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import pytest

from server.core import tape
from server.core.ids import HUB
from server.core.tape import MANIFEST
from server.media.recording.folder import RESERVE
from server.media.recording.messages import REPORT, Lane, Report, Tuned, read_report, write
from server.media.sfu import crossing
from server.media.sfu.codec import Codec
from server.media.sfu.track import Arrival
from tests.media.cameras import FPS, payloads, sound, video
from tests.media.tapes import PATIENCE, watch
from tests.programs import program

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")

SIZE = 3 * RESERVE
MOUNTED = 'mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@"'


@dataclass
class Camera:
    """What a recorder is fed with, and what it reports."""

    connected: socket.socket
    reports: list[Report] = field(default_factory=list)
    _frames: int = 0
    _packets: int = 0

    def __post_init__(self) -> None:
        self._shots = cycle(video(Codec.VP8, "lit"))
        for lane in (Lane.SOUND, Lane.PICTURE):
            self.connected.send(write(Tuned(lane, 1 + lane, HUB)))

    def until(self, failure: str, *, after: int = 0) -> None:
        """Send what is seen and heard until a report says so."""
        end = time.monotonic() + PATIENCE
        while not any(report.failure == failure for report in self.reports[after:]):
            assert time.monotonic() < end, self.reports
            self.play(0.2)

    def play(self, seconds: float) -> None:
        """Send what is seen and heard, as fast as it happens."""
        for _ in range(round(seconds * FPS)):
            for half in range(2):
                place = 2 * self._frames + half
                self._send(1, Arrival(place, 960 * place, False, Codec.OPUS, None, sound(3_000)[place % 50], 0.0))
            parts = payloads(Codec.VP8, next(self._shots))
            for payload in parts:
                self._packets += 1
                last = payload is parts[-1]
                self._send(2, Arrival(self._packets, 3_600 * self._frames, last, Codec.VP8, None, payload, 0.0))
            self._frames += 1
            self._listen(1 / FPS)

    def _send(self, stream: int, arrival: Arrival) -> None:
        (message,) = crossing.media([crossing.packet(stream, arrival)])
        self.connected.send(message)

    def _listen(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while select.select([self.connected], [], [], max(0.0, end - time.monotonic()))[0]:
            if (data := self.connected.recv(1 << 16))[0] == REPORT:
                self.reports.append(read_report(data))


@contextmanager
def recorder(folder: Path) -> Iterator[tuple[Camera, Path]]:
    """Start a recorder on a small file system; yield what feeds it, and its folder as it can be reached from here."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    helper = [sys.executable, "-P", "-m", "server.media.recording.helper", str(folder)]
    command = [program("unshare"), "--mount", "sh", "-c", MOUNTED, str(SIZE), str(folder), *helper]
    with ours, subprocess.Popen(command, stdin=theirs.fileno()) as process:
        theirs.close()
        camera = Camera(ours)
        camera.until("")  # it is mounted
        there = os.open(f"/proc/{process.pid}/root{folder}", os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield camera, Path(f"/proc/self/fd/{there}")
            ours.close()
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
            os.close(there)


def fill(path: Path, octets: int) -> None:
    """Take so much of a file system."""
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, octets)


def test_a_disk_that_fills_up_is_left_some_room_and_recording_goes_on_when_there_is_more(tmp_path: Path) -> None:
    """The journal may be on the same disk: it must find room for what is decided when recording has failed."""
    with recorder(tmp_path) as (camera, folder):
        camera.play(5)
        fill(folder / "filler", SIZE - RESERVE + (1 << 20))
        camera.until("disk_full", after=len(camera.reports))
        begun = camera.reports[-1].parts
        heard = len(camera.reports)
        camera.play(12)  # it is tried again, twice
        tried = camera.reports[heard:]
        (folder / "filler").unlink()
        camera.until("", after=len(camera.reports))
        camera.connected.close()
        until_whole(folder)
        parts = tape.parts((folder / MANIFEST).read_text("utf-8"))
        films = [watch(folder / part.file) for part in parts]

    assert {(report.failure, report.parts) for report in tried} == {("disk_full", begun)}
    assert begun == 1
    assert min(report.free for report in camera.reports if report.free >= 0) > RESERVE - (2 << 20)
    assert [part.sealed is None for part in parts] == [False, False]
    assert films[0].pictures >= 4 * FPS  # everything until then
    assert films[1].pictures > 2 * FPS


def test_a_disk_that_is_full_at_once_is_told_and_what_was_written_plays(tmp_path: Path) -> None:
    """Somebody else has taken it all within a moment."""
    with recorder(tmp_path) as (camera, folder):
        camera.play(5)
        fill(folder / "filler", SIZE - (4 << 20))
        with (folder / "more").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        camera.until("disk_full", after=len(camera.reports))
        (folder / "filler").unlink()
        (folder / "more").unlink()
        camera.until("", after=len(camera.reports))
        camera.connected.close()
        until_whole(folder)
        parts = tape.parts((folder / MANIFEST).read_text("utf-8"))
        films = [watch(folder / part.file) for part in parts]

    assert [part.number for part in parts] == [1, 2]
    assert films[0].pictures >= 2 * FPS  # all but the last fragment
    assert films[1].pictures > 2 * FPS


def until_whole(folder: Path) -> None:
    """Wait until the recorder has finished its last file."""
    end = time.monotonic() + PATIENCE
    while tape.parts((folder / MANIFEST).read_text("utf-8"))[-1].sealed is None:
        assert time.monotonic() < end
        time.sleep(0.05)
