"""Clients that nobody here wrote, beside Chromium and FFmpeg: Firefox and GStreamer's webrtcbin."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.core.ids import HUB
from server.media.plane import Health, Levels, Program, Published
from server.media.sfu.sfu import Sfu
from tests.addresses import own_address
from tests.firefox import Firefox, FirefoxPage, firefox
from tests.media.diary import Diary
from tests.media.gstreamer import webrtcbin
from tests.media.http import Door
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI

_CLIENTS = Path(__file__).with_name("clients.js").read_text()


@pytest.fixture
async def sfu() -> AsyncIterator[Sfu]:
    """A forwarding unit on the network: neither client pairs its candidates with one on the loopback."""
    unit = await Sfu.start(port=0, public_addresses=(own_address(),))
    yield unit
    await unit.stop()


async def _page(browser: Firefox, door: Door) -> FirefoxPage:
    page = await browser.page(door.url)
    await page.add_script(_CLIENTS)
    return page


def _flowing(lines: int, frames: int) -> str:
    return f"""window.received().then((lines) => lines.length === {lines} && lines.every((line) =>
        line.kind === "video" ? line.frames > {frames} : line.bytes > 500))"""


async def test_firefox_publishes_and_watches_vp8(sfu: Sfu, diary: Diary, door: Door, tmp_path: Path) -> None:
    async with firefox(tmp_path / "profile") as browser:
        hub, site, viewer = [await _page(browser, door) for _ in range(3)]
        await hub.evaluate("window.publish('hub')")
        await site.evaluate(f"window.publish('{HA_NOI}')")
        await viewer.evaluate(f"window.watch('{CA_MAU}', 2)")
        await diary.first(Published, lambda event: event.source == HUB)
        await diary.first(Published, lambda event: event.source == HA_NOI)
        await viewer.until(_flowing(4, 10))

        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        seen = (await viewer.evaluate("window.received()"))[1]["frames"]
        await viewer.until(_flowing(4, seen + 30))

        assert [line["lost"] for line in await viewer.evaluate("window.received()")] == [0, 0, 0, 0]
        heard = await diary.first(Levels, lambda event: {HUB, HA_NOI} <= dict(event.levels).keys())
        assert min(dict(heard.levels).values()) < 127


async def test_webrtcbin_publishes_large_packets_and_plays(sfu: Sfu, diary: Diary, door: Door) -> None:
    async with webrtcbin(door, "whip", HUB), webrtcbin(door, "whep", CA_MAU) as player:
        await diary.first(Published, lambda event: event.source == HUB)
        assert player.stdout is not None
        async with asyncio.timeout(20):
            played = {await player.stdout.readline() for _ in range(2)}
        assert played == {b"audio 30\n", b"video 30\n"}
        assert sum(peer.refused for peer in sfu._roster) == 0
        health = await diary.first(Health, lambda event: bool(event.publishers), after=len(diary.events))
        assert health.publishers[0].loss == 0
