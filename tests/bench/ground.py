"""What the light clients of a benchmark share: their sockets' reader, their clock, their certificate."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from endpoints.peer import Ground
from endpoints.secure import Certificate
from endpoints.wheel import Wheel
from endpoints.wire import Wire


@asynccontextmanager
async def open_ground() -> AsyncIterator[Ground]:
    """Keep the clients' connections alive until the block ends."""
    wheel = Wheel()
    async with Wire() as wire, asyncio.TaskGroup() as group:
        turning = group.create_task(wheel.run())
        yield Ground(wire, wheel, Certificate())
        turning.cancel()
