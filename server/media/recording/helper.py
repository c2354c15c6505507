"""The recorder process: one briefing's stage, from a socket to files, until the socket ends.

Started as `python -m server.media.recording.helper FOLDER`, with the socket as its standard input. One thread reads, so
that the media process is never kept waiting; another writes, and may wait for the disk. When the media process is gone,
however it ended, what was said until then is written and every file is finished.
"""

import fcntl
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import av

from server.core.tape import LOCK
from server.media.recording.messages import Report, write
from server.media.recording.tape import Tape
from server.media.sfu import crossing
from server.media.sfu.crossing import MEDIA, KeyframeWanted

_MOST_WAITING: Final = 64 << 20  # bytes between the two threads: minutes of the stage
_STALLED: Final = 5.0  # seconds a message may wait to be written
_LOST_LASTS: Final = 5.0  # seconds for which a loss is told
_EVERY: Final = 1.0  # seconds between two reports
_NAP: Final = 0.2  # seconds between two looks at the clock
_MEMORY: Final = 1 << 30  # bytes of address space
_FILES: Final = 64


class Backlog:
    """What was read and is not written yet."""

    def __init__(self) -> None:
        self.lost_at = float("-inf")  # when something did not fit the last time
        self._waiting: deque[tuple[bytes, float]] = deque()
        self._octets = 0
        self._changed = threading.Condition()
        self._is_over = False

    def put(self, data: bytes, now: float) -> None:
        """Add a message; of media, lose what does not fit. Which stream is whose must be known afterwards too."""
        with self._changed:
            if data[0] == MEDIA and self._octets + len(data) > _MOST_WAITING:
                self.lost_at = now
                return
            self._waiting.append((data, now))
            self._octets += len(data)
            self._changed.notify()

    def end(self) -> None:
        """Nothing more is added."""
        with self._changed:
            self._is_over = True
            self._changed.notify()

    def get(self) -> tuple[bytes, float] | None:
        """Take the eldest; None when there is none for a while."""
        with self._changed:
            if not self._waiting and not self._is_over:
                self._changed.wait(_NAP)
            if not self._waiting:
                return None
            data, at = self._waiting.popleft()
            self._octets -= len(data)
            return data, at

    @property
    def is_over(self) -> bool:
        """Whether nothing waits, and nothing comes."""
        with self._changed:
            return self._is_over and not self._waiting

    def age(self, now: float) -> float:
        """Tell for how many seconds the eldest has waited."""
        with self._changed:
            return now - self._waiting[0][1] if self._waiting else 0.0


class Writer:
    """The thread that writes."""

    def __init__(self, folder: Path) -> None:
        self.backlog = Backlog()
        self.tape: Tape | None = None  # None: another recorder still finishes in this folder
        self.free = -1
        self.thread = threading.Thread(target=self._run, name="writer", args=(folder,))

    def _run(self, folder: Path) -> None:
        with (folder / LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.tape = Tape(folder, lambda: (time.monotonic(), datetime.now(UTC)))
            look_due = 0.0
            while not self.backlog.is_over:
                if (message := self.backlog.get()) is not None:
                    self.tape.take(*message)
                if (now := time.monotonic()) >= look_due:
                    look_due = now + _NAP
                    self.free = _free(folder)
                    self.tape.rest(now)
            self.tape.close()

    def report(self, now: float) -> Report:
        """Say how it fares."""
        tape = self.tape
        failure = self._failure(now)
        return Report(tape.parts if tape else 0, tape.octets if tape else 0, self.free, failure)

    def _failure(self, now: float) -> str:
        if now - self.backlog.lost_at < _LOST_LASTS:
            return "overflow"
        if self.backlog.age(now) > _STALLED:
            return "stalled"
        return self.tape.failure if self.tape else ""


def main() -> None:
    """Record."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # it ends with its socket, and not in the middle of a file
    av.logging.set_level(av.logging.PANIC)
    _confine()
    folder = Path(sys.argv[1])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    writer = Writer(folder)
    writer.thread.start()
    with socket.socket(fileno=0) as connected, suppress(ConnectionResetError):  # a killed process resets its sockets
        try:
            _read(connected, writer)
        finally:
            writer.backlog.end()
    writer.thread.join()


def _read(connected: socket.socket, writer: Writer) -> None:
    """Hand what comes to the writer until nothing does; report once a second."""
    connected.settimeout(_NAP)
    report_due = 0.0
    while writer.thread.is_alive():
        with suppress(TimeoutError):
            data = connected.recv(crossing.LARGEST + 1)
            if not data:
                return
            writer.backlog.put(data, time.monotonic())
        if (now := time.monotonic()) >= report_due:
            report_due = now + _EVERY
            _tell(connected, write(writer.report(now)))
        while writer.tape is not None and writer.tape.wanted:
            _tell(connected, crossing.write(KeyframeWanted(writer.tape.wanted.popleft())))


def _tell(connected: socket.socket, message: bytes) -> None:
    """Say something, unless nobody reads: the end of the socket is found by reading."""
    with suppress(OSError):
        connected.send(message, socket.MSG_DONTWAIT)


def _free(folder: Path) -> int:
    try:
        disk = os.statvfs(folder)
    except OSError:
        return -1
    return disk.f_bavail * disk.f_frsize


def _confine() -> None:
    """Give up what writing files does not need."""
    limits = {resource.RLIMIT_AS: _MEMORY, resource.RLIMIT_NOFILE: _FILES, resource.RLIMIT_CORE: 0}
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main()
