"""A country joins: sixty-three sites ask for the stage within ten seconds, and a browser in their midst.

The demo runs without media of its own (`--no-media`): the hub's is all there is. The sites are light clients, whose
first picture is there when the last packet of their first whole keyframe has been decrypted; the browser's when
Chromium shows it.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

from playwright.async_api import Page

from endpoints.api import Api
from endpoints.clips import home
from endpoints.peer import Ground
from endpoints.simulation import open_session
from endpoints.subscription import Subscription
from server.media.sfu import rtp
from server.media.sfu.codec import Codec
from server.media.sfu.keyframe import begins_keyframe
from tests.bench import actors
from tests.bench.ground import open_ground
from tests.bench.house import House, house
from tests.bench.latency import join_and_leave, watching_page
from tests.chromium import SOUND, chromium

SITES, WITHIN = 63, 10.0  # seconds
_BROWSER_EVERY = 1.0  # seconds
_GIVE_UP = 20.0  # seconds


@dataclass(frozen=True, slots=True)
class Joins:
    """How long each waited, in milliseconds."""

    sites: list[float]
    browser: list[float]


class Joiner(Subscription):
    """A subscriber that notices its first whole keyframe."""

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground)
        self.shown: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._begun: int | None = None  # the timestamp of a keyframe that has begun

    def rtp(self, packet: bytes, now: float) -> None:
        """Count a packet, and look for the picture."""
        super().rtp(packet, now)
        if self.shown.done():
            return
        parsed = rtp.parse(packet)
        if begins_keyframe(Codec.H264, parsed.payload):
            self._begun = parsed.timestamp
        if parsed.marker and parsed.timestamp == self._begun:
            self.shown.set_result(now)


async def measure() -> Joins:
    """Let everybody join once."""
    async with (
        house("--no-media") as running,
        open_session() as http,
        open_ground() as ground,
        chromium(*SOUND) as browser,
        actors.hub(ground, running.api(http, running.tokens["hub"]), home()),
        watching_page(browser, running) as page,
        AsyncExitStack() as stack,
    ):
        await join_and_leave(page, running)  # pays for the browser's start
        apis = [running.api(http, token) for token in list(running.sites.values())[:SITES]]
        async with asyncio.TaskGroup() as group:
            looking = group.create_task(_look(page, running))
            waits = []
            for api in apis:
                waits.append(group.create_task(_join(stack, ground, api)))
                await asyncio.sleep(WITHIN / SITES)
        return Joins([await wait for wait in waits], await looking)


async def _join(stack: AsyncExitStack, ground: Ground, api: Api) -> float:
    clock = asyncio.get_running_loop().time
    joiner, before = Joiner(ground), clock()
    await joiner.open(api)
    stack.push_async_callback(joiner.close)
    async with asyncio.timeout(_GIVE_UP):
        return 1000 * (await joiner.shown - before)


async def _look(page: Page, running: House) -> list[float]:
    """Join from a browser again and again while the sites come."""
    found = []
    for _ in range(round(WITHIN / _BROWSER_EVERY)):
        found.append(await join_and_leave(page, running))
        await asyncio.sleep(_BROWSER_EVERY)
    return found
