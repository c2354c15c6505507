"""The system's Chromium, headless, as every test that needs a browser runs it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, async_playwright

from tests.programs import program

PLAIN = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""A camera and a microphone that are not real, and a person who lets pages use them."""

SOUND = ("--autoplay-policy=no-user-gesture-required",)
"""Pages may play sound before anybody has clicked."""


@asynccontextmanager
async def chromium(*flags: str) -> AsyncIterator[Browser]:
    """Run a browser; without one the test is skipped, or fails where CI is set."""
    path = program("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*PLAIN, *flags])
        try:
            yield browser
        finally:
            await browser.close()


def note_complaints(page: Page, complaints: list[str]) -> None:
    """Keep every error of a page's scripts, and whatever its security policy forbade."""
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Policy" in said.text else None)
