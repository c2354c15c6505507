"""A briefing that begins soon: told once on whatever page is open, and closed for good."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.pages.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

TITLE = "Giao ban sắp bắt đầu"


async def call(page: Page, method: str, path: str, body: Any) -> Any:
    """Call the API as whoever reads the page."""
    script = """async ([method, path, body]) => {
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(path, { method, headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    }"""
    return await page.evaluate(script, [method, path, body])


async def published(page: Page, minutes: float) -> str:
    """Publish a briefing that begins so many minutes from now; return its address."""
    starts_at = datetime.now(UTC) + timedelta(minutes=minutes)
    times = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=1)).isoformat()}
    made = await call(page, "POST", "/api/v1/briefings", {"title": TITLE, "endpoints": ["01"], **times})
    path = f"/api/v1/briefings/{made['id']}"
    await call(page, "POST", f"{path}/schedule", {})
    return path


async def test_a_briefing_that_begins_soon_is_told_on_any_page_until_it_is_closed(visit: Visit) -> None:
    page = await visit("/", "lan")
    path = await published(page, minutes=12.5)
    notice = page.locator(f"[data-upcoming='{path.rsplit('/', 1)[1]}']")

    await page.reload()
    await expect(notice.locator("a")).to_have_text(re.compile(rf"^Còn 13 phút, lúc \d\d:\d\d {TITLE}$"))
    await expect(page.locator("#announcer")).to_contain_text(TITLE)
    await page.goto("/outbox")
    await expect(notice).to_be_visible()
    await expect(page.locator("#announcer")).to_be_empty()
    await notice.get_by_role("button", name="Đóng").click()
    await page.reload(wait_until="networkidle")
    await expect(notice).to_have_count(0)

    board = await visit("/", "dung")
    await expect(board.locator("[data-upcoming]")).to_contain_text(TITLE)
    await call(page, "POST", f"{path}/cancel", {"reason": "bão"})
    await board.reload(wait_until="networkidle")
    await expect(board.locator("[data-upcoming]")).to_have_count(0)


async def test_whoever_keeps_the_minutes_is_not_told(visit: Visit) -> None:
    page = await visit("/", "minh")

    assert await page.locator("script[src*='upcoming']").count() == 0
