"""The benchmark itself, in small: both servers forward the whole clip to the same clients."""

import pytest

from tests.bench import clip
from tests.bench.forwarding import measure, sfu
from tests.bench.janus import janus
from tests.programs import program

PACKETS = clip.PICTURES_PER_SECOND * clip.PACKETS_PER_PICTURE  # of one second


@pytest.mark.parametrize("even", [False, True])
async def test_our_server_forwards_the_clip(even: bool) -> None:
    async with sfu() as gateway:
        cost = await measure(gateway, 3, 1.0, even=even)

    assert (cost.packets, cost.lost) == (3 * PACKETS, 0.0)
    assert cost.microseconds > 0


async def test_janus_forwards_the_clip() -> None:
    program("janus")
    async with janus() as gateway:
        cost = await measure(gateway, 3, 1.0, even=False)

    assert (cost.packets, cost.lost) == (3 * PACKETS, 0.0)
