"""A site with a narrow uplink goes on air: what everybody sees is smaller, and clean."""

import asyncio
from pathlib import Path

import pytest

from server.media.plane import Health, Program, PublisherHealth
from server.media.sfu.sfu import Sfu
from tests.chromium import CAMERA, chromium, trusting
from tests.line import Shape
from tests.media.browser import page
from tests.media.diary import Diary
from tests.media.http import open_door
from tests.media.peers import GIAO_BAN, HA_NOI
from tests.media.wire import watching
from tests.network import network

_NARROW = Shape(rate=400_000, delay=0.03, queue=0.5)


@pytest.mark.alone
@pytest.mark.slow
async def test_a_site_on_air_with_400_kbit_s_sends_a_clean_picture_not_a_slide_show(tmp_path: Path) -> None:
    with network() as net:
        server, office = net.host("server"), net.host("office", shaped=True)
        with server.inside():
            sfu = await Sfu.start(port=0, public_addresses=(server.address, "127.0.0.1"))
            browser_there = office.script("chromium", tmp_path)
            async with (
                Diary.of(sfu) as diary,
                open_door(sfu, server.address) as door,
                chromium(*CAMERA, trusting(door.url), path=browser_there) as browser,
                watching(sfu, None),
            ):
                site = await page(browser, door)
                await site.evaluate(f"window.publishLayers('{HA_NOI}', 'VP8')")
                office.shape(_NARROW, Shape(delay=_NARROW.delay))
                sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
                await site.evaluate("window.goOnAir()")
                found = await _settled(diary, sfu)
            await sfu.stop()
    assert max(found.estimate or 0, found.told) < 700_000


async def _settled(diary: Diary, sfu: Sfu) -> PublisherHealth:
    """Wait for three seconds in a row in which one layer came, smaller than it was and larger than the small one.

    It flows, nothing of it is lost, and the line has been found to be narrow.
    """
    clean = 0
    async with asyncio.timeout(60):
        while True:
            health = await diary.first(Health, lambda event: bool(event.publishers), after=len(diary.events))
            one = health.publishers[0]
            heights = [track.height or 0 for track in sfu._studios[GIAO_BAN].publishers[HA_NOI].pictures]
            is_right = one.estimate is not None and len(heights) == 1 and 180 < heights[0] < 720
            clean = clean + 1 if is_right and one.frames >= 12 and one.loss < 0.01 else 0
            if clean == 3:
                return one
