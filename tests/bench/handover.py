"""The floor goes round between publishers: from the grant to the next speaker's picture and sound in Chromium.

Three sites publish, each in a colour and with a tone of its own: as pages of Chromium, which encode on the server's
own cores, or as clips that were encoded before, as if they were elsewhere. A page watches and gives the floor, so that
one clock, its own, takes every moment. Whoever is next has been on deck for a while.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from playwright.async_api import Browser, Page

from endpoints.api import Api, Refused
from endpoints.clips import home
from endpoints.simulation import open_session
from tests.bench import actors
from tests.bench.ground import open_ground
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
    chroma: tuple[int, int]  # the same colour as U and V
    hue: int  # its place among red, green and blue
    tone: int  # Hz


SPEAKERS = (
    Speaker("38", "rgb(200, 0, 0)", (90, 220), 0, 750),
    Speaker("01", "rgb(0, 200, 0)", (60, 60), 1, 1500),
    Speaker("96", "rgb(0, 0, 200)", (220, 90), 2, 3000),
)


@dataclass(frozen=True, slots=True)
class Handovers:
    """Every grant, in milliseconds."""

    pictures: list[float]
    sounds: list[float]
    answers: list[float]  # of the server to the grant's POST
    held_pictures: float  # by the browser against jitter, on average
    held_sounds: float


async def measure(times: int, *, encoding: bool) -> Handovers:
    """Give the floor round and round, between pages that encode or clips that are encoded."""
    async with (
        house("--no-media") as running,
        open_session() as http,
        open_ground() as ground,
        chromium(*SOUND) as browser,
    ):
        chair = running.api(http, running.tokens["chair"])
        sites = {one.code: running.api(http, running.sites[one.code]) for one in SPEAKERS}
        async with AsyncExitStack() as stack:
            for speaker in SPEAKERS:
                await stack.enter_async_context(
                    _page(browser, running, speaker)
                    if encoding
                    else actors.coloured(ground, sites[speaker.code], home(), speaker.chroma, speaker.tone)
                )
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
            held = await page.evaluate("heldBack()")
    pictures, sounds, answers = zip(*found, strict=True)
    return Handovers(list(pictures), list(sounds), list(answers), *held)


async def _teach(page: Page) -> None:
    await page.evaluate(f"() => {{ {' '.join(_SCRIPTS)} }}")


@asynccontextmanager
async def _page(browser: Browser, running: House, speaker: Speaker) -> AsyncIterator[None]:
    """Publish as a site from a page that encodes."""
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


async def _handed(page: Page, running: House, speaker: Speaker) -> tuple[float, float, float]:
    """Give the next speaker the floor; return how long picture, sound and answer took, in milliseconds."""
    given = [running.path, running.tokens["chair"], speaker.code, speaker.hue, speaker.tone]
    picture, sound, answer = await page.evaluate("(given) => handOver(...given)", given)
    return picture, sound, answer


async def _ready(chair: Api, site: Api, speaker: Speaker) -> None:
    """Have a site wait to speak, first of all; its simulated people may have raised their hand already."""
    try:
        await site.raise_hand("Nguyễn Văn Hòa", "")
    except Refused as refusal:
        if refusal.code != "already_waiting":
            raise
    await chair.floor("on-deck", speaker.code)
