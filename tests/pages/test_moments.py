"""From the record to the board as it was: also after the briefing has closed."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.pages.conftest import Site, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_row_of_the_record_leads_to_its_moment_and_back_to_the_end(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.closed}/record", "minh")
    row = page.locator(".record__turns tbody tr").nth(2)
    await expect(row).to_contain_text("Cần Thơ")
    granted = (await row.locator(".moment").inner_text()).strip()
    await row.locator(".moment").click()

    await expect(page.locator("#rewind-moment")).to_contain_text(granted)
    await expect(page.locator("#floor-place")).to_have_text("Cần Thơ")
    await expect(page.locator("#state")).to_have_text("Đang diễn ra")
    await expect(page.locator("[data-count=present]")).to_have_text("60/63")
    await expect(page.locator(".rewind__turn")).to_have_count(7)
    await page.click("#rewind-end")
    await expect(page.locator("#state")).to_have_text("Đã kết thúc")
    await expect(page.locator("#floor-place")).to_have_text("Điểm cầu trung tâm điều hành")


async def test_closed_briefing_is_walked_through_from_its_end(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.closed}/status", "dung", theme="dark")
    await page.click("#rewind")
    await expect(page.locator("#rewind-entry")).not_to_be_empty()
    await page.keyboard.press("PageDown")
    await expect(page.locator("#state")).to_have_text("Đang diễn ra")
    await expect(page.locator("[data-count=present]")).to_have_text("60/63")

    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
