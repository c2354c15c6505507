"""Which files were read and are what their hash says: while one stays untouched, it is not read for each piece."""

import os
import time
from collections import OrderedDict
from hashlib import sha256
from io import BufferedReader
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

MOST: Final = 4096
"""Files that are remembered; of more the one not asked for longest is read again."""

AGAIN: Final = 3600.0
"""Seconds after which a file is read again: a disk may spoil what nobody has written to."""

_SETTLED: Final = 2.0  # seconds: a file written to twice within one tick of the clock that dates it looks the same
_BLOCK: Final = 1024 * 1024  # bytes read at once


class _Version(NamedTuple):
    """What no file keeps that is written to, or put in another's place."""

    device: int
    inode: int
    size: int
    modified: int  # nanoseconds, as `changed`, which nobody can set
    changed: int


class Proofs:
    """The files that were found sound. May be asked in several threads at once."""

    def __init__(self) -> None:
        self._found: OrderedDict[Path, tuple[_Version, float]] = OrderedDict()
        self._lock = Lock()

    def is_sound(self, path: Path, digest: str, octets: int) -> bool:
        """Whether a file has this SHA-256 and so many bytes; it is read to its end unless that is known."""
        now = time.time()
        try:
            with path.open("rb") as file:
                version = _version(file)
                if self._knows(path, version, now):
                    return True
                if not _is_genuine(file, digest, octets):
                    return False
                is_settled = _version(file) == version and now - version.modified / 1e9 > _SETTLED
        except OSError:
            return False
        if is_settled:
            self._note(path, version, now)
        return True

    def _knows(self, path: Path, version: _Version, now: float) -> bool:
        with self._lock:
            found, at = self._found.get(path, (None, 0.0))
            if found != version or not 0 <= now - at < AGAIN:
                return False
            self._found.move_to_end(path)
            return True

    def _note(self, path: Path, version: _Version, now: float) -> None:
        with self._lock:
            self._found[path] = version, now
            self._found.move_to_end(path)
            if len(self._found) > MOST:
                self._found.popitem(last=False)


def _version(file: BufferedReader) -> _Version:
    found = os.fstat(file.fileno())
    return _Version(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _is_genuine(file: BufferedReader, digest: str, octets: int) -> bool:
    found, size = sha256(), 0
    while block := file.read(_BLOCK):
        found.update(block)
        size += len(block)
    return (found.hexdigest(), size) == (digest, octets)
