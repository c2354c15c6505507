"""Rosters as an organizer brings them along: looked at, planned with, searched by old names, and removed."""

import pytest
from playwright.async_api import FilePayload, expect

from tests.pages.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

TITLES = "Mã điểm cầu;Tên điểm cầu;Cấp;Trực thuộc (mã);Vùng\n"
PROVINCES = "38;Thanh Hóa;tỉnh;;Bắc Trung Bộ\n40;Nghệ An;tỉnh;;Bắc Trung Bộ\n"
COMMUNES = "".join(f"{14000 + number};Xã số {number};xã;38;\n" for number in range(300))


def file(text: str) -> FilePayload:
    return {"name": "danh-muc.csv", "mimeType": "text/csv", "buffer": (TITLES + text).encode("utf-8-sig")}


async def test_roster_comes_from_a_file_is_planned_with_and_goes_again(visit: Visit) -> None:
    page = await visit("/rosters/34/endpoints", "lan")
    await page.click("[data-new]")
    await page.fill("#title", "Thanh Hóa và các xã")
    await expect(page.locator("#short")).to_have_value("thanh-hoa-va-cac")
    await page.fill("#import #from", "01/07/2025")
    await page.set_input_files("#file", file(f"{PROVINCES}99;Xã lạc;xã;77;\n"))
    await expect(page.locator("#import-found tbody")).to_contain_text("Trực thuộc (mã)")
    await expect(page.locator("#take-over")).to_be_disabled()
    await page.set_input_files("#file", file(PROVINCES + COMMUNES))
    await expect(page.locator("#import-found .banner--good")).to_contain_text("302")
    await page.click("#take-over")

    await expect(page.locator("h1")).to_have_text("Thanh Hóa và các xã")
    await expect(page.locator(".rosters__tree tbody tr")).to_have_count(200)
    await page.click("text=Trang sau")
    await expect(page.locator(".rosters__tree tbody tr")).to_have_count(102)
    await page.fill("#search", "xa so 299")
    await page.keyboard.press("Enter")
    await expect(page.locator(".rosters__tree tbody tr")).to_have_count(1)
    await expect(page.locator(".rosters__branch--1")).to_contain_text("Trực thuộc Thanh Hóa")

    await page.goto("/briefings/new")
    await page.fill("#day", "22/11/2026")
    await page.fill("#from", "08:00")
    await page.fill("#to", "09:00")
    await expect(page.locator("#roster-hint")).to_contain_text("34 tỉnh, thành phố")
    await page.select_option("#roster", "thanh-hoa-va-cac")
    await expect(page.locator("#site-count")).to_contain_text("302")
    await expect(page.locator("#roster-hint")).to_be_hidden()
    await page.click("#no-sites")
    await page.check(".sites__region:has-text('Trực thuộc Thanh Hóa') input")
    await expect(page.locator("#site-count")).to_contain_text("300")
    await page.reload()
    await expect(page.locator("#site-count")).to_contain_text("300")

    await page.goto("/rosters/thanh-hoa-va-cac/endpoints")
    await page.click("#tools [data-remove]")
    await page.click(".toast .button:has-text('Hoàn tác')")
    await expect(page.locator("#tools [data-remove]")).to_be_visible()
    await page.click("#tools [data-remove]")
    await expect(page.locator("#tools")).to_be_hidden()


async def test_old_name_finds_what_it_is_part_of_now(visit: Visit) -> None:
    page = await visit("/rosters/63/endpoints?search=ha giang", "lan")
    await expect(page.locator(".banner--fair")).to_contain_text("34 tỉnh, thành phố")
    await expect(page.locator(".rosters__past").first).to_contain_text("Nhập vào Tuyên Quang")
    await expect(page.locator(".rosters__past").first).to_contain_text("01/07/2025, Nghị quyết 202/2025/QH15")

    await page.click(".banner--fair .button")
    await page.fill("#search", "ha giang")
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_contain_text("Hà Giang nay thuộc Tuyên Quang.")
