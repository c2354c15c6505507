"""The benchmark itself, in small: both servers forward the whole clip to the same clients."""

import pytest

from tests.bench import clip
from tests.bench.forwarding import WITNESSES, Load, measure, sfu
from tests.bench.janus import janus
from tests.programs import program

pytestmark = pytest.mark.alone

PACKETS = clip.FULL.packets_per_second
WARM_UP = 0.4  # seconds; what several processes forward is on its way later than that


@pytest.mark.parametrize(
    "load", [pytest.param(Load(3, even=True), marks=pytest.mark.soak), Load(WITNESSES + 2, speed=0.2)]
)
async def test_our_server_forwards_the_clip(load: Load) -> None:
    async with sfu() as gateway:
        cost = await measure(gateway, load, 1.0, warm_up=WARM_UP)

    assert (cost.packets, cost.lost) == (load.receivers * PACKETS * load.speed, 0.0)
    assert cost.microseconds > 0
    assert len(cost.delays) == min(load.receivers, WITNESSES) * PACKETS * load.speed
    assert 0 < min(cost.delays) <= max(cost.delays) < 1000


async def test_two_processes_forward_the_clip() -> None:
    async with sfu("--processes", "2") as gateway:
        cost = await measure(gateway, Load(4), 1.0)

    assert len(gateway.pids) == 2
    assert (cost.packets, cost.lost) == (4 * PACKETS, 0.0)


async def test_janus_forwards_the_clip() -> None:
    program("janus")
    async with janus() as gateway:
        cost = await measure(gateway, Load(3), 1.0, warm_up=WARM_UP)

    assert (cost.packets, cost.lost) == (3 * PACKETS, 0.0)
