"""One timer for everything that happens regularly at every site: sixty-three senders of fifty ticks a second."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SLOT = 0.005  # seconds between two turns of the wheel
MOST_LATE = 0.2  # seconds that are made up for; a longer stall is left out

Spoke = Callable[[float], None]


class Wheel:
    """Calls spokes at multiples of 5 ms, spread evenly so that they do not all fall on one moment."""

    def __init__(self) -> None:
        self._rings: dict[int, list[list[Spoke]]] = {}
        self.skipped = 0  # slots left out because the process had stalled

    @contextmanager
    def every(self, seconds: float, spoke: Spoke) -> Iterator[None]:
        """Call `spoke` at this interval, a multiple of 5 ms, while the context lasts.

        It is given the monotonic time at which the call is due, which the real time may lag behind.
        """
        slots = round(seconds / SLOT)
        ring = self._rings.setdefault(slots, [[] for _ in range(slots)])
        emptiest = min(ring, key=len)
        emptiest.append(spoke)
        try:
            yield
        finally:
            emptiest.remove(spoke)

    async def run(self) -> None:
        """Turn until cancelled."""
        loop = asyncio.get_running_loop()
        slot, due = 0, loop.time()
        while True:
            now = loop.time()
            if now < due:
                await asyncio.sleep(due - now)
                continue
            if now - due > MOST_LATE:
                left_out = int((now - due) / SLOT)
                self.skipped += left_out
                slot += left_out
                due += left_out * SLOT
            self.turn(slot, due)
            slot += 1
            due += SLOT
            if now - due > SLOT:
                await asyncio.sleep(0)  # behind, but others want their turn

    def turn(self, slot: int, due: float) -> None:
        """Call the spokes of one slot."""
        for slots, ring in list(self._rings.items()):
            for spoke in tuple(ring[slot % slots]):
                spoke(due)
