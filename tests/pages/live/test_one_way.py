"""A quick notification on the pages: sites are told that they listen, and the chair is offered nobody but the hub."""

import pytest
from playwright.async_api import expect

from tests.pages.live.conftest import Sit, page_of
from tests.pages.live.test_site import checked_in
from tests.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEWS = [{"title": "Thông báo bão số 12", "minutes": 20, "kind": "directive", "document": "Công điện số 118/CĐ-TTg"}]


async def test_a_quick_notification_offers_no_discussion(served: Service, sit: Sit) -> None:
    path = await served.briefing(kind="quick_notification", agenda=NEWS)
    page = await checked_in(sit, path, "38")
    desk = await sit(page_of(path, "chair"), "chair")

    await expect(page.locator("#one-way")).to_have_text(
        "Đây là thông báo nhanh: các điểm cầu theo dõi, không thảo luận."
    )
    await expect(page.locator("#hand")).to_be_hidden()
    await expect(page.locator("#agenda")).to_contain_text("Thông báo bão số 12 · Công điện số 118/CĐ-TTg")
    await expect(desk.locator("#one-way")).to_be_visible()
    await expect(desk.locator("#queue-empty")).to_be_hidden()
    await expect(desk.locator("#sites > li")).not_to_have_count(0)
    await expect(desk.locator("#sites [data-invite]:visible")).to_have_count(0)
    await desk.keyboard.press("a")
    await expect(desk.locator("#speaker [name=endpoint] option")).to_have_text(["Điểm cầu trung tâm"])


async def test_a_regular_briefing_is_not_said_to_go_one_way(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    page = await checked_in(sit, path, "38")
    desk = await sit(page_of(path, "chair"), "chair")

    await expect(page.locator("#hand")).to_be_visible()
    await expect(page.locator("#one-way")).to_be_hidden()
    await expect(desk.locator("#queue-empty")).to_be_visible()
    await expect(desk.locator("#one-way")).to_be_hidden()
