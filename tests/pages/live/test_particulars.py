"""What a site's page says of the meeting: in full before it begins, behind a button while it runs; whom to call."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.pages.live.conftest import Sit, assert_accessible, link
from tests.pages.live.test_documents import planned
from tests.service import Service
from tests.web.api.test_particulars import PLAN, later

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOTES = "Kiểm tra đường truyền trước 30 phút. " * 40
TECHNICIANS = [
    {"name": "Dũng", "contact": "0912 345 678"},
    {"name": "Hà", "contact": "(024) 3804.1234, máy lẻ 12; ha2026@gov.vn"},
    {"name": "Trực ban", "contact": "+84 912345678/1080"},
    {"name": "Tổng đài", "contact": "1080"},
]


async def numbers(page: Page) -> list[Any]:
    links = page.locator("[data-fact=technicians] a")
    return [(await one.get_attribute("href"), await one.inner_text()) for one in await links.all()]


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
async def test_site_reads_of_the_meeting_before_it_and_behind_a_button_while_it_runs(
    served: Service, sit: Sit, size: tuple[int, int]
) -> None:
    plan = {**PLAN, **later(), "technicians": TECHNICIANS, "notes": NOTES}
    path = await served.briefing(until="scheduled", **plan)
    width, height = size
    page = await sit(link(path, "38"), viewport={"width": width, "height": height})
    body, button = page.locator("#particulars-body"), page.locator("#particulars summary")

    await expect(body).to_be_visible()
    await expect(page.locator("[data-fact=presiding] li").first).to_contain_text("Ông An, Bộ trưởng chủ trì chính")
    for name, said in {"kind": "Tổng kết năm", "number": "12/2026", "moderator": "Ông Châu", "place": "A"}.items():
        await expect(page.locator(f"[data-fact={name}] dd")).to_contain_text(said)
    assert await numbers(page) == [
        ("tel:0912345678", "0912 345 678"),
        ("tel:02438041234", "(024) 3804.1234"),
        ("tel:+84912345678", "+84 912345678"),
        ("tel:1080", "1080"),
    ]
    await expect(page.locator("#check-in-form" if width > height else "#devices")).to_be_in_viewport()
    await assert_accessible(page)

    await served.call("PATCH", path, "organizer", {"dress": "Lễ phục"})
    await expect(page.locator("[data-fact=dress] dd")).to_have_text("Lễ phục")
    for move in ("open", "start"):
        await served.call("POST", f"{path}/{move}", "organizer")
    await expect(body).to_be_hidden()
    await page.click("[data-step=room]")
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-fact=technicians] a").first).to_be_in_viewport()
    await assert_accessible(page)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(body).to_be_hidden()
    await expect(button).to_be_focused()


async def test_plan_that_says_nothing_of_it_takes_no_room(served: Service, sit: Sit) -> None:
    page = await sit(link(await planned(served), "38"), language="en")
    await expect(page.locator("#steps")).to_be_visible()
    await expect(page.locator("#particulars")).to_be_hidden()
