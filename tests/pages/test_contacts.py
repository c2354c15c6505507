"""The contacts of a roster as an organizer keeps them: from a file, found again, changed, and brought back."""

import pytest
from playwright.async_api import FilePayload, expect

from tests.pages.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

TITLES = "Mã điểm cầu;Họ và tên;Chức vụ;Thư điện tử;Vai trò\n"
GOOD = (
    TITLES + "1;Nguyễn Văn An;Chánh Văn phòng;an@hanoi.gov.vn;đầu mối\n38;Lê Thị Liên;;lien@thanhhoa.gov.vn;văn thư\n"
)
BAD = GOOD + "2;Trần Bình;;bình@example.vn;\n"


def file(text: str) -> FilePayload:
    return {"name": "danh-sach.csv", "mimeType": "text/csv", "buffer": text.encode("utf-8-sig")}


async def test_contacts_come_from_a_file_and_are_found_changed_removed_and_brought_back(visit: Visit) -> None:
    page = await visit("/rosters/34/contacts", "lan")
    await page.click(".empty [data-import]")
    await page.set_input_files("#file", file(BAD))
    fault = page.locator("#import-found tbody tr")
    await expect(fault).to_have_count(2)
    await expect(fault.first).to_contain_text("Mã điểm cầu")
    await expect(fault.last).to_contain_text("bình@example.vn")
    await expect(page.locator("#take-over")).to_be_disabled()
    await page.set_input_files("#file", file(GOOD))
    await expect(page.locator("#import-found .badge--good")).to_have_count(2)
    await page.click("#take-over")
    await expect(page.locator("[data-contact]")).to_have_count(2)
    await expect(page.locator(".rosters__missing")).to_contain_text("33")

    await page.fill("#search", "thanh hoá")
    await expect(page.locator("[data-contact] .strong")).to_have_text(["Lê Thị Liên"])
    await page.fill("#search", "VAN AN")
    await expect(page.locator("[data-contact] .strong")).to_have_text(["Nguyễn Văn An"])
    await page.fill("#search", "atlantis")
    await expect(page.locator("#nothing")).to_be_visible()
    await page.fill("#search", "")
    await page.click("[data-missing]")
    await expect(page.locator("tbody[data-code]")).to_have_count(33)
    await expect(page.locator("tbody[data-code='38']")).to_contain_text("chưa có đầu mối")
    await page.select_option("#show", "clerk")
    await expect(page.locator("[data-contact] .strong")).to_have_text(["Lê Thị Liên"])

    await page.click("[data-edit]:visible")
    await page.fill("#email", "liên@thanhhoa.gov.vn")
    await page.click("#contact [type=submit]")
    await expect(page.locator("#problem")).to_contain_text("không phải địa chỉ")
    await page.fill("#email", "lien.le@thanhhoa.gov.vn")
    await page.click("#contact [type=submit]")
    await expect(page.locator("a[href='mailto:lien.le@thanhhoa.gov.vn']")).to_be_visible()
    await expect(page.locator("[data-edit]:visible")).to_be_focused()
    await page.click(".toast .button:has-text('Hoàn tác')")
    await expect(page.locator("a[href='mailto:lien@thanhhoa.gov.vn']")).to_be_visible()
    await expect(page.locator(".toast .button:has-text('Hoàn tác')")).to_have_count(0)

    await page.click("[data-remove]:visible")
    await expect(page.locator("[data-contact]")).to_have_count(0)
    await page.click(".toast .button:has-text('Hoàn tác')")
    await expect(page.locator("[data-contact]")).to_have_count(1)

    await page.select_option("#show", "")
    await page.click("tbody[data-code='96'] [data-add]")
    await page.keyboard.type("Phạm Cường")
    await page.fill("#email", "cuong@camau.gov.vn")
    await page.keyboard.press("Enter")
    await expect(page.locator("tbody[data-code='96'] [data-contact]")).to_contain_text("Phạm Cường")
