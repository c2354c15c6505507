"""Unix sockets by their paths: for this account only, however long a path is."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_BACKLOG: Final = 16


def listen(listening: socket.socket, path: Path) -> None:
    """Bind a socket to a path, in place of what was there, and listen. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with nearby(path) as address:
        listening.bind(address)
    path.chmod(0o600)
    listening.listen(_BACKLOG)


@contextmanager
def nearby(path: Path) -> Iterator[str]:
    """Name a socket by its open folder: its own name may be longer than the 107 octets an address has."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
