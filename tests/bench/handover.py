"""The floor goes round between real publishers: from the grant to the next speaker's picture and sound in Chromium.

Three pages of Chromium publish, encoding as they go, each in a colour and with a tone of its own; a fourth watches and
gives the floor, so that one clock, its own, takes every moment. Whoever is next has been on deck for a while.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from playwright.async_api import Browser, Page

from endpoints.api import Api, Refused
from endpoints.simulation import open_session
from tests.bench.house import House, house
from tests.bench.latency import watching_page
from tests.chromium import SOUND, chromium

_SCRIPTS = [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("viewer.js", "handover.js")]
_ON_DECK = 2.0  # seconds that the next speaker has been on deck
_SETTLES = 10.0  # seconds for the publishers to start


@dataclass(frozen=True, slots=True)
class Speaker:
    """A site that publishes from a page."""

    code: str
    colour: str
    hue: int  # the place of its colour among red, green and blue
    tone: int  # Hz


SPEAKERS = (
    Speaker("38", "rgb(200, 0, 0)", 0, 750),
    Speaker("01", "rgb(0, 200, 0)", 1, 1500),
    Speaker("96", "rgb(0, 0, 200)", 2, 3000),
)


@dataclass(frozen=True, slots=True)
class Handovers:
    """Every grant, in milliseconds."""

    pictures: list[float]
    sounds: list[float]


async def measure(times: int) -> Handovers:
    """Give the floor round and round."""
    async with house("--no-media") as running, open_session() as http, chromium(*SOUND) as browser:
        chair = running.api(http, running.tokens["chair"])
        sites = {one.code: running.api(http, running.sites[one.code]) for one in SPEAKERS}
        async with AsyncExitStack() as stack:
            for speaker in SPEAKERS:
                await stack.enter_async_context(_publishing(browser, running, speaker))
            page = await stack.enter_async_context(watching_page(browser, running))
            await _teach(page)
            await asyncio.sleep(_SETTLES)
            await _ready(chair, sites[SPEAKERS[0].code], SPEAKERS[0])
            await _begin(page, running, chair)
            found = []
            for speaker in islice(cycle(SPEAKERS), 1, times + 1):
                await _ready(chair, sites[speaker.code], speaker)
                await asyncio.sleep(_ON_DECK)
                found.append(await _handed(page, running, speaker))
    return Handovers([picture for picture, _ in found], [sound for _, sound in found])


async def _teach(page: Page) -> None:
    await page.evaluate(f"() => {{ {' '.join(_SCRIPTS)} }}")


@asynccontextmanager
async def _publishing(browser: Browser, running: House, speaker: Speaker) -> AsyncIterator[None]:
    async with watching_page(browser, running) as page:
        await _teach(page)
        given = [running.briefing, running.sites[speaker.code], speaker.colour, speaker.tone]
        await page.evaluate("(given) => publish(...given)", given)
        yield


async def _begin(page: Page, running: House, chair: Api) -> None:
    """Give the first the floor, and watch it."""
    await chair.floor("grant", SPEAKERS[0].code)
    await page.evaluate("(given) => join(...given)", [running.briefing, running.tokens["operator"], 1])
    await page.evaluate("listen()")


async def _handed(page: Page, running: House, speaker: Speaker) -> tuple[float, float]:
    """Give the next speaker the floor; return how long its picture and its sound took, in milliseconds."""
    given = [running.path, running.tokens["chair"], speaker.code, speaker.hue, speaker.tone]
    picture, sound = await page.evaluate("(given) => handOver(...given)", given)
    return picture, sound


async def _ready(chair: Api, site: Api, speaker: Speaker) -> None:
    """Have a site wait to speak, first of all; its simulated people may have raised their hand already."""
    try:
        await site.raise_hand("Nguyễn Văn Hòa", "")
    except Refused as refusal:
        if refusal.code != "already_waiting":
            raise
    await chair.floor("on-deck", speaker.code)
