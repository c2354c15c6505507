"""The wall of pictures: what every source sends, loaded when it is looked at, and what is wrong with it in words."""

import pytest
from playwright.async_api import expect

from tests.pages.live.conftest import Sit, assert_accessible, link, page_of
from tests.pages.live.test_looks import busy_briefing
from tests.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

STILL_WITHIN = 20_000
"""Milliseconds in which a site that has begun to send shows on the wall, on a busy machine."""


async def test_a_site_that_sends_is_seen_on_the_wall_and_larger_in_its_detail(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    wall = await sit(f"{page_of(path, 'status')}?view=pictures", "operator")
    tile = wall.locator(".picture[title='Thanh Hóa']")
    await expect(tile).to_contain_text("chưa vào")
    room = await sit(link(path, "38"))
    await room.fill("[name=local_chair]", "Nguyễn Văn Hòa")
    await room.click("#send-check-in")
    first = tile.locator("img")
    await expect(first).to_be_visible(timeout=STILL_WITHIN)
    assert 0 < await first.evaluate("(image) => image.naturalWidth") <= 320

    shown = await first.get_attribute("src")
    await expect(tile.locator("img")).not_to_have_attribute("src", shown or "", timeout=STILL_WITHIN)
    await tile.click()
    await expect(wall.locator("#detail-still img")).to_be_visible()
    assert await wall.locator("#detail-still img").get_attribute("alt") == "Ảnh mới nhất"
    await assert_accessible(wall)
    await room.close()
    await expect(tile.locator("img")).to_have_count(0, timeout=STILL_WITHIN)


@pytest.mark.parametrize(("theme", "size"), [("light", (1366, 768)), ("dark", (1920, 1080))])
async def test_wall_shows_everybody_without_scrolling(
    served: Service, sit: Sit, theme: str, size: tuple[int, int]
) -> None:
    path = await busy_briefing(served)
    viewport = {"width": size[0], "height": size[1]}
    wall = await sit(f"{page_of(path, 'status')}?view=pictures", "operator", theme=theme, viewport=viewport)
    await expect(wall.locator(".picture")).to_have_count(64)

    assert await wall.evaluate("document.documentElement.scrollHeight") <= size[1]
    await assert_accessible(wall)


async def test_view_is_kept_in_the_address(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    board = await sit(page_of(path, "status"), "operator")
    await board.click("[data-view=pictures]")
    await board.reload()
    await expect(board.locator("#pictures")).to_be_visible()
    await board.click("#wall")

    await expect(board.locator("#pictures")).to_be_visible()
    await expect(board.locator(".picture")).to_have_count(4)
