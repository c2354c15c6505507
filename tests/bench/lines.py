"""Bad lines: what viewers hear and see on each, and how soon all is well again, with the service's own pages.

A site's page in Chromium and an aiortc viewer watch the hub over the bad line; then the site has the floor and sends
over it, and a page on a good line watches. Everybody is a host of its own (`tests.network`, root).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import av
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from playwright.async_api import Browser, Page

from server.core.ids import BriefingId, EndpointCode
from server.media.sfu.sfu import Sfu
from server.web.keys import PLANE
from tests.bench.sights import Sample, Sight, sight
from tests.chromium import CAMERA, SOUND, chromium, trusting
from tests.line import Shape
from tests.network import Host, network
from tests.service import Service, secret_of, service, site

SITE = EndpointCode("38")
_SCRIPT = Path(__file__).with_name("lines.js")
_BAD = 15.0  # seconds of a bad line
_OUTAGE = 10.0
_BEFORE = 3.0  # seconds of a good one before it
_PATIENCE = 30.0  # seconds in which all may become well again
_UNTIL_FULL = 8.0  # seconds in which a browser learns what its line carries
_PACKET = 0.02  # seconds of sound
_LARGE = 360  # pixels
_SLOWEST = 60.0  # seconds until everybody sees something at first

PUBLISH = """
    async ([briefing, token]) => {
      const script = document.querySelector("script[type=module][src]").src;
      const { Publisher } = await import(new URL("live/whip.js", script));
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
      window.publisher = new Publisher({ url: `/whip/${briefing}`, token, changed: () => {} });
      window.publisher.setFull(true);
      window.publisher.send(stream.getAudioTracks()[0], stream.getVideoTracks()[0]);
    }
"""
WATCH = """
    async ([briefing, token]) => {
      const script = document.querySelector("script[type=module][src]").src;
      const { watch } = await import(new URL("live/whep.js", script));
      const received = ({ stage }) => {
        const video = document.body.appendChild(document.createElement("video"));
        video.srcObject = stage;
        void video.play();
      };
      window.link = watch({ url: `/whep/${briefing}`, token, received, changed: () => {} });
      window.link.start();
    }
