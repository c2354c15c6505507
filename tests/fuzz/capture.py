"""`python -m tests.fuzz.capture`: write the corpus anew, from what real clients send to a forwarding unit.

Chromium, Firefox, FFmpeg, GStreamer and aiortc publish and watch for a few seconds each, and the link of our pages does
an ICE restart in each browser. Of what reaches a parser, a few samples of each length and kind are kept, as they were
after decryption. Samples of other names are written by hand, and stay.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from server.core.ids import HUB
from server.media.sfu import fragment, ice, rtcp, rtp
from server.media.sfu import offer as offers
from server.media.sfu.sfu import Sfu
from tests.addresses import own_address
from tests.chromium import CAMERA, SOUND, chromium
from tests.firefox import firefox
from tests.fuzz.samples import FOLDER, Name
from tests.media.browser import page
from tests.media.ffmpeg import certificate, publishing
from tests.media.gstreamer import webrtcbin
from tests.media.http import Door, open_door
from tests.media.peers import CA_MAU, HA_NOI, publisher, viewer

SECONDS = 10.0
RESTARTS = """
    async (source) => {
      const { MediaLink } = await import("/js/live/media_link.js");
      const send = (peer) => (kind) => peer.addTransceiver(kind, {direction: "sendonly"});
      const prepare = (peer) => ["audio", "video"].forEach(send(peer));
      const changed = (state) => state === "connected" && link.mend();
      const link = new MediaLink({url: "/whip", token: source, prepare, changed});
      link.start();
    }
"""
"""What a page does whose network has changed."""

SAMPLES = 16
"""Kept of each client and kind."""


class Recorder:
    """What parsers were given, by kind."""

    def __init__(self) -> None:
        self.client = ""
        self._seen: set[tuple[str, str, object]] = set()
        self._counts: dict[tuple[str, str], int] = {}

    def listen(self, module: Any, kind: Name) -> None:
        """Keep what a module's `parse` is given from now on."""
        parse: Callable[[Any], Any] = module.parse

        def listening(data: Any) -> Any:
            self.keep(kind, data.encode() if isinstance(data, str) else data)
            return parse(data)

        module.parse = listening

    def keep(self, kind: Name, data: bytes) -> None:
        """Write a sample unless one like it is there."""
        likeness = (self.client, kind, (data[:2], len(data) // 16))
        count = self._counts.get((self.client, kind), 0)
        if likeness in self._seen or count >= SAMPLES:
            return
        self._seen.add(likeness)
        self._counts[self.client, kind] = count + 1
        folder = FOLDER / kind
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.client}-{count:02}").write_bytes(data)


@asynccontextmanager
async def _chromium(sfu: Sfu, door: Door) -> AsyncIterator[None]:
    async with chromium(*CAMERA, *SOUND) as browser:
        await (await page(browser, door)).evaluate("window.publish('hub')")
        await (await page(browser, door)).evaluate(f"window.watch('{CA_MAU}', 2)")
        await (await page(browser, door)).evaluate(RESTARTS, HA_NOI)
        yield


@asynccontextmanager
async def _firefox(sfu: Sfu, door: Door) -> AsyncIterator[None]:
    clients = (Path(__file__).parents[1] / "media" / "clients.js").read_text()
    with tempfile.TemporaryDirectory() as folder:
        async with firefox(Path(folder) / "profile") as browser:
            for script in ("window.publish('hub')", f"window.watch('{CA_MAU}', 2)"):
                opened = await browser.page(door.url)
                await opened.add_script(clients)
                await opened.evaluate(script)
            await opened.evaluate(f"({RESTARTS})('{HA_NOI}')")
            yield


@asynccontextmanager
async def _ffmpeg(sfu: Sfu, door: Door) -> AsyncIterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        cert_file, key_file = certificate(Path(folder))
        options = {"authorization": HUB, "cert_file": str(cert_file), "key_file": str(key_file)}
        async with publishing(f"{door.url}/whip", options):
            yield


@asynccontextmanager
async def _gstreamer(sfu: Sfu, door: Door) -> AsyncIterator[None]:
    async with webrtcbin(door, "whip", HUB), webrtcbin(door, "whep", CA_MAU):
        yield


@asynccontextmanager
async def _aiortc(sfu: Sfu, door: Door) -> AsyncIterator[None]:
    async with publisher(sfu, HUB), viewer(sfu, CA_MAU):
        yield


CLIENTS = {
    "chromium": _chromium,
    "firefox": _firefox,
    "ffmpeg": _ffmpeg,
    "gstreamer": _gstreamer,
    "aiortc": _aiortc,
}


_PARSERS = (
    (offers, Name.OFFER),
    (fragment, Name.FRAGMENT),
    (ice, Name.STUN),
    (rtp, Name.RTP),
    (rtcp, Name.RTCP),
)


async def capture() -> None:
    """Run every client for a while."""
    recorder = Recorder()
    for module, kind in _PARSERS:
        recorder.listen(module, kind)
    for name, client in CLIENTS.items():
        recorder.client = name
        async with AsyncExitStack() as stack:
            sfu = await Sfu.start(port=0, public_addresses=(own_address(),))
            stack.push_async_callback(sfu.stop)
            door = await stack.enter_async_context(open_door(sfu))
            await stack.enter_async_context(client(sfu, door))
            await asyncio.sleep(SECONDS)


if __name__ == "__main__":
    asyncio.run(capture())
