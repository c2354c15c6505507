"""One service and one browser for all tests of the pages."""

from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser, Page, expect

from server import logs
from server.app import build
from server.serve import running
from server.settings import Settings
from server.store.database import Database
from server.web.keys import DATABASE
from tests.chromium import chromium, note_complaints, shell
from tests.pages.house import PASSWORD, House, draft_of_ones_own, furnish
from tests.web.support import Client

PATIENCE = 30_000
"""Milliseconds a page may take to show what it should: much on a busy machine, nothing on a quick one."""

expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True, slots=True)
class Site:
    """A running, furnished service."""

    url: str
    house: House
    database: Database


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Client]:
    """A service on its first day, without a browser."""
    async with TestClient(TestServer(build(Settings(data_dir=tmp_path, media_port=0, media_processes=0)))) as client:
        yield client


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    folder: Path = tmp_path_factory.mktemp("pages")
    logs.configure("error")
    async with running(Settings(data_dir=folder, media_port=0, media_processes=0, port=0)) as (app, url):
        yield Site(url, await furnish(app), app[DATABASE])


@pytest_asyncio.fixture(loop_scope="session")
async def draft(site: Site) -> str:
    """A draft that this test may change."""
    return await draft_of_ones_own(site.database)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium(path=shell()) as opened:
        yield opened


Visit = Callable[..., Coroutine[Any, Any, Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def visit(site: Site, browser: Browser) -> AsyncIterator[Visit]:
    """Open a page as somebody; whatever the browser complains about, and every error of a script, fails the test."""
    complaints: list[str] = []
    contexts = []

    async def open_page(path: str, name: str = "", *, language: str = "vi", theme: str = "light") -> Page:
        context = await browser.new_context(
            viewport={"width": 1366, "height": 768},
            locale="vi-VN",
            base_url=site.url,
            color_scheme=_scheme(theme),
            reduced_motion="reduce",  # axe is not to measure a colour on its way to another
        )
        contexts.append(context)
        await context.add_cookies([{"name": "lang", "value": language, "url": site.url}])
        if name:
            sent = {"name": name, "password": PASSWORD}
            answer = await context.request.post("/api/v1/session", data=sent, headers={"Origin": site.url})
            assert answer.ok, await answer.text()
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        note_complaints(page, complaints)
        await page.goto(path)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []


def _scheme(theme: str) -> Any:
    return theme