"""


@dataclass(frozen=True)
class Line:
    """A way in which a line is bad."""

    name: str
    shape: Shape | None  # None: nothing is carried
    seconds: float = _BAD


LINES = (
    Line("good", Shape()),
    *(Line(f"{loss} % loss", Shape(loss=loss / 100)) for loss in (1, 5, 10, 15, 20)),
    Line("300 ms delay", Shape(delay=0.3)),
    Line("400 kbit/s", Shape(rate=400_000, delay=0.03, queue=0.5)),
    Line("256 kbit/s", Shape(rate=256_000, delay=0.03, queue=0.5)),
    Line("10 s outage", None, _OUTAGE),
)


@dataclass(frozen=True)
class Found:
    """How one client fared on one line."""

    line: str
    client: str
    sight: Sight
    picture: str  # at the end of it: how much is sent to a viewer, or the layers that come from a site
    rate: int | None  # bit/s: what a viewer's line is believed to carry, or what a site is told


class Viewer:
    """Somebody who watches the stage, and what it has had so far."""

    name: str

    async def samples(self) -> list[Sample]:
        """Return all samples so far."""
        raise NotImplementedError


class PageViewer(Viewer):
    """A page in Chromium with `lines.js`."""

    def __init__(self, name: str, page: Page) -> None:
        self.name = name
        self._page = page

    async def samples(self) -> list[Sample]:
        """Return all samples so far."""
        return [Sample(*found) for found in await self._page.evaluate("window.samples")]


@dataclass
class AiortcViewer(Viewer):
    """A viewer by aiortc: its pictures are decoded, its sound is counted as it comes, 20 ms a packet."""

    sound: RTCRtpReceiver
    name: str = "aiortc watches"
    _frames: int = 0
    _height: int = 0
    _samples: list[Sample] = field(default_factory=list)

    async def samples(self) -> list[Sample]:
        """Return all samples so far."""
        return list(self._samples)

    async def see(self, track: MediaStreamTrack) -> None:
        """Decode pictures until the track ends."""
        with suppress(MediaStreamError):
            while True:
                self._height = cast("av.VideoFrame", await track.recv()).height
                self._frames += 1

    async def look(self) -> None:
        """Note ten times a second what has come."""
        gaps = lost = 0
        while True:
            reports = [one for one in (await self.sound.getStats()).values() if one.type == "inbound-rtp"]
            gaps += lost < (lost := max((one.packetsLost for one in reports), default=0))
            heard = _PACKET * sum(one.packetsReceived for one in reports)
            self._samples.append(Sample(time.time(), heard, gaps, self._frames, self._height, 1))
            await asyncio.sleep(0.1)


@asynccontextmanager
async def _aiortc(host: Host, served: Service, path: str) -> AsyncIterator[AiortcViewer]:
    """Watch the stage by aiortc from a host."""
    pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
    audio, video = [pc.addTransceiver(kind, direction="recvonly").receiver for kind in ("audio", "video")]
    offer = await pc.createOffer()
    with host.inside():
        await pc.setLocalDescription(offer)
    headers = {**served.bearer("operator"), "Content-Type": "application/sdp"}
    url = f"/whep/{path.rsplit('/', 1)[1]}"
    async with served.http.post(url, data=pc.localDescription.sdp, headers=headers) as answer:
        await pc.setRemoteDescription(RTCSessionDescription(await answer.text(), "answer"))
    made = AiortcViewer(audio)
    async with asyncio.TaskGroup() as group:
        jobs = [group.create_task(job) for job in (made.see(video.track), made.look())]
        yield made
        for job in jobs:
            job.cancel()
    await pc.close()


Tell = Callable[[Viewer], tuple[str, int | None]]


@dataclass
class Scene:
    """The service, who watches, and the line between."""

    served: Service
    path: str
    office: Host
    others: Sequence[Host]

    @property
    def sfu(self) -> Sfu:
        """The media plane, which is in this process."""
        plane = self.served.app[PLANE]
        assert isinstance(plane, Sfu)
        return plane

    @property
    def briefing(self) -> BriefingId:
        """The briefing's name."""
        return BriefingId(self.path.rsplit("/", 1)[1])

    async def endure(self, line: Line, viewers: Sequence[Viewer], tell: Tell, *, up: bool) -> list[Found]:
        """Make the line bad for a while, for what the site sends (`up`) or receives; return how everybody fared."""
        await self._settle(viewers)
        await asyncio.sleep(_BEFORE)
        began = time.time()
        self._worsen(line.shape, up=up)
        await asyncio.sleep(line.seconds)
        told = [tell(viewer) for viewer in viewers]
        self._mend()
        ended = time.time()
        await self._recover(viewers, began, ended)
        return [
            Found(line.name, viewer.name, _judge(await viewer.samples(), began, ended), *one)
            for viewer, one in zip(viewers, told, strict=True)
        ]

    def received(self, viewer: Viewer) -> tuple[str, int | None]:
        """Tell what the plane sends a viewer, and what it believes of its line."""
        watches = SITE if isinstance(viewer, PageViewer) else None
        found = [one for one in self.sfu._studios[self.briefing].subscribers if one.viewer == watches]
        return (found[-1].downlink.picture.value, found[-1].downlink.estimate) if found else ("gone", None)

    def sent(self, _: Viewer) -> tuple[str, int | None]:
        """Tell which layers of the site arrive, and what it is told to send at most."""
        found = self.sfu._studios[self.briefing].publishers.get(SITE)
        if found is None:
            return "gone", None
        return " + ".join(f"{track.height}p" for track in found.pictures), found.told

    async def _settle(self, viewers: Sequence[Viewer]) -> None:
        """Wait until everybody has had a large picture for a second, or for as long as that may take."""
        deadline = time.time() + _SLOWEST
        while time.time() < deadline:
            last = [(await viewer.samples())[-11:] for viewer in viewers]
            if all(one and one[0].height >= _LARGE and one[-1].frames > one[0].frames for one in last):
                return
            await asyncio.sleep(0.5)

    async def _recover(self, viewers: Sequence[Viewer], began: float, ended: float) -> None:
        """Wait until all is well for everybody, or for as long as it may take."""
        while time.time() < ended + _PATIENCE:
            await asyncio.sleep(2)
            sights = [_judge(await viewer.samples(), began, ended) for viewer in viewers]
            if all(one.full_back is not None and one.sound_back is not None for one in sights):
                return

    def _worsen(self, shape: Shape | None, *, up: bool) -> None:
        for host in (self.office, *self.others):
            if shape is None:
                host.cut()
            elif up:
                host.shape(shape, Shape(delay=shape.delay))
            else:
                host.shape(Shape(delay=shape.delay), shape)

    def _mend(self) -> None:
        for host in (self.office, *self.others):
            host.mend()
            host.shape()


