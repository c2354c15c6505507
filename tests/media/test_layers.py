"""Chromium sends layers of its picture, as the pages ask it to."""

import asyncio
from collections.abc import Callable

import pytest

from server.media.plane import Program
from server.media.sfu.publisher import Publisher
from server.media.sfu.settings import SfuSettings
from server.media.sfu.sfu import Sfu
from tests.chromium import CAMERA, chromium
from tests.media.browser import page
from tests.media.diary import Diary
from tests.media.http import open_door
from tests.media.peers import GIAO_BAN, HA_NOI
from tests.media.wire import watching


def _publisher(sfu: Sfu) -> Publisher:
    return sfu._studios[GIAO_BAN].publishers[HA_NOI]


async def _sends(sfu: Sfu, condition: Callable[[list[int]], bool]) -> None:
    """Wait until the heights of the pictures that arrive are as they should be.

    A busy machine makes them smaller than asked for, but not their proportion.
    """
    async with asyncio.timeout(30):
        while not condition([track.height or 0 for track in _publisher(sfu).pictures]):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.005)


def _small(heights: list[int]) -> bool:
    return len(heights) == 1 and 0 < heights[0] <= 192


def _both(heights: list[int]) -> bool:
    return len(heights) == 2 and heights[0] * 3 < heights[1]


def _reduced(heights: list[int]) -> bool:
    return len(heights) == 1 and 192 < heights[0] < 720


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_chromium_sends_the_small_layer_off_air_and_both_on_air(sfu: Sfu, diary: Diary, codec: str) -> None:
    async with open_door(sfu) as door, chromium(*CAMERA) as browser, watching(sfu, None) as viewer:
        site = await page(browser, door)
        await site.evaluate(f"window.publishLayers('{HA_NOI}', '{codec}')")
        await _sends(sfu, _small)

        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        await site.evaluate("window.sendLayers('both')")
        await _sends(sfu, _both)
        await viewer.hears(lambda wire: len(wire.of(wire.ssrcs[1])) > 10)

        sfu.route(GIAO_BAN, Program())
        await site.evaluate("window.sendLayers('small')")
        await _sends(sfu, _small)
        assert sfu.counters.refused == 0


async def test_a_large_layer_that_gets_no_room_is_sent_alone_and_smaller() -> None:
    sfu = await Sfu.start(host="127.0.0.1", port=0, settings=SfuSettings(on_air_rate=340_000))
    try:
        async with open_door(sfu) as door, chromium(*CAMERA) as browser, Diary.of(sfu):
            site = await page(browser, door)
            await site.evaluate(f"window.publishLayers('{HA_NOI}', 'VP8')")
            sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
            await site.evaluate("window.sendLayers('both')")
            await site.wait_for_function("window.effort().then(({ starved }) => starved)")
            await site.evaluate("window.sendLayers('large')")
            await _sends(sfu, _reduced)
    finally:
        await sfu.stop()
