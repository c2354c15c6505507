"""The server dies in the middle of a turn and comes back: the site is on air again, and nobody pressed a thing."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.calls import caller, links_of, live_briefing, tokens_of
from tests.journeys.processes import server, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

BACK_WITHIN = 15.0
"""Seconds from the server's start, on a machine that also runs everything else."""


async def test_page_comes_back_by_itself_after_the_server_was_killed(tmp_path: Path, camera: Browser) -> None:
    async with server(tmp_path) as one:
        tokens = await tokens_of(one, "organizer", "chair")
        async with caller(one.url, tokens["organizer"]) as organizer, caller(one.url, tokens["chair"]) as chair:
            path = await live_briefing(organizer, ["38"])
            page = await camera.new_page(locale="vi-VN")
            await page.goto((await links_of(organizer, path))["38"])
            await page.fill("[name=local_chair]", "Nguyễn Văn Hòa")
            await page.click("#send-check-in")
            await expect(page.locator("#link-state")).to_have_text("Máy chủ đang nhận hình ảnh của bạn", timeout=10_000)
            await page.click("#raise")
            await expect(page.locator("#waiting")).to_be_visible()
            await chair.post(f"{path}/floor/grant", {"endpoint": "38"})
            await expect(page.locator("#air-label")).to_have_text("Đang phát sóng")

            await one.kill()
            await expect(page.locator("#line")).to_be_visible(timeout=10_000)
            await one.start()

            async def on_air() -> bool:
                turn = (await chair.get(f"{path}/status"))["floor"]["turn"]
                return bool(turn["endpoint"] == "38" and turn["held_until"] is None)

            await until(on_air, within=BACK_WITHIN, what="the turn goes on")
            await expect(page.locator("#line")).to_be_hidden()
            await expect(page.locator("#air-label")).to_have_text("Đang phát sóng")
            await page.close()
