"""The addresses of the sites' calendars, as the organizer makes and revokes them."""

import pytest
from playwright.async_api import expect

from tests.pages.conftest import Site, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_addresses_are_made_for_all_and_one_is_renewed_and_revoked(site: Site, visit: Visit) -> None:
    page = await visit("/calendar-feeds/34", "lan")
    await page.click("#make")
    await expect(page.locator("[data-revoke]")).to_have_count(34)
    await expect(page.locator("#make")).to_have_count(0)
    row = page.locator("tr[data-code]").first
    address = await row.get_attribute("data-url") or ""
    assert address.startswith(f"{site.url}/calendar/")
    assert (await page.request.get(address)).headers["content-type"] == "text/calendar; charset=utf-8"

    await row.locator("[data-renew]").click()
    await page.click("dialog .button--danger-strong")
    await expect(row).not_to_have_attribute("data-url", address)
    assert (await page.request.get(address)).status == 404

    await row.locator("[data-revoke]").click()
    await page.click("dialog .button--danger-strong")
    await expect(row.locator("[data-revoke]")).to_have_count(0)
    await expect(page.locator("#make")).to_contain_text("(1)")
