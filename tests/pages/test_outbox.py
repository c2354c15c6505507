"""The outbox as people see it: what failed and why, and one button to try it all again."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from server.serve import running
from server.settings import Settings
from tests.mail_server import free_port, mail_server
from tests.pages.house import PASSWORD, furnish

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_trouble_is_told_and_what_waits_leaves_by_one_button(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    sending = {"mail_from": "vp@example.vn", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none"}
    given = {"data_dir": tmp_path, "media_port": 0, "media_processes": 0, "port": 0, **sending}
    async with running(Settings.model_validate(given)) as (app, url):
        await furnish(app)
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, base_url=url)
        sent = {"name": "admin", "password": PASSWORD}
        assert (await context.request.post("/api/v1/session", data=sent, headers={"Origin": url})).ok
        page = await context.new_page()
        await page.goto("/outbox")
        await page.click("#trial")
        await page.fill("#recipient", "không phải địa chỉ")
        await page.click("#trial-dialog [type=submit]")
        await expect(page.locator("#trial-problem")).to_be_visible()
        await page.fill("#recipient", "ubnd@thanhhoa.example.vn")
        await page.click("#trial-dialog [type=submit]")
        await page.wait_for_url("**state=waiting")
        await expect(page.locator("[data-mail] th")).to_have_text("ubnd@thanhhoa.example.vn")
        trouble = page.locator(".banner--poor", has_text="127.0.0.1")
        while not (await trouble.count() and await page.locator("#again").count()):  # nothing while it is being tried
            await page.reload()

        with mail_server(tmp_path / "accepted", port) as server:
            async with page.expect_navigation():  # the page loads itself anew; two loads at once would meet
                await page.click("#again")
            while await page.locator("[data-mail]").count():
                await page.reload()
            await page.click(".tabs a[href$=sent]")
            await expect(page.locator("[data-mail] th")).to_have_text("ubnd@thanhhoa.example.vn")
            assert [one.to for one in server.accepted] == ["ubnd@thanhhoa.example.vn"]
        await context.close()
