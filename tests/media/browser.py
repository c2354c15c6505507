"""Chromium with fake devices, for tests of the media plane."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.media.http import Door

CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
_CLIENTS = Path(__file__).with_name("clients.js")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run a headless Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


async def page(browser: Browser, door: Door) -> Page:
    """Open a page with the clients of `clients.js`."""
    opened = await browser.new_page()
    await opened.goto(door.url)
    await opened.add_script_tag(path=_CLIENTS)
    return opened
