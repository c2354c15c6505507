"""The network of the place that speaks changes: less than three seconds of picture are lost, and nothing else."""

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.chromium import CAMERA, SOUND, chromium, trusting
from tests.journeys.processes import until
from tests.network import Host, network
from tests.service import Service, secret_of, service, site

LOST_AT_MOST = 3.0
"""Seconds without a new picture."""

WATCH = """
    async ([url, authorization]) => {
      const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
      const receivers = ["audio", "video"].map((kind) => peer.addTransceiver(kind, { direction: "recvonly" }).receiver);
      await peer.setLocalDescription();
      const headers = { Authorization: authorization, "Content-Type": "application/sdp" };
      const answer = await fetch(url, { method: "POST", headers, body: peer.localDescription.sdp });
      await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });
      const video = document.body.appendChild(document.createElement("video"));
      video.srcObject = new MediaStream([receivers[1].track]);
      video.muted = true;
      await video.play();
    }
"""
COUNT = """
    () => {
      const video = document.querySelector("video");
      window.longest = 0;
      window.shown = 0;
      let last = performance.now();
      const note = () => {
        const now = performance.now();
        window.longest = Math.max(window.longest, now - last);
        window.shown += 1;
        last = now;
        video.requestVideoFrameCallback(note);
      };
      video.requestVideoFrameCallback(note);
    }
"""


@asynccontextmanager
async def spectator(browser: Browser, served: Service, path: str) -> AsyncIterator[Page]:
    """Watch the stage from somewhere else, and note the longest time without a new picture."""
    page = await browser.new_page()
    await page.goto(f"{served.url}/sign-in")
    authorization = served.bearer("operator")["Authorization"]
    await page.evaluate(WATCH, [f"/whep/{path.rsplit('/', 1)[1]}", authorization])
    await page.evaluate(COUNT)
    yield page
    await page.close()


@pytest.mark.alone
@pytest.mark.slow
async def test_speaker_whose_network_changes_stays_on_air(tmp_path: Path) -> None:
    with network() as net:
        here, there = net.host("server"), net.host("site", translated=True)
        with here.inside():
            async with (
                service(tmp_path / "data", host=here.address, log_level="error") as served,
                chromium(*CAMERA, *SOUND, trusting(served.url), path=there.script("chromium", tmp_path)) as speakers,
                chromium(*SOUND, path=here.script("chromium", tmp_path)) as others,
            ):
                path = await served.briefing()
                page = await speakers.new_page()
                await page.goto(f"{served.url}/join/{secret_of(site(path, '38'))}")
                await on_air(served, path)
                async with spectator(others, served, path) as watching:
                    await shown(watching, 30)
                    before = await state(served, path)
                    lost = {
                        "reload": await lost_by(page.reload, watching),
                        "rebind": await lost_by(there.rebind, watching),
                        "other network": await lost_by(partial(switched, there), watching),
                    }
                    after = await state(served, path)

    assert {change: seconds for change, seconds in lost.items() if seconds >= LOST_AT_MOST} == {}
    assert after == before


def switched(host: Host) -> None:
    """Leave one local network for another."""
    host.unplug()
    host.plug()


async def lost_by(change: Callable[[], Any], watching: Page) -> float:
    """Change something; return the longest time without a new picture until there are many again, in seconds."""
    await watching.evaluate("window.longest = 0")
    done = change()
    if inspect.isawaitable(done):
        await done
    await shown(watching, 60)
    return float(await watching.evaluate("window.longest")) / 1000


async def on_air(served: Service, path: str) -> None:
    """Give site 38 the floor when its picture arrives, with 96 waiting behind it."""

    async def publishing() -> bool:
        endpoints = (await served.call("GET", f"{path}/status", "operator")).body["endpoints"]
        return any(one["code"] == "38" and one["publishing"] for one in endpoints)

    await until(publishing, within=20, what="the site's picture arrives")
    for code in ("38", "96"):
        asked = {"endpoint": code, "speaker": "Nguyễn Văn Hòa", "topic": "Thủy lợi"}
        await served.call("POST", f"{path}/floor/requests", "chair", asked)
    granted = await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
    assert granted.status == 204, granted.text


async def shown(page: Page, pictures: int) -> None:
    """Wait until so many more pictures have been shown."""
    goal = await page.evaluate("window.shown") + pictures

    async def reached() -> bool:
        return bool(await page.evaluate("window.shown") >= goal)

    await until(reached, within=30, what=f"{pictures} more pictures")


async def state(served: Service, path: str) -> Any:
    """Return the turn, the queue, and who is here."""
    status = (await served.call("GET", f"{path}/status", "operator")).body
    floor = status["floor"]
    turn = floor["turn"] and {**floor["turn"], "spent": None}  # the time it has had goes on
    waiting = [one["endpoint"] for one in floor["queue"]]
    return turn, waiting, [one["presence"] for one in status["endpoints"]]
