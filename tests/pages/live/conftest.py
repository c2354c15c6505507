"""One service and one browser with a camera for all tests of the live pages; each test has a briefing of its own."""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import ifaddr
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from server.core.ids import EndpointCode
from tests.chromium import CALM_CAMERA, chromium, note_complaints, shell
from tests.service import Service, secret_of, service, site

THANH_HOA, CA_MAU = EndpointCode("38"), EndpointCode("96")

PATIENCE = 10_000
"""Milliseconds a page may take on a busy machine."""


def own_addresses() -> tuple[str, ...]:
    """This machine's addresses: a browser that may use its camera sends from them, and not from the loopback."""
    own = [str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4]
    return tuple(own)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder = tmp_path_factory.mktemp("live")
    async with service(
        folder,
        log_level="error",
        media_addresses=own_addresses(),
        grace_seconds=5,
        stills_seconds=2,
        recording_dir=str(folder / "recordings"),
    ) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def camera() -> AsyncIterator[Browser]:
    """A browser whose person has a camera and lets pages use it."""
    async with chromium(*CALM_CAMERA, path=shell()) as opened:
        yield opened


async def assert_accessible(page: Page) -> None:
    """Fail on anything that axe finds, and on a page wider than its window."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


Sit = Callable[..., Coroutine[Any, Any, Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def sit(served: Service, camera: Browser) -> AsyncIterator[Sit]:
    """Open a page as a role, or as a site by its link; an error of a script fails the test."""
    complaints: list[str] = []
    contexts = []

    async def open_page(path: str, who: str = "", *, language: str = "vi", theme: Any = "light", **more: Any) -> Page:
        viewport = more.pop("viewport", {"width": 1366, "height": 768})
        headers = served.bearer(who)
        context = await camera.new_context(
            viewport=viewport, base_url=served.url, color_scheme=theme, extra_http_headers=headers
        )
        contexts.append(context)
        await context.add_cookies([{"name": "lang", "value": language, "url": served.url}])
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        note_complaints(page, complaints)
        await page.goto(path)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []


def link(path: str, code: str) -> str:
    """Return the join link of a site of the briefing at `path`."""
    return f"/join/{secret_of(site(path, code))}"


def page_of(path: str, name: str) -> str:
    """Return the address of a staff page of the briefing at `path`."""
    return f"{path.removeprefix('/api/v1')}/{name}"
