"""A series is published with one press on its page, and a site answers all of its dates on one page."""

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from server.serve import running
from server.settings import Settings
from tests.chromium import note_complaints
from tests.pages.house import PASSWORD, furnish
from tests.pages.test_planning import DRAFT, call

pytestmark = pytest.mark.asyncio(loop_scope="session")

RULE = "FREQ=WEEKLY;COUNT=4"
FIRST = {"starts_at": "2098-11-29T01:00:00Z", "ends_at": "2098-11-29T03:00:00Z", "endpoints": ["38", "96"]}


async def no_faults(page: Page) -> None:
    """Nothing that axe finds."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


async def test_a_series_is_published_with_one_press_and_answered_on_one_page(browser: Browser, tmp_path: Path) -> None:
    given = {"data_dir": tmp_path, "media_port": 0, "media_processes": 0, "port": 0, "mail_from": "vp@example.vn"}
    complaints: list[str] = []
    async with running(Settings.model_validate(given)) as (app, url):
        await furnish(app)
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, base_url=url)
        await context.add_cookies([{"name": "lang", "value": "vi", "url": url}])
        sent = {"name": "lan", "password": PASSWORD}
        assert (await context.request.post("/api/v1/session", data=sent, headers={"Origin": url})).ok
        page = await context.new_page()
        note_complaints(page, complaints)
        await page.goto("/")
        briefing = (await call(page, "POST", "/api/v1/briefings", {**DRAFT, **FIRST}))["id"]
        series = await call(page, "POST", "/api/v1/series", {"briefing": briefing, "rule": RULE})
        await call(page, "PATCH", f"/api/v1/briefings/{series['dates'][3]['briefing']}", {"endpoints": []})
        await publish(page, series["id"])
        link = await reply_link(page, briefing)
        await page.goto(link)
        await answer(page)
        await context.close()
    assert complaints == []


async def publish(page: Page, series: str) -> None:
    """Read what publishing would do, publish, and read what was left."""
    await page.goto(f"/series/{series}")
    await page.get_by_role("button", name="Công bố các bản nháp (4)…").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Công bố 3 kỳ của")
    await expect(dialog).to_contain_text("vẫn là bản nháp: ")
    await expect(dialog.get_by_label("Mời luôn các điểm cầu: 1 thư, mỗi thư mời dự tất cả các kỳ này")).to_be_checked()
    await expect(dialog).to_contain_text("1 điểm cầu không nhận được thư")
    await no_faults(page)
    await dialog.get_by_role("button", name="Công bố 3 kỳ").click()
    await expect(dialog).to_contain_text("Đã công bố 3 kỳ. Số thư đang được soạn: 1")
    await dialog.get_by_role("button", name="Đóng").click()
    await expect(page.locator("tbody .badge--scheduled")).to_have_count(3)


async def reply_link(page: Page, briefing: str) -> str:
    """Return where Thanh Hóa answers; the mailer makes its link, a moment after the dates were published."""
    while True:
        found = await call(page, "GET", f"/api/v1/briefings/{briefing}/join-links")
        [url] = [one["url"] for one in found["links"] if one["endpoint"] == "38"]
        if url:
            return str(url).replace("/join/", "/reply/")


async def answer(page: Page) -> None:
    """Accept all dates."""
    await expect(page.locator("#dates li")).to_have_count(2)
    await page.check("[value=accepted]")
    await page.get_by_label("Kỳ này và 2 kỳ khác sắp tới").check()
    await no_faults(page)
    await page.click("#send")
    await expect(page.locator("#notice.banner--good")).to_be_visible()
    await expect(page.locator("#dates li").first).to_contain_text("– Tham dự")
