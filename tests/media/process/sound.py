"""Sound that goes on, packet by packet, while something happens to the processes that carry it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.media.wire import OPUS, Wire

TICK = 0.02  # seconds between two packets


@asynccontextmanager
async def sounding(wire: Wire) -> AsyncIterator[None]:
    """Send a packet of sound every 20 ms, each with its number, until the block ends."""

    async def sound() -> None:
        number = 0
        while True:
            number += 1
            wire.send(OPUS, str(number).encode(), timestamp=960 * number)
            await asyncio.sleep(TICK)

    async with asyncio.TaskGroup() as group:
        sending = group.create_task(sound())
        yield
        sending.cancel()


async def hears_on(viewer: Wire, packets: int = 10) -> None:
    """Wait until so many packets more have arrived."""
    enough = len(viewer.packets) + packets
    await viewer.hears(lambda wire: len(wire.packets) >= enough)


@asynccontextmanager
async def staying(*wires: Wire) -> AsyncIterator[None]:
    """Consent to what is received (RFC 7675) once a second until the block ends: a silent peer is let go of."""

    async def stay() -> None:
        while True:
            for wire in wires:
                wire.check(wire.remote)
            await asyncio.sleep(1)

    async with asyncio.TaskGroup() as group:
        checking = group.create_task(stay())
        yield
        checking.cancel()
