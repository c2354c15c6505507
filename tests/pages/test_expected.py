"""Expected delegates as an organizer writes them down, and has them in the next briefing."""

import pytest
from playwright.async_api import expect

from tests.pages.conftest import Site, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_lists_are_written_kept_for_new_briefings_and_shown(site: Site, visit: Visit) -> None:
    page = await visit("/briefings/new", "lan")
    await page.select_option("#roster", "34")
    await page.click("#expected-card summary")
    await page.click("#add-expected")
    await page.keyboard.type("Chủ tịch UBND\nChánh Văn phòng\n")
    await page.click("#add-expected")
    await page.keyboard.type("Giám đốc Công an")
    await page.locator("[data-who]").nth(1).select_option(label="Đông Nam Bộ")
    await page.click("#keep-expected")
    await expect(page.locator(".toast--good")).to_contain_text("Hội nghị mới")

    await page.reload()
    await page.click("#afresh")  # what was typed is kept, as in any new briefing
    await page.click("dialog .button--danger-strong")
    await expect(page.locator("#expected li")).to_have_count(0)
    await page.select_option("#roster", "34")
    await expect(page.locator("#expected li")).to_have_count(2)
    assert await page.locator("[data-positions]").first.input_value() == "Chủ tịch UBND\nChánh Văn phòng"
    assert await page.locator("[data-who]").nth(1).evaluate("one => one.selectedOptions[0].text") == "Đông Nam Bộ"
    await page.locator("#expected [data-remove]").nth(1).click()
    await page.fill("#title", "Giao ban thử")
    await page.fill("#day", "22/11/2027")
    await page.fill("#from", "08:00")
    await page.fill("#to", "10:00")
    await page.click("#editor [type=submit]")
    await page.wait_for_url(f"{site.url}/briefings/*")
    await expect(page.locator("main")).to_contain_text("Chủ tịch UBND; Chánh Văn phòng")
