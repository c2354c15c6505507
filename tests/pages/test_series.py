"""A series on the pages: made of a draft, changed for more than one date, and seen in the month and the year."""

import re
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.pages.conftest import Visit
from tests.pages.test_planning import call, drafted, lets_go

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST = {"starts_at": "2098-11-28T01:00:00Z", "ends_at": "2098-11-28T03:00:00Z", "endpoints": ["01"]}


async def no_faults(page: Page) -> None:
    """Nothing that axe finds."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


async def repeated(visit: Visit, title: str, rule: str) -> tuple[Page, Any]:
    """Make a series of a new draft; return a page of its organizer, and the series."""
    briefing = await drafted(visit, **{**FIRST, "title": title})
    page = await visit("/", "lan")
    series = await call(page, "POST", "/api/v1/series", {"briefing": briefing, "rule": rule, "accepted": "thử"})
    return page, series


async def test_a_series_is_made_by_choosing_and_one_press_moves_a_date(visit: Visit) -> None:
    await drafted(visit, **{**FIRST, "starts_at": "2099-01-30T02:00:00Z", "ends_at": "2099-01-30T04:00:00Z"})
    briefing = await drafted(visit, **{**FIRST, "title": "Giao ban lặp lại"})
    page = await visit(f"/briefings/{briefing}", "lan")
    await page.get_by_role("link", name="Lặp lại…").click()
    await page.select_option("#on", "BYDAY=-1FR")
    await page.fill("#count", "3")
    await expect(page.locator("#words")).to_have_text("Hằng tháng, vào thứ Sáu cuối cùng của tháng, tổng cộng 3 lần")
    await expect(page.locator("#dates tr")).to_have_count(3)
    await expect(page.locator("#summary")).to_contain_text("1 trùng lịch")
    submit = page.get_by_role("button", name="Tạo chuỗi hội nghị")
    await expect(submit).to_be_disabled()
    await no_faults(page)
    await page.locator(".series__offers button").first.click()
    await expect(page.locator("#summary")).to_contain_text("không trùng lịch")
    await page.get_by_role("button", name="Bỏ 26/12/2098").click()
    await expect(page.locator("#summary")).to_contain_text("1 bị bỏ")
    await submit.click()

    await expect(page.locator("h1")).to_have_text("Giao ban lặp lại")
    await expect(page.locator("tbody tr")).to_have_count(2)
    await expect(page.locator("tbody")).to_contain_text("dời từ 30/01/2099 08:00")
    await no_faults(page)


async def test_a_change_of_one_date_is_asked_for_and_reaches_the_others(visit: Visit) -> None:
    page, series = await repeated(visit, "Giao ban tuần", "FREQ=WEEKLY;COUNT=3")
    lets_go(page)
    second = series["dates"][1]["briefing"]
    await page.goto(f"/briefings/{second}/edit")
    await page.fill("#from", "14:00")
    await page.fill("#to", "15:30")
    await page.fill("#title", "Giao ban chiều")
    await page.click("button[type=submit]")
    await expect(page.get_by_role("dialog")).to_contain_text("Thay đổi này áp dụng cho những hội nghị nào?")
    await no_faults(page)
    await page.get_by_label("Hội nghị này và các hội nghị tiếp theo").check()
    await page.get_by_role("dialog").get_by_role("button", name="Lưu").click()
    await expect(page.locator("h1")).to_have_text("Giao ban chiều")

    starts = [(await call(page, "GET", f"/api/v1/briefings/{one['briefing']}"))["starts_at"] for one in series["dates"]]
    assert [moment[:16] for moment in starts] == ["2098-11-28T01:00", "2098-12-05T07:00", "2098-12-12T07:00"]


async def test_a_date_is_cancelled_with_those_that_follow(visit: Visit) -> None:
    page, series = await repeated(visit, "Giao ban hủy", "FREQ=WEEKLY;COUNT=3")
    await page.goto(f"/briefings/{series['dates'][1]['briefing']}")
    await page.click("[data-move=cancel]")
    await page.get_by_label("Hội nghị này và các hội nghị tiếp theo").check()
    await page.get_by_role("dialog").get_by_role("button", name="Hủy hội nghị").click()
    await expect(page.locator(".badge--cancelled").first).to_be_visible()

    after = await call(page, "GET", f"/api/v1/series/{series['id']}")
    assert [one["state"] for one in after["dates"]] == ["draft", "cancelled", "cancelled"]


async def test_the_keys_walk_the_year_and_open_the_month(visit: Visit) -> None:
    await repeated(visit, "Giao ban trên lịch", "FREQ=DAILY;COUNT=1")
    page = await visit("/planning/year?year=2098", "lan")
    await page.locator("[data-day='2098-01-01']").focus()
    for key in ("PageDown",) * 10 + ("ArrowDown",) * 3 + ("ArrowRight",) * 6:
        await page.keyboard.press(key)
    day = page.locator("[data-day='2098-11-28']")
    await expect(day).to_be_focused()
    assert "Giao ban trên lịch (Bản nháp)" in (await day.get_attribute("aria-label") or "")
    await page.keyboard.press("Enter")

    await expect(page.locator("h1")).to_have_text("Tháng 11 năm 2098")
    item = page.locator("[id='d-2098-11-28']").get_by_role("link", name="Giao ban trên lịch")
    await expect(item).to_have_accessible_name(re.compile("Bản nháp"))


async def test_a_copy_is_made_on_the_overview_and_opened_for_writing(visit: Visit) -> None:
    briefing = await drafted(visit, title="Giao ban gốc")
    page = await visit(f"/briefings/{briefing}", "lan")
    await page.click("[data-copy]")
    await page.fill("#copy-day", "15/12/2099")
    await page.get_by_role("dialog").get_by_role("button", name="Sao chép").click()

    await expect(page).to_have_url(re.compile(r"/briefings/\w+/edit$"))
    assert not page.url.endswith(f"/{briefing}/edit")
    await expect(page.locator("#day")).to_have_value("15/12/2099")
    await expect(page.locator("#title")).to_have_value("Giao ban gốc")
