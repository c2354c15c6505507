"""The recorder process as the media process sees it: fed with the stage, listened to, and replaced when it dies."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import structlog

from server.core.ids import BriefingId
from server.media.recording import messages
from server.media.recording.feed import Feed
from server.media.recording.messages import REPORT, Lane, Report
from server.media.sfu import crossing
from server.media.sfu.crossing import KeyframeWanted
from server.media.sfu.link import Link, PacketLoop
from server.media.sfu.track import Track

log = structlog.get_logger(__name__)

LOST: Final = "lost"
"""The word for a recorder that has died."""

_PROGRAM: Final = ("-P", "-m", "server.media.recording.helper")
_PAUSE: Final = 1.0  # seconds before a recorder is started again
_LOSS_LASTS: Final = 5  # reports in which a loss is told

Tell = Callable[[Report], None]


@dataclass(frozen=True, slots=True)
class OnStage:
    """What is to be recorded now."""

    sound: Track | None = None
    picture: Track | None = None
    hub: Track | None = None  # the hub's sound, while somebody else is on the stage
    content: Track | None = None  # the picture of what is presented

    def track(self, lane: Lane) -> Track | None:
        """Return what comes on a lane."""
        return {
            Lane.SOUND: self.sound,
            Lane.PICTURE: self.picture,
            Lane.HUB: self.hub,
            Lane.CONTENT: self.content,
        }[lane]


class Recorder:
    """Records one briefing from `run` to `stop`. Nothing it does waits for a disk."""

    def __init__(self, briefing: BriefingId, folder: Path, *, loop: PacketLoop, tell: Tell) -> None:
        """`tell` is called about once a second with how it fares."""
        self._briefing = briefing
        self._folder = folder
        self._loop = loop
        self._tell = tell
        self._numbers = count(1)
        self._stage = OnStage()
        self._link: Link | None = None
        self._feeds: dict[Lane, Feed] = {}
        self._process: _Process | None = None
        self._dropped = 0  # packets that did not fit, when last looked
        self._losing = 0  # reports in which that is still told
        self._is_stopped = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The recorder process, while there is one."""
        return self._process.pid if self._process else None

    def tune(self, stage: OnStage, now: float) -> None:
        """Record this from now on, and nothing else."""
        self._stage = stage
        for lane, feed in self._feeds.items():
            feed.tune(stage.track(lane), now)

    def stop(self) -> None:
        """Hang up: the process finishes its files and ends, whether or not anybody waits for it."""
        self._is_stopped.set()
        self._hang_up()

    async def run(self) -> None:
        """Keep a recorder process alive until `stop`; end when it has ended."""
        while not self._is_stopped.is_set():
            try:
                self._process = self._started()
            except OSError:
                log.exception("recorder_not_started", briefing=self._briefing)
            else:
                try:
                    await self._process.exited.wait()
                finally:  # whoever does not wait for it has it finish all the same
                    self._hang_up()
                self._process = None
            if not self._is_stopped.is_set():
                log.error("recorder_lost", briefing=self._briefing)
                self._tell(Report(0, 0, -1, LOST))
                await self._pause()

    def _started(self) -> "_Process":
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                process = _Process(theirs.fileno(), (*_PROGRAM, str(self._folder)))
            except OSError:
                ours.close()
                raise
        self._link = Link(ours, self._hear, loop=self._loop, on_ended=self._let_go)
        self._feeds = {lane: Feed(lane, self._link, self._numbers) for lane in Lane}
        self._dropped = 0
        self.tune(self._stage, time.monotonic())
        return process

    def _let_go(self) -> None:
        """Hand nothing on any more."""
        feeds, self._feeds = self._feeds, {}
        for feed in feeds.values():
            feed.tune(None, 0.0)

    def _hang_up(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def _hear(self, data: bytes, now: float) -> None:
        """Take what the process says. Raises ProtocolError."""
        if data[0] == REPORT:
            self._pass_on(messages.read_report(data))
        elif isinstance(wish := crossing.parse(data), KeyframeWanted):
            for feed in self._feeds.values():
                if feed.stream == wish.stream:
                    feed.want_keyframe(now)

    def _pass_on(self, report: Report) -> None:
        """Tell how it fares: packets that did not fit on their way to it are its failure as well."""
        dropped = self._link.dropped if self._link else 0
        self._losing = _LOSS_LASTS if dropped > self._dropped else max(0, self._losing - 1)
        self._dropped = dropped
        failure = report.failure or ("overflow" if self._losing else "")
        self._tell(Report(report.parts, report.octets, report.free, failure))

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_stopped.wait(), _PAUSE)


class _Process:
    """A process of ours that nothing but its own end ends: neither our terminal's signals nor our own end."""

    def __init__(self, given: int, command: tuple[str, ...]) -> None:
        """Start it with a file as its standard input. Raises OSError."""
        self.exited = asyncio.Event()
        files = [(os.POSIX_SPAWN_DUP2, given, 0)]
        environment = {"PYTHONPATH": str(Path(__file__).parents[3])}  # no secrets of the service
        program = [sys.executable, *command]
        self.pid = os.posix_spawn(sys.executable, program, environment, file_actions=files, setsid=True, setsigmask=())
        self._handle = os.pidfd_open(self.pid)
        asyncio.get_running_loop().add_reader(self._handle, self._note_exit)

    def _note_exit(self) -> None:
        asyncio.get_running_loop().remove_reader(self._handle)
        os.close(self._handle)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        self.exited.set()
