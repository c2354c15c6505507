"""Pages with the clients of `clients.js`, for tests of the media plane."""

from pathlib import Path

from playwright.async_api import Browser, Page

from tests.media.http import Door

_CLIENTS = Path(__file__).with_name("clients.js")


async def page(browser: Browser, door: Door) -> Page:
    """Open a page with the clients of `clients.js`."""
    opened = await browser.new_page()
    await opened.goto(door.url)
    await opened.add_script_tag(path=_CLIENTS)
    return opened
