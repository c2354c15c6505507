"""Clients that nobody here wrote, beside Chromium and FFmpeg: Firefox and GStreamer's webrtcbin."""

import asyncio
import asyncio.subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import ifaddr
import pytest

from server.core.ids import HUB
from server.media.plane import Health, Levels, Program, Published
from server.media.sfu.sfu import Sfu
from tests.firefox import Firefox, FirefoxPage, firefox
from tests.media.diary import Diary
from tests.media.http import Door
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI
from tests.programs import absent, program

_WEBRTCBIN = Path(__file__).with_name("webrtcbin.py")
_CLIENTS = Path(__file__).with_name("clients.js").read_text()


@pytest.fixture
async def sfu() -> AsyncIterator[Sfu]:
    """A forwarding unit on the network: neither client pairs its candidates with one on the loopback."""
    unit = await Sfu.start(port=0, public_addresses=(_own_address(),))
    yield unit
    await unit.stop()


def _own_address() -> str:
    found = (str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4)
    return next((address for address in found if not address.startswith("127.")), None) or absent("a network")


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


@asynccontextmanager
async def _webrtcbin(door: Door, role: str, token: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run GStreamer's client by the system's Python, which has its bindings."""
    program("gst-launch-1.0")
    pipe = asyncio.subprocess.PIPE
    command = ["/usr/bin/python3", "-I", str(_WEBRTCBIN), role, f"{door.url}/{role}", token]
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    try:
        yield process
    finally:
        await process.communicate(b"")


async def test_webrtcbin_publishes_large_packets_and_plays(sfu: Sfu, diary: Diary, door: Door) -> None:
    async with _webrtcbin(door, "whip", HUB), _webrtcbin(door, "whep", CA_MAU) as player:
        await diary.first(Published, lambda event: event.source == HUB)
        assert player.stdout is not None
        async with asyncio.timeout(20):
            played = {await player.stdout.readline() for _ in range(2)}
        assert played == {b"audio 30\n", b"video 30\n"}
        assert sum(peer.refused for peer in sfu._roster) == 0
        health = await diary.first(Health, lambda event: bool(event.publishers), after=len(diary.events))
        assert health.publishers[0].loss == 0
