import asyncio
import time
from itertools import pairwise

from endpoints.wheel import SLOT, Wheel


def test_spokes_are_called_at_their_interval() -> None:
    wheel = Wheel()
    calls: list[tuple[str, int]] = []

    with (
        wheel.every(0.02, lambda due: calls.append(("fast", round(due)))),
        wheel.every(0.04, lambda due: calls.append(("slow", round(due)))),
    ):
        for slot in range(16):
            wheel.turn(slot, due=slot)

    assert [slot for name, slot in calls if name == "fast"] == [0, 4, 8, 12]
    assert [slot for name, slot in calls if name == "slow"] == [0, 8]


def test_spokes_are_spread_over_the_slots() -> None:
    wheel = Wheel()
    calls: list[int] = []

    with (
        wheel.every(0.01, lambda due: calls.append(round(due))),
        wheel.every(0.01, lambda due: calls.append(round(due))),
    ):
        for slot in range(4):
            wheel.turn(slot, due=slot)

    assert calls == [0, 1, 2, 3]


def test_a_spoke_that_is_taken_out_is_not_called() -> None:
    wheel = Wheel()
    calls: list[float] = []
    with wheel.every(SLOT, calls.append):
        wheel.turn(0, due=0.0)

    wheel.turn(1, due=1.0)

    assert calls == [0.0]


async def test_a_stall_is_left_out_and_counted() -> None:
    wheel = Wheel()
    dues: list[float] = []
    stalled = asyncio.Event()

    def stall_once(due: float) -> None:
        dues.append(due)
        if len(dues) == 3:
            time.sleep(0.5)
        if len(dues) == 5:
            stalled.set()

    with wheel.every(SLOT, stall_once):
        async with asyncio.TaskGroup() as group:
            turning = group.create_task(wheel.run())
            await stalled.wait()
            turning.cancel()

    steps = [round((later - earlier) / SLOT) for earlier, later in pairwise(dues)]
    assert wheel.skipped >= 0.25 / SLOT
    assert sum(steps) == len(steps) + wheel.skipped
