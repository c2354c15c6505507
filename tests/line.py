"""A bad line, in user space: what netem does, for kernels that are built without it. `tests.network` runs it.

Two TUN devices are its ends; IP packets that are read from one are written to the other, late or never. The kernel
segments and checks sums before a TUN device, so every packet is one that a wire would carry.
"""

import asyncio
import json
import os
import random
import socket
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass

_LARGEST = 65_536
_BATCH = 64  # packets read per wake


@dataclass(frozen=True)
class Shape:
    """How one direction of a line is."""

    loss: float = 0.0  # share of the packets, 0..1
    delay: float = 0.0  # seconds, one way
    rate: float | None = None  # bit/s; None: no limit
    queue: float = 0.3  # seconds of waiting before the bottleneck; what would wait longer is lost


class Direction:
    """Packets on their way from one device to the other, in order."""

    def __init__(self, entrance: int, exit_: int, seed: int) -> None:
        self.shape = Shape()
        self._entrance = entrance
        self._exit = exit_
        self._chance = random.Random(seed)
        self._free = 0.0  # when the bottleneck has sent what waits before it
        self._under_way: deque[tuple[float, bytes]] = deque()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(entrance, self._readable)

    def _readable(self) -> None:
        now = self._loop.time()
        for packet in _waiting(self._entrance):
            self._take(packet, now)
        self._deliver()

    def _take(self, packet: bytes, now: float) -> None:
        shape, due = self.shape, now
        if self._chance.random() < shape.loss:
            return
        if shape.rate is not None:
            begins = max(now, self._free)
            if begins - now > shape.queue:
                return
            due = self._free = begins + 8 * len(packet) / shape.rate
        self._under_way.append((due + shape.delay, packet))
        if len(self._under_way) == 1:
            self._wake()

    def _deliver(self) -> None:
        while self._under_way and self._under_way[0][0] <= self._loop.time():
            packet = self._under_way.popleft()[1]
            with suppress(OSError):  # a device that is not up, at the beginning and at the end, takes nothing
                os.write(self._exit, packet)

    def _due(self) -> None:
        self._deliver()
        if self._under_way:
            self._wake()

    def _wake(self) -> None:
        self._loop.call_at(self._under_way[0][0], self._due)


def _waiting(device: int) -> Iterator[bytes]:
    for _ in range(_BATCH):
        try:
            yield os.read(device, _LARGEST)
        except BlockingIOError:
            return


async def serve(orders: socket.socket, up: int, down: int) -> None:
    """Carry packets between two devices until the orders end; each order is a shape for up and one for down."""
    loop = asyncio.get_running_loop()
    directions = (Direction(up, down, seed=1), Direction(down, up, seed=2))
    orders.setblocking(False)
    while order := await loop.sock_recv(orders, _LARGEST):
        for direction, shape in zip(directions, json.loads(order), strict=True):
            direction.shape = Shape(**shape)
        await loop.sock_sendall(orders, b"done")


def order(orders: socket.socket, up: Shape, down: Shape) -> None:
    """Change a line's shapes; they hold when this returns."""
    orders.sendall(json.dumps([asdict(up), asdict(down)]).encode())
    assert orders.recv(4) == b"done"


if __name__ == "__main__":
    control, first, second = map(int, sys.argv[1:])
    asyncio.run(serve(socket.socket(fileno=control), first, second))
