"""A media process as the operating system sees it: started with a listening socket, found again by it, and ended."""

import asyncio
import os
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from server.media.process import sockets
from server.media.process.worker import SOCKET

_PEER = struct.Struct("3i")  # struct ucred: pid, uid, gid; see unix(7)


class Child:
    """A process we started or found; `exited` is set when it is no more, whoever ended it."""

    def __init__(self, pid: int) -> None:
        """Watch a process that is known to live: from here on its number cannot come to mean another one."""
        self.pid = pid
        self.exited = asyncio.Event()
        self._handle = os.pidfd_open(pid)
        asyncio.get_running_loop().add_reader(self._handle, self._note_exit)

    def kill(self) -> None:
        """End it without a word."""
        if not self.exited.is_set():
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def forget(self) -> None:
        """Stop watching; it lives on."""
        if self._handle >= 0:
            asyncio.get_running_loop().remove_reader(self._handle)
            os.close(self._handle)
            self._handle = -1

    def _note_exit(self) -> None:
        self.forget()
        with suppress(ChildProcessError):  # one that an earlier server started is nobody's child of ours
            os.waitpid(self.pid, 0)
        self.exited.set()


def start(path: Path, command: Sequence[str]) -> Child:
    """Start a process that listens at `path`, a socket for this account only.

    It listens before it runs, so that nobody has to wait for it to connect; it is in a session of its own, because who
    stops the server from a terminal means the server, which says goodbye to it.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        sockets.listen(listening, path)
        files = [
            (os.POSIX_SPAWN_DUP2, listening.fileno(), SOCKET),
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        ]
        arguments = [sys.executable, "-P", *command]
        pid = os.posix_spawn(sys.executable, arguments, _environment(), file_actions=files, setsid=True, setsigmask=())
    return Child(pid)


async def connect(path: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to a process. Raises FileNotFoundError or ConnectionRefusedError when none listens at `path`."""
    one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    one.setblocking(False)
    try:
        with sockets.nearby(path) as address:
            await asyncio.get_running_loop().sock_connect(one, address)
        return await asyncio.open_unix_connection(sock=one)
    except BaseException:
        one.close()
        raise


def found(writer: asyncio.StreamWriter) -> Child:
    """Return the process at the other end of a connection. Raises ProcessLookupError when it has just ended."""
    peer = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    return Child(_PEER.unpack(peer)[0])


def _environment() -> dict[str, str]:
    """Return our environment, in which the very code that we run is found from every working directory."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
