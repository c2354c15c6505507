"""The folder of one recording as its recorder writes it: room for another file, and the list of all of them."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

from server.core import tape
from server.core.tape import Part
from server.media.recording.part import seal

RESERVE: Final = 32 << 20
"""Bytes of the disk that no recording takes: the journal may be on the same one, and must go on."""


class Folder:
    """The folder, with its list of files open at the end."""

    def __init__(self, path: Path) -> None:
        """Go on after the last file; a torn line of a recorder that died is cut off.

        Raises OSError, and ProtocolError for a list that no recorder wrote.
        """
        self.path = path
        self.octets = 0  # of the files that were sealed
        self._writing = Lock()
        self._sealing = ThreadPoolExecutor(1, thread_name_prefix="sealing")
        self._list = (path / tape.MANIFEST).open("a+b", buffering=0)
        self.parts = self._last()

    def require_room(self, reserves: int = 1) -> None:
        """Raise OSError when less than the reserve is free, or so many times as much."""
        disk = os.statvfs(self.path)
        if disk.f_bavail * disk.f_frsize < reserves * RESERVE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def begin(self, part: Part) -> None:
        """List a file that has been begun. Raises OSError; then it is not listed."""
        self._note(tape.begun(part))
        self.parts = part.number

    def end(self, number: int, path: Path, milliseconds: int) -> None:
        """List the end of a finished file once it has been read; of a long one that takes seconds: nobody waits.

        Where the disk refuses, the list is silent on its end.
        """
        self._sealing.submit(self._seal, number, path, milliseconds)

    def close(self) -> None:
        """Write no more, once all files that were finished are sealed."""
        self._sealing.shutdown()
        self._list.close()

    def _seal(self, number: int, path: Path, milliseconds: int) -> None:
        with suppress(OSError):
            sealed = seal(path, milliseconds)
            self._note(tape.ended(number, sealed))
            self.octets += sealed.octets

    def _last(self) -> int:
        """Return the number of the last file, with whole lines alone left in the list."""
        self._list.seek(0)
        text = self._list.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._list.truncate(len(whole))
        return max((part.number for part in tape.parts(whole.decode())), default=0)

    def _note(self, line: str) -> None:
        """Add a line, which is on disk, as is the name of its file, when this returns; or nothing of it."""
        with self._writing:
            end = self._list.seek(0, os.SEEK_END)
            try:
                self._write(line.encode())
            except OSError:
                self._list.truncate(end)
                raise
            _sync_names(self.path)

    def _write(self, data: bytes) -> None:
        if self._list.write(data) < len(data):  # a disk that is nearly full takes a part of it
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(self._list.fileno())


def _sync_names(folder: Path) -> None:
    """Have the names of a folder's files reach the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