def _judge(samples: Sequence[Sample], began: float, ended: float) -> Sight:
    return sight([one for one in samples if one.at >= began - _BEFORE], began, ended)


async def measure(down: Sequence[Line] = LINES, up: Sequence[Line] = LINES) -> AsyncIterator[Found]:
    """Try lines for what viewers receive and for what a site sends; yield how each client fared, as it is known."""
    with TemporaryDirectory() as name, network() as net:
        folder = Path(name)
        server, office, flat = net.host("server"), net.host("office", shaped=True), net.host("flat", shaped=True)
        with server.inside():
            async with (
                service(folder / "data", host=server.address, log_level="error") as served,
                chromium(*CAMERA, *SOUND, trusting(served.url), path=server.script("chromium", folder)) as here,
                chromium(*CAMERA, *SOUND, trusting(served.url), path=office.script("chromium", folder)) as there,
            ):
                path = await served.briefing()
                scene = Scene(served, path, office, (flat,))
                await _publish(here, scene)
                watching = await _site(there, scene)
                async with _aiortc(flat, served, path) as aiortc:
                    for line in down:
                        for found in await scene.endure(line, [watching, aiortc], scene.received, up=False):
                            yield found
                scene.others = ()
                await _grant(scene)
                spectator = await _spectator(here, scene)
                await asyncio.sleep(_UNTIL_FULL)
                for line in up:
                    for found in await scene.endure(line, [spectator], scene.sent, up=True):
                        yield found


async def _publish(browser: Browser, scene: Scene) -> None:
    page = await _page(browser, scene)
    await page.evaluate(PUBLISH, [scene.briefing, secret_of("hub")])


async def _spectator(browser: Browser, scene: Scene) -> PageViewer:
    page = await _page(browser, scene)
    await page.evaluate(WATCH, [scene.briefing, secret_of("operator")])
    return PageViewer("Chromium publishes", page)


async def _page(browser: Browser, scene: Scene) -> Page:
    page = await browser.new_page()
    await page.add_init_script(path=_SCRIPT)
    await page.goto(f"{scene.served.url}/sign-in")
    return page


async def _site(browser: Browser, scene: Scene) -> PageViewer:
    page = await browser.new_page()
    await page.add_init_script(path=_SCRIPT)
    await page.goto(f"{scene.served.url}/join/{secret_of(site(scene.path, SITE))}")
    return PageViewer("Chromium watches", page)


async def _grant(scene: Scene) -> None:
    asked = {"endpoint": SITE, "speaker": "Nguyễn Văn Hòa", "topic": "Thủy lợi"}
    await scene.served.call("POST", f"{scene.path}/floor/requests", "chair", asked)
    granted = await scene.served.call("POST", f"{scene.path}/floor/grant", "chair", {"endpoint": SITE})
    assert granted.status == 204, granted.text
