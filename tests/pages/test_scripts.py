"""The scripts' own library, in the browser that runs it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from endpoints.rosters import search_key
from server.web.pages.static_files import static
from tests.endpoints.searches import SEARCHES, SPELLINGS
from tests.pages.conftest import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(site: Site, browser: Browser) -> AsyncIterator[Page]:
    """One page for all: the functions keep nothing."""
    page = await browser.new_page(base_url=site.url, locale="vi-VN")
    await page.context.add_cookies([{"name": "lang", "value": "vi", "url": site.url}])
    await page.goto("/sign-in")
    yield page
    await page.close()


async def said(page: Page, module: str, call: str) -> Any:
    """Evaluate a call of a module's function `m.…`."""
    return await page.evaluate(f"import('{static(module)}').then((m) => {call})")


@pytest.mark.parametrize(
    ("day", "hour", "moment"),
    [
        ("22/11/2026", "08:00", "2026-11-22T01:00:00.000Z"),
        ("1-2-2027", "0:05", "2027-01-31T17:05:00.000Z"),
        (" 01.12.2026 ", "14h30", "2026-12-01T07:30:00.000Z"),
        ("31/02/2026", "08:00", None),
        ("22/11/2026", "24:00", None),
        ("22/11/2026", "8", None),
        ("2026-11-22", "08:00", None),
    ],
)
async def test_local_times_are_read_as_people_type_them(page: Page, day: str, hour: str, moment: str | None) -> None:
    found = await said(page, "js/lib/format.js", f"m.instant({day!r}, {hour!r})?.toISOString() ?? null")
    assert found == moment


async def test_times_are_written_in_the_time_zone_of_the_deployment(page: Page) -> None:
    moment = "'2026-11-21T17:04:05Z'"
    written = await said(page, "js/lib/format.js", f"[m.date({moment}), m.dateTime({moment}), m.weekday({moment})]")
    assert written == ["22/11/2026", "22/11/2026 00:04", "Chủ nhật"]


async def test_lengths_and_numbers_are_written_as_people_read_them(page: Page) -> None:
    written = await said(
        page, "js/lib/format.js", "[m.clock(245.9), m.clock(3845), m.number(12345.5, 1), m.percent(0.051, 1)]"
    )
    assert written == ["4:05", "1:04:05", "12.345,5", "5,1%"]


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("", ""),
        ("15/12/2026", "2026-12-15"),
        (" 5-1-2027 ", "2027-01-05"),
        ("12/2026", "2026-12"),
        ("tháng 3/2027", "2027-03"),
        ("Q4/2026", "2026-Q4"),
        ("quý IV/2026", "2026-Q4"),
        ("quý 1 năm 2027", "2027-Q1"),
        ("31/02/2026", None),
        ("13/2026", None),
        ("Q5/2026", None),
        ("mai", None),
    ],
)
async def test_due_dates_are_read_as_people_type_them_and_read_again_the_same(
    page: Page, typed: str, due: str | None
) -> None:
    read = await said(page, "js/notes/due.js", f"m.dueOf({typed!r})")
    assert read == due
    if due:
        assert await said(page, "js/notes/due.js", f"m.dueOf(m.dueTyped({due!r}))") == due


async def test_due_dates_are_written_with_their_precision(page: Page) -> None:
    written = await said(page, "js/notes/due.js", "['2026-12-15', '2026-12', '2026-Q4', ''].map(m.dueWord)")
    assert written == ["15/12/2026", "tháng 12/2026", "quý IV/2026", ""]


async def test_search_finds_in_the_browser_what_it_finds_in_the_service(page: Page) -> None:
    asked = json.dumps([(text, search) for text, search, _ in SEARCHES])

    found = await said(page, "js/lib/text.js", f"{asked}.map(([text, search]) => m.matches(text, search))")

    assert found == [expected for _, _, expected in SEARCHES]


async def test_names_are_folded_in_the_browser_as_in_the_service(page: Page) -> None:
    folded = await said(page, "js/lib/text.js", f"{json.dumps(SPELLINGS)}.map(m.fold)")

    assert folded == [search_key(text) for text in SPELLINGS]


async def test_a_refusal_carries_what_the_problem_says(page: Page) -> None:
    refusal = await said(
        page,
        "js/lib/api.js",
        "m.call('POST', '/api/v1/session', { body: { name: 'x', password: 'y' } })"
        ".catch((e) => [e instanceof m.Refusal, e.status, e.code])",
    )
    assert refusal == [True, 401, "wrong_password"]


async def test_names_in_translated_sentences_are_filled_in(page: Page) -> None:
    sentence = await said(page, "js/lib/i18n.js", "m.t('{chosen} of {all} chosen', { chosen: 2, all: 63 })")
    assert sentence == "Đã chọn 2/63"
