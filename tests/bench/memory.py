"""What a site costs in memory: the server's resident set with all sites, less that with one."""

import asyncio
from dataclasses import dataclass

from tests.bench.house import house
from tests.bench.machine import resident_bytes

SITES = 63
_SETTLE = 5.0  # seconds of media after everybody is up


@dataclass(frozen=True, slots=True)
class Memory:
    """The server's resident set, in bytes."""

    one: int  # with one site
    all: int  # with every site

    @property
    def per_site(self) -> float:
        """What each site beyond the first adds, in bytes."""
        return (self.all - self.one) / (SITES - 1)


async def measure() -> Memory:
    """Let one site, then all, publish, subscribe to both slots and hold their event stream."""
    return Memory(await _resident(1), await _resident(SITES))


async def _resident(sites: int) -> int:
    async with house("--sites", str(sites)) as running:
        await asyncio.sleep(_SETTLE)
        return resident_bytes(running.pid)
