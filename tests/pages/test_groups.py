"""Groups as an organizer makes them, and chooses endpoints by them."""

import pytest
from playwright.async_api import expect

from tests.pages.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_group_is_made_from_a_region_put_in_order_and_chosen_in_a_plan(visit: Visit) -> None:
    page = await visit("/rosters/63/groups", "lan")
    await page.click("[data-group]:has-text('Tây Nguyên') [data-copy]")
    await expect(page.locator("#order li")).to_have_count(5)
    await page.fill("#name", "Gọi trước")
    await page.fill("#site-search", "thanh hoa")
    await page.check("#sites label:not(.sites__region):visible input")
    await expect(page.locator("#order li").last).to_contain_text("Thanh Hóa")
    await page.locator("#order li").last.locator("[data-up]").focus()
    await page.keyboard.press("Alt+ArrowUp")
    await page.keyboard.press("Enter")
    assert (await page.locator("#order li").nth(3).inner_text()).strip() == "Thanh Hóa"
    await page.click("#group [type=submit]")
    own = page.locator("section[aria-labelledby=own] [data-group]")
    await expect(own).to_contain_text("Thanh Hóa")

    await own.locator("[data-edit]").click()
    await page.fill("#name", "Đồng bằng sông Hồng")
    await page.click("#group [type=submit]")
    await expect(page.locator("#problem")).to_contain_text("tên khác")
    await page.click("#group [data-back]")
    await own.locator("[data-remove]").click()
    await expect(own).to_have_count(0)
    await page.click(".toast .button:has-text('Hoàn tác')")
    await expect(own).to_have_count(1)

    await page.goto("/briefings/new")
    await page.click("#no-sites")
    chip = page.locator("#site-groups button", has_text="Gọi trước")
    await chip.click()
    await expect(page.locator("#site-count")).to_contain_text("6")
    await expect(chip).to_have_attribute("aria-pressed", "true")
    await page.uncheck("#sites input[value='38']")
    await expect(chip).to_have_attribute("aria-pressed", "mixed")
    await chip.click()
    await chip.click()
    await expect(page.locator("#site-count")).to_contain_text("0")
    await page.select_option("#roster", "34")
    await expect(page.locator("#site-groups")).to_be_hidden()
