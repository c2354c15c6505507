"""Two forwarding units in one process, joined by a trunk that the test can look into, hold up and cut."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from server.media.plane import Program
from server.media.sfu import crossing
from server.media.sfu.sfu import Sfu
from tests.media.peers import GIAO_BAN

M = TypeVar("M", bound=crossing.Message)


class Tap:
    """The middle of a trunk: what comes from one unit is kept, and handed to the other."""

    def __init__(self) -> None:
        self.outer: tuple[socket.socket, ...] = ()
        self.messages: tuple[list[bytes], list[bytes]] = ([], [])  # from the first unit, from the second
        self.ended = [asyncio.Event(), asyncio.Event()]
        self._inner: tuple[socket.socket, ...] = ()

    def connect(self, first: Sfu, second: Sfu) -> None:
        """Join two units."""
        (one, here), (two, there) = (socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(2))
        self._inner = (here, there)
        for end in self._inner:
            end.setblocking(False)
        self.flow()
        first.connect(one, self.ended[0].set)
        second.connect(two, self.ended[1].set)

    def hold_up(self) -> None:
        """Read nothing for a while."""
        for end in self._inner:
            asyncio.get_running_loop().remove_reader(end)

    def flow(self) -> None:
        """Read again."""
        for number, end in enumerate(self._inner):
            asyncio.get_running_loop().add_reader(end, self._read, number)

    def cut(self) -> None:
        """Break the trunk."""
        self.hold_up()
        for end in self._inner:
            end.close()
        self._inner = ()

    def inject(self, message: bytes) -> None:
        """Say something to the second unit in the first one's name."""
        self._inner[1].send(message)

    def media(self, sender: int = 0) -> list[bytes]:
        """List the payloads that crossed from one unit."""
        messages = [message for message in self.messages[sender] if message[0] == crossing.MEDIA]
        return [arrival.payload for message in messages for _, arrival in crossing.arrivals(message, 0)]

    def told(self, kind: type[M], sender: int = 0) -> list[M]:
        """List what one unit told the other, of one kind."""
        messages = [message for message in self.messages[sender] if message[0] != crossing.MEDIA]
        return [found for message in messages if isinstance(found := crossing.parse(message), kind)]

    def _read(self, number: int) -> None:
        message = self._inner[number].recv(crossing.LARGEST)
        if not message:
            self.cut()
            return
        self.messages[number].append(message)
        with suppress(BrokenPipeError):  # the other unit has hung up meanwhile
            self._inner[1 - number].send(message)


class Units:
    """Two units with their trunk. What a briefing shows is said to both, as the cluster does."""

    def __init__(self, first: Sfu, second: Sfu) -> None:
        self.first = first
        self.second = second
        self.tap = Tap()
        self.tap.connect(first, second)

    def route(self, program: Program) -> None:
        self.first.route(GIAO_BAN, program)
        self.second.route(GIAO_BAN, program)


@asynccontextmanager
async def open_units() -> AsyncIterator[Units]:
    first, second = [await Sfu.start(host="127.0.0.1", port=0) for _ in range(2)]
    units = Units(first, second)
    yield units
    await first.stop()
    await second.stop()
    units.tap.cut()
