"""The system's Chromium, headless, as every test that needs a browser runs it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.programs import program

PLAIN = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""A camera and a microphone that are not real, and a person who lets pages use them."""

CALM_CAMERA = ("--use-fake-device-for-media-stream=fps=8", CAMERA[1])
"""The same, with fewer pictures a second: for tests of pages, where encoding many teaches nothing."""

SOUND = ("--autoplay-policy=no-user-gesture-required",)
"""Pages may play sound before anybody has clicked."""


def shell() -> Path:
    """Return Debian's Chromium without a window around its pages: they open in a fraction of the time."""
    return Path(program("chromium-headless-shell"))


@asynccontextmanager
async def chromium(*flags: str, path: Path | None = None) -> AsyncIterator[Browser]:
    """Run a browser; without one the test is skipped, or fails where CI is set.

    `path` is a script that runs it elsewhere: see `tests.network.Space.script`.
    """
    path = path or Path(program("chromium"))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*PLAIN, *flags])
        try:
            yield browser
        finally:
            await browser.close()


def trusting(url: str) -> str:
    """Return the flag that lets pages of `url` use a camera, though it is neither https nor this machine."""
    return f"--unsafely-treat-insecure-origin-as-secure={url}"


def note_complaints(page: Page, complaints: list[str]) -> None:
    """Keep every error of a page's scripts, and whatever its security policy forbade."""
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Policy" in said.text else None)
