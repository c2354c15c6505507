"""What a site costs in memory: the resident sets of the service's processes with all sites, less those with one."""

import asyncio
from collections import Counter
from dataclasses import dataclass

from tests.bench.house import house
from tests.bench.machine import family, resident_bytes

SITES = 63
_SETTLE = 5.0  # seconds of media after everybody is up
NOT_OURS = "endpoints"  # the simulated sites


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident sets by the module that a process runs, in bytes."""

    one: Counter[str]  # with one site
    all: Counter[str]  # with every site

    def per_site(self, module: str) -> float:
        """What each site beyond the first adds to a process, in bytes."""
        return (self.all[module] - self.one[module]) / (SITES - 1)


async def measure() -> Memory:
    """Let one site, then all, publish, subscribe to every slot and hold their event stream."""
    return Memory(await _resident(1), await _resident(SITES))


async def _resident(sites: int) -> Counter[str]:
    async with house("--sites", str(sites)) as running:
        await asyncio.sleep(_SETTLE)
        return resident_of(running.pid)


def resident_of(pid: int) -> Counter[str]:
    """Read the resident sets of a service and its helpers, by module, in bytes."""
    found: Counter[str] = Counter()
    for one, module in family(pid).items():
        if module != NOT_OURS:
            found[module] += resident_bytes(one)
    return found
