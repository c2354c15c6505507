"""The month as a place to plan in: a new briefing on a day, and one moved to another by mouse or key, and back."""

import re
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.pages.conftest import Visit
from tests.pages.test_planning import call, drafted
from tests.pages.test_series import no_faults, repeated

pytestmark = pytest.mark.asyncio(loop_scope="session")


def on(page: Page, day: str) -> Any:
    return page.locator(f"[data-day='{day}']")


async def test_a_new_briefing_begins_on_the_day_that_is_pressed_and_its_work_is_said(visit: Visit) -> None:
    page = await visit("/planning/month?month=2026-12", "lan")
    await on(page, "2026-12-15").get_by_role("link", name="Hội nghị mới vào Thứ Ba, 15/12/2026").focus()
    await page.keyboard.press("Enter")

    await expect(page.locator("#day")).to_have_value("15/12/2026")
    await expect(page.locator("#work")).to_have_text("Ngày làm việc.")
    await page.fill("#day", "2/9/2027")
    await expect(page.locator("#work")).to_have_text("Ngày nghỉ: Quốc khánh.")
    await page.fill("#day", "13.12.2026")
    await expect(page.locator("#work")).to_have_text("Ngày nghỉ cuối tuần.")
    await page.goto("/planning/year?year=2099")
    await page.locator("[data-day='2099-01-01']").press("n")
    await expect(page.locator("#day")).to_have_value("01/01/2099")


async def test_a_draft_is_dragged_to_another_day_and_put_back(visit: Visit) -> None:
    title = "Giao ban để kéo"
    times = {"starts_at": "2097-03-05T01:00:00Z", "ends_at": "2097-03-05T03:00:00Z"}
    await drafted(visit, title=title, **times)
    await drafted(visit, title="Đã có ở đó", starts_at="2097-03-13T01:00:00Z", ends_at="2097-03-13T02:00:00Z")
    page = await visit("/planning/month?month=2097-03", "lan")

    await on(page, "2097-03-05").locator(".month__item").drag_to(on(page, "2097-03-13"))

    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Trùng lịch ngày 13/03/2097 với “Đã có ở đó”")
    await no_faults(page)
    await page.fill("#move-day", "14/03/2097")
    await expect(dialog).to_contain_text("Không trùng lịch.")
    await dialog.get_by_role("button", name="Dời").click()
    await expect(on(page, "2097-03-14").locator(".month__item")).to_contain_text(title)
    await expect(on(page, "2097-03-14").locator(".month__item")).to_be_focused()
    await page.get_by_role("button", name="Hoàn tác").click()
    await expect(on(page, "2097-03-05").locator(".month__item")).to_contain_text(title)
    await expect(on(page, "2097-03-14").locator(".month__item")).to_have_count(0)


async def test_dates_of_a_series_follow_one_that_is_moved_by_a_key(visit: Visit) -> None:
    page, series = await repeated(visit, "Giao ban để dời", "FREQ=WEEKLY;COUNT=3")
    await page.goto("/planning/month?month=2098-12")
    item = on(page, "2098-12-05").get_by_role("link", name=re.compile("Giao ban để dời"))
    await item.press("Alt+ArrowLeft")

    dialog = page.get_by_role("dialog")
    await expect(page.locator("#move-day")).to_have_value("04/12/2098")
    await page.get_by_label("Hội nghị này và các hội nghị tiếp theo").check()
    await expect(dialog).to_contain_text("2 dời ngày")
    assert (await Axe().run(page)).violations_count == 0
    await dialog.get_by_role("button", name="Dời").click()
    await expect(on(page, "2098-12-11").get_by_text("Giao ban để dời")).to_be_visible()

    days = [(await call(page, "GET", f"/api/v1/briefings/{one['briefing']}"))["starts_at"] for one in series["dates"]]
    assert [day[:10] for day in days] == ["2098-11-28", "2098-12-04", "2098-12-11"]
    await page.get_by_role("button", name="Hoàn tác").click()
    await expect(on(page, "2098-12-12").get_by_text("Giao ban để dời")).to_be_visible()


async def test_what_a_new_rule_does_to_each_date_is_shown_before_it_is_saved(visit: Visit) -> None:
    page, series = await repeated(visit, "Giao ban đổi lịch", "FREQ=WEEKLY;COUNT=3")
    await page.goto(f"/series/{series['id']}/repeat")
    await page.locator("#days input[value='2']").check()
    await page.locator("#days input[value='4']").uncheck()
    await page.fill("#count", "4")
    await expect(page.locator("#summary")).to_contain_text("2 dời ngày · 2 mới · 1 bị hủy")
    await expect(page.locator("#dates")).to_contain_text("dời từ")
    await no_faults(page)
    await page.locator("#dates tr").last.get_by_role("button", name=re.compile("^Bỏ ")).click()
    await expect(page.locator("#summary")).to_contain_text("1 bị bỏ")
    will = await page.locator("#dates tr:not(.series__gone) th").all_inner_texts()
    await page.get_by_role("button", name="Đổi các ngày họp").click()
    await expect(page.locator("h1")).to_have_text("Giao ban đổi lịch")

    after = await call(page, "GET", f"/api/v1/series/{series['id']}")
    standing = [
        "/".join(reversed(one["starts_at"][:10].split("-"))) for one in after["dates"] if one["state"] == "draft"
    ]
    assert standing == [day.split(" ")[-1] for day in will]


async def test_a_day_and_a_number_are_meant_for_those_that_follow_where_they_can_be(visit: Visit) -> None:
    page, series = await repeated(visit, "Giao ban đánh số", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=3")
    await page.goto(f"/briefings/{series['dates'][1]['briefing']}/edit")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.fill("#number", "8")
    await page.fill("#day", "02/01/2099")
    await page.click("button[type=submit]")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Các ngày họp khác không thể dời theo sang ngày đó")
    await expect(page.get_by_label("Hội nghị này và các hội nghị tiếp theo")).to_be_disabled()
    await dialog.get_by_role("button", name="Quay lại").click()
    await page.fill("#day", "25/12/2098")
    await page.click("button[type=submit]")
    await expect(dialog).to_contain_text("Số hội nghị được đánh tiếp")
    await page.get_by_label("Hội nghị này và các hội nghị tiếp theo").check()
    await dialog.get_by_role("button", name="Lưu").click()
    await expect(page.locator("h1")).to_have_text("Giao ban đánh số")

    dates = [await call(page, "GET", f"/api/v1/briefings/{one['briefing']}") for one in series["dates"]]
    assert [(one["starts_at"][:10], one["number"]) for one in dates] == [
        ("2098-11-28", ""),
        ("2098-12-25", "8"),
        ("2099-01-29", "9"),
    ]
