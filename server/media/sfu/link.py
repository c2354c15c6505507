"""One end of a Unix socket that keeps messages apart: nothing waits for it, and what is on its way is bounded."""

import asyncio
import socket
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from server.core.errors import ProtocolError
from server.media.sfu import crossing

_BATCH = 64  # messages read per wake, so that the UDP port gets its turn
_BUFFER = 256 * 1024  # bytes: about a second of a good picture, and what is older is of no use
_MOST_WAITING = 8192  # messages that must arrive; more than all publishers and wishes of a unit

Receive = Callable[[bytes, float], None]


class PacketLoop(Protocol):
    """What reads the packets of this unit; see `Port`."""

    def together(self, read: Callable[[], None]) -> None:
        """Read packets; what they cause to be sent leaves together, right afterwards."""

    def after_reading(self, work: Callable[[], None]) -> None:
        """Do something when what has arrived together has been read; at once when nothing is being read."""


class Link:
    """A connected SOCK_SEQPACKET socket. It ends when the other end does, or breaks the protocol, or never reads."""

    def __init__(
        self,
        connected: socket.socket,
        receive: Receive,
        *,
        loop: PacketLoop,
        on_ended: Callable[[], None],
    ) -> None:
        """Begin to read.

        `receive` takes each message and its moment, and may raise ProtocolError; `on_ended` is called once, also by
        `close`.
        """
        self.dropped = 0  # packets that did not fit
        self._socket = connected
        self._receive = receive
        self._packet_loop = loop
        self._on_ended = on_ended
        self._leaving: list[bytes] = []  # packets that came together and have not been sent
        self._waiting: deque[bytes] = deque()  # what must arrive and did not fit yet
        self._is_open = True
        connected.setblocking(False)
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        asyncio.get_running_loop().add_reader(connected.fileno(), self._readable)

    def send(self, message: bytes) -> None:
        """Send a message that must arrive: it waits for its turn."""
        if not self._is_open:
            return
        self._waiting.append(message)
        if len(self._waiting) == 1:
            self._writable()
        elif len(self._waiting) > _MOST_WAITING:
            self._give_up()

    def pass_on(self, packet: bytes) -> None:
        """Send a packet with those that came with it, or drop and count it."""
        self._leaving.append(packet)
        if len(self._leaving) == 1:
            self._packet_loop.after_reading(self._send_leaving)

    def close(self) -> None:
        """Hang up; nothing happens the second time."""
        if not self._is_open:
            return
        self._is_open = False
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._socket.fileno())
        loop.remove_writer(self._socket.fileno())
        self._socket.close()
        self._on_ended()

    def _send_leaving(self) -> None:
        leaving, self._leaving = self._leaving, []
        fits = self._is_open and not self._waiting
        try:
            for message in crossing.media(leaving) if fits else ():
                self._socket.send(message)
        except OSError:
            fits = False
        self.dropped += 0 if fits else len(leaving)

    def _writable(self) -> None:
        """Send what waits, as far as it goes."""
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                self._socket.send(self._waiting[0])
                self._waiting.popleft()
        except BlockingIOError:
            loop.add_writer(self._socket.fileno(), self._writable)
        except OSError:
            self._give_up()
        else:
            loop.remove_writer(self._socket.fileno())

    def _give_up(self) -> None:
        """Hang up, but not in the middle of what somebody is doing that sends."""
        asyncio.get_running_loop().call_soon(self.close)

    def _readable(self) -> None:
        self._packet_loop.together(self._read)

    def _read(self) -> None:
        now = time.monotonic()
        try:
            for _ in range(_BATCH):
                message = self._socket.recv(crossing.LARGEST + 1)
                if not message:  # the other end has hung up
                    raise ConnectionError
                self._receive(message, now)
        except BlockingIOError:
            return
        except (OSError, ProtocolError):
            self.close()
