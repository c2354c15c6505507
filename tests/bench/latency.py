"""What people wait for: a picture after joining, a new speaker after the grant, a change on the operators' board.

Chromium and the light clients talk to `giaoban demo --no-media`: the service, and 63 sites that are present and checked
in. The only media are the hub's, one speaker's, and that of those who watch, so that what is measured is the service
and not the machine that simulates the country on the same cores.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from playwright.async_api import Browser, Page

from endpoints import rosters
from endpoints.api import Api, Refused
from endpoints.clips import home
from endpoints.peer import Ground
from endpoints.simulation import open_session
from tests.bench import actors
from tests.bench.ground import open_ground
from tests.bench.house import House, house
from tests.chromium import SOUND, chromium

_SCRIPT = Path(__file__).with_name("viewer.js")
_SPEAKER = "38"
_PAUSE = 0.2  # seconds between two measurements, so that none begins in the wake of another


@dataclass(frozen=True, slots=True)
class Latencies:
    """Every measurement, in milliseconds."""

    joins: dict[int, list[float]]  # by pairs of m-lines
    frames: list[float]  # grant to the speaker's first frame
    sounds: list[float]  # grant to the speaker's first audible packet
    board: list[float]  # raised hand to its mark on the status page


async def measure(times: int) -> Latencies:
    """Measure everything some times."""
    async with (
        house("--no-media") as running,
        open_session() as http,
        open_ground() as ground,
        chromium(*SOUND) as browser,
    ):
        chair = running.api(http, running.tokens["chair"])
        async with (
            actors.hub(ground, running.api(http, running.tokens["hub"]), home()),
            watching_page(browser, running) as page,
        ):
            joins = {pairs: await _joins(page, running, pairs, times) for pairs in (1, 2)}
            site = running.api(http, running.sites[_SPEAKER])
            async with actors.speaker(ground, site, home()):
                frames = await _frames(page, running, chair, site, times)
                sounds = await _sounds(ground, running.api(http, running.tokens["operator"]), chair, site, times)
        return Latencies(joins, frames, sounds, await _board(browser, running, http, times))


@asynccontextmanager
async def watching_page(browser: Browser, running: House) -> AsyncIterator[Page]:
    """Keep a page of the service open that does nothing by itself, with the functions of `viewer.js`."""
    page = await browser.new_page()
    await page.goto(f"{running.url}/sign-in")
    await _teach(page)
    yield page
    await page.close()


async def join_and_leave(page: Page, running: House, pairs: int = 1) -> float:
    """Watch until the first frame is shown; return how long that took, in milliseconds."""
    waited = await page.evaluate(_call("join"), [running.briefing, running.tokens["operator"], pairs])
    await page.evaluate("leave()")
    return float(waited)


async def _teach(page: Page) -> None:
    await page.evaluate(f"() => {{ {_SCRIPT.read_text(encoding='utf-8')} }}")


async def _joins(page: Page, running: House, pairs: int, times: int) -> list[float]:
    """Join and leave; the first time, which pays for the browser's start, is left out."""
    found = []
    for _ in range(times + 1):
        found.append(await join_and_leave(page, running, pairs))
        await asyncio.sleep(_PAUSE)
    return found[1:]


async def _frames(page: Page, running: House, chair: Api, site: Api, times: int) -> list[float]:
    """Give the floor from the page that watches: one clock for both."""
    await page.evaluate(_call("join"), [running.briefing, running.tokens["operator"], 1])
    found = []
    for _ in range(times):
        async with _waiting(chair, site):
            await page.evaluate("hubIsBack()")
            found.append(await page.evaluate(_call("grant"), [running.path, running.tokens["chair"], _SPEAKER]))
    await page.evaluate("leave()")
    return found


async def _sounds(ground: Ground, operator: Api, chair: Api, site: Api, times: int) -> list[float]:
    """Give the floor from the process that listens: one clock for both."""
    clock = asyncio.get_running_loop().time
    found = []
    async with actors.listener(ground, operator) as hearing:
        for _ in range(times):
            async with _waiting(chair, site), asyncio.timeout(10):
                audible, before = hearing.audible(), clock()
                await chair.floor("grant", _SPEAKER)
                found.append(1000 * (await audible - before))
    return found


@asynccontextmanager
async def _waiting(chair: Api, site: Api) -> AsyncIterator[None]:
    """Let the site raise its hand, unless its simulated people have, and take the floor from it in the end."""
    try:
        await site.raise_hand("Nguyễn Văn Hòa", "")
    except Refused as refusal:
        if refusal.code != "already_waiting":
            raise
    await asyncio.sleep(_PAUSE)
    yield
    await chair.floor("release")
    await asyncio.sleep(_PAUSE)


async def _board(browser: Browser, running: House, http: aiohttp.ClientSession, times: int) -> list[float]:
    """Raise hands from the status page itself: one clock for both. A site whose hand is up already is passed over."""
    headers = {"Authorization": f"Bearer {running.tokens['chair']}"}
    context = await browser.new_context(extra_http_headers=headers)
    page = await context.new_page()
    await page.goto(f"{running.url}/briefings/{running.briefing}/status")
    await page.wait_for_selector(".tile[data-state] >> nth=62")
    await _teach(page)
    found: list[float] = []
    for unit in rosters.load("63").units:
        given = [running.path, running.tokens["chair"], unit.code, unit.name]
        seen = await page.evaluate(_call("raise"), given) if len(found) < times else None
        if seen is not None:
            found.append(seen)
            async with http.delete(f"{running.url}{running.path}/floor/requests/{unit.code}", headers=headers):
                await asyncio.sleep(_PAUSE)
    await context.close()
    return found


def _call(name: str) -> str:
    return f"(given) => {name}(...given)"
