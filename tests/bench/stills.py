"""What stills and signal checks cost: the processor time of the service's processes with them, less that without."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench.house import house
from tests.bench.machine import cpu_seconds, family
from tests.bench.memory import NOT_OURS, SITES

HELPER, MEDIA = "server.media.inspection.helper", "server.media_process"
_SETTLE = 15.0  # seconds until everybody has been looked at
_MEASURED = 30.0  # seconds: six looks at everybody


@dataclass(frozen=True, slots=True)
class Stills:
    """Shares of one core by the module that a process runs."""

    without: Mapping[str, float]
    looking: Mapping[str, float]

    @property
    def helper(self) -> float:
        """What decoding and encoding take."""
        return self.looking[HELPER]

    @property
    def media(self) -> float:
        """What taking the samples adds to the process with the packet loop."""
        return self.looking[MEDIA] - self.without[MEDIA]


async def measure() -> Stills:
    """Let every site publish real H.264 and Opus, and watch, without and with stills."""
    return Stills(without=await _shares(0), looking=await _shares(5))


async def _shares(stills_seconds: int) -> dict[str, float]:
    async with house("--sites", str(SITES), GIAOBAN_STILLS_SECONDS=str(stills_seconds)) as running:
        await asyncio.sleep(_SETTLE)
        before, began = _used(running.pid), time.monotonic()
        await asyncio.sleep(_MEASURED)
        used, elapsed = _used(running.pid), time.monotonic() - began
    shares: dict[str, float] = defaultdict(float)
    for (pid, module), seconds in used.items():
        shares[module] += (seconds - before.get((pid, module), 0.0)) / elapsed
    return dict(shares)


def _used(pid: int) -> dict[tuple[int, str], float]:
    return {(one, module): cpu_seconds(one) for one, module in family(pid).items() if module != NOT_OURS}
