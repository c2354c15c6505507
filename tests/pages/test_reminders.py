"""Reminders as the organizer changes them: for one briefing, and for all of them."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from server.serve import running
from server.settings import Settings
from tests.pages.conftest import Site, Visit
from tests.pages.house import PASSWORD, furnish

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_reminders_of_one_briefing_are_changed_together_and_undone(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.rehearsed}", "lan")
    await page.click("a[href$=reminders]")
    rows = page.locator("tbody tr[data-rule]")
    await expect(rows).to_have_count(4)
    await expect(page.locator("#unsaved")).to_be_hidden()

    await rows.nth(3).locator("[data-remove]").click()
    await expect(page.locator("#unsaved")).to_be_visible()
    await page.click("#discard")
    await expect(rows).to_have_count(4)

    await rows.nth(0).locator("[data-on]").uncheck()
    await page.click("#add")
    await rows.nth(4).locator("[data-count]").fill("2")
    await rows.nth(4).locator("[data-unit]").select_option("days")
    await page.click("#save")
    await expect(page.locator("#problem")).to_contain_text("ít nhất một vai trò")
    await rows.nth(4).locator("[data-to=clerk]").check()
    await page.click("#save")

    await expect(page.locator("#as-house")).to_be_visible()
    keys = [await one.get_attribute("data-rule") for one in await rows.all()]
    assert keys == ["3-working_days", "2-days", "1-days", "60-minutes", "15-minutes"]
    await expect(rows.nth(0).locator("[data-on]")).not_to_be_checked()
    await page.click("#as-house")
    await expect(rows).to_have_count(4)


async def test_reminders_of_the_house_are_changed_by_keyboard(site: Site, visit: Visit) -> None:
    page = await visit("/outbox", "lan")
    await page.click("a[href='/reminders']")
    rows = page.locator("tbody tr[data-rule]")
    await expect(rows).to_have_count(4)

    await page.locator("#add").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("40")  # over the number that is there, for it has the focus
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.click("#save")

    await expect(page.locator("#unsaved")).to_be_hidden()  # the page is another one
    await expect(rows).to_have_count(5)
    other = await visit("/reminders", "admin")
    await rows.nth(3).locator("[data-remove]").click()
    await page.click("#save")
    await expect(page.locator("#unsaved")).to_be_hidden()
    await expect(rows).to_have_count(4)

    await other.locator("[data-count]").first.fill("5")
    await other.click("#save")
    await expect(other.locator("dialog h2")).to_have_text("Người khác vừa sửa các lần nhắc này")
    await other.keyboard.press("Escape")
    await expect(other.locator("#unsaved")).to_be_visible()
    await other.click("#discard")
    await expect(other.locator("tbody tr[data-rule]")).to_have_count(4)


async def test_reminder_is_sent_now_to_those_who_have_not_had_it(browser: Browser, tmp_path: Path) -> None:
    given = {"data_dir": tmp_path, "media_port": 0, "media_processes": 0, "port": 0, "mail_from": "vp@example.vn"}
    async with running(Settings.model_validate(given)) as (app, url):
        house = await furnish(app)
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN", base_url=url)
        sent = {"name": "lan", "password": PASSWORD}
        assert (await context.request.post("/api/v1/session", data=sent, headers={"Origin": url})).ok
        page = await context.new_page()
        await page.goto(f"/briefings/{house.scheduled}/reminders")
        day = page.locator('tr[data-rule="1-days"]')
        await expect(day.locator("summary")).to_contain_text("60")  # of 63

        for said in ("Đã viết 5 thư", "Mọi người đều đã nhận"):
            await day.locator("[data-send]").click()
            await page.click("dialog .button--primary")
            await expect(page.locator("#toasts")).to_contain_text(said)
        await page.goto("/outbox")
        await expect(page.locator("[data-mail]")).to_have_count(5)
        await context.close()
