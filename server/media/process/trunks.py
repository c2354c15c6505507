"""The trunks of one media process: it calls on the processes before it, and waits for those after it."""

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import structlog

from server.media.process import sockets

log = structlog.get_logger(__name__)

_PAUSE: Final = 0.2
"""Seconds until a process that is not there, or has just gone, is called on again."""

Connect = Callable[[socket.socket, Callable[[], None]], None]


class Trunks:
    """What joins a process with all others of its plane, and joins it again when one of them has been replaced."""

    def __init__(self, connect: Connect, folder: Path, place: int) -> None:
        """`connect` gives the unit a connected socket, and something to call when that is of no use any more."""
        self._connect = connect
        self._folder = folder
        self._place = place
        self._listening = _socket()
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._is_open = True

    def open(self) -> None:
        """Begin. Raises OSError."""
        sockets.listen(self._listening, self._path(self._place))
        asyncio.get_running_loop().add_reader(self._listening.fileno(), self._accept)
        for other in range(self._place):
            self._call_on(other)

    def close(self) -> None:
        """Wait for nobody any more, and call on nobody; the unit itself hangs up."""
        self._is_open = False
        for timer in self._timers.values():
            timer.cancel()
        asyncio.get_running_loop().remove_reader(self._listening.fileno())
        self._listening.close()
        self._path(self._place).unlink(missing_ok=True)

    def _accept(self) -> None:
        try:
            connected, _ = self._listening.accept()
        except OSError:  # whoever called has hung up
            return
        self._connect(connected, lambda: None)

    def _call_on(self, other: int) -> None:
        """Connect to a process before this one, or try again soon."""
        calling = _socket()
        try:
            with sockets.nearby(self._path(other)) as address:
                calling.connect(address)
        except OSError:
            calling.close()
            self._call_again(other)
        else:
            log.info("trunk_connected", place=self._place, other=other)
            self._connect(calling, partial(self._ended, other))

    def _ended(self, other: int) -> None:
        log.info("trunk_ended", place=self._place, other=other)
        if self._is_open:
            self._call_again(other)

    def _call_again(self, other: int) -> None:
        self._timers[other] = asyncio.get_running_loop().call_later(_PAUSE, self._call_on, other)

    def _path(self, place: int) -> Path:
        return self._folder / f"trunk-{place}.socket"


def _socket() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
