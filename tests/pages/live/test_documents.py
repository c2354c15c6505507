"""Documents from the organizer's page to a site's and back: attached, fetched, asked for, handed in and chased."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from tests.files.samples import PDF, docx, office
from tests.pages.live.conftest import Sit, assert_accessible, link, page_of
from tests.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

MACROS = office("application/vnd.ms-word.document.macroEnabled.main+xml")


def chosen(name: str, content: bytes) -> Any:
    """A file as somebody chooses it."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


async def planned(served: Service) -> str:
    starts = datetime.now(UTC) + timedelta(hours=20)
    times: dict[str, Any] = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    return await served.briefing(until="scheduled", **times)


async def attach(page: Page, *files: Any) -> None:
    await page.set_input_files("#files", list(files))


async def test_document_goes_to_its_sites_and_the_organizer_sees_who_has_it(served: Service, sit: Sit) -> None:
    path = await planned(served)
    organizer = await sit(page_of(path, "documents"), "organizer")
    await expect(organizer.locator("#board .empty")).to_be_visible()
    await attach(organizer, chosen("Báo cáo tháng.pdf", PDF), chosen("Có macro.docx", MACROS))
    row = organizer.locator("tr[data-document]")
    await expect(row).to_contain_text("Báo cáo tháng.pdf")
    await expect(organizer.locator(".arrival__said")).to_contain_text("macro")
    await assert_accessible(organizer)
    await organizer.click(".arrival button")

    thanh_hoa = await sit(link(path, "38"))
    await expect(thanh_hoa.locator("#documents-new")).to_be_visible()
    await thanh_hoa.click("#documents summary")
    async with thanh_hoa.expect_download() as download:
        await thanh_hoa.click("#documents-list button")
    assert (await download.value).suggested_filename == "Báo cáo tháng.pdf"
    await expect(thanh_hoa.locator("#documents-new")).to_be_hidden()
    await assert_accessible(thanh_hoa)

    await expect(row.locator("summary")).to_contain_text("1/3")
    await row.locator("summary").click()
    await expect(row.locator(".chip--good")).to_have_count(1)
    await row.locator("[data-do=withdraw]").click()
    await expect(thanh_hoa.locator("#documents")).to_be_hidden()
    await organizer.click(".toast .button:has-text('Hoàn tác')")
    await expect(thanh_hoa.locator("#documents")).to_be_visible()
    await row.locator("[data-do=withdraw]").click()
    await expect(thanh_hoa.locator("#documents")).to_be_hidden()
    await organizer.click("#withdrawn summary")
    await organizer.click("[data-do=restore]")
    await expect(thanh_hoa.locator("#documents")).to_be_visible()


async def test_document_for_some_sites_is_shown_to_no_other(served: Service, sit: Sit) -> None:
    path = await planned(served)
    organizer = await sit(page_of(path, "documents"), "organizer")
    await organizer.check("[name=for][value=some]")
    await attach(organizer, chosen("Riêng.pdf", PDF))
    await organizer.fill("#site-search", "thanh hoa")
    await organizer.get_by_label("Thanh Hóa").check()
    await organizer.click("#choose-save")
    await expect(organizer.locator("tr[data-document] summary")).to_contain_text("0/1")

    thanh_hoa, ca_mau = [await sit(link(path, code)) for code in ("38", "96")]

    await expect(thanh_hoa.locator("#documents")).to_be_visible()
    await expect(ca_mau.locator("#steps")).to_be_visible()
    await expect(ca_mau.locator("#documents")).to_be_hidden()


async def test_paper_is_asked_for_handed_in_and_whoever_owes_it_is_reminded(served: Service, sit: Sit) -> None:
    path = await planned(served)
    organizer = await sit(page_of(path, "documents"), "organizer")
    await organizer.click("[data-do=ask]")
    await organizer.fill("#paper-title", "Báo cáo tham luận")
    await organizer.click("#choose-save")
    await expect(organizer.locator("#choose-problem")).to_be_visible()
    due = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) + timedelta(hours=10)
    await organizer.fill("#due-day", f"{due:%d/%m/%Y}")
    await organizer.fill("#due-time", f"{due:%H:%M}")
    await organizer.click("#choose-save")
    await expect(organizer.locator(".due .chip--idle")).to_have_count(3)

    thanh_hoa, ca_mau = [await sit(link(path, code)) for code in ("38", "96")]
    await thanh_hoa.click("#documents summary")
    for name, content in (("Tham luận.pdf", PDF), ("Tham luận sửa.docx", docx())):
        await thanh_hoa.set_input_files("#papers-list input", chosen(name, content))
        await expect(thanh_hoa.locator("#papers-list")).to_contain_text(name)
    await assert_accessible(thanh_hoa)

    await expect(organizer.locator(".due .chip--good")).to_contain_text("bản 2")
    await organizer.click("[data-do=chase]")
    await expect(ca_mau.locator("#chased")).to_contain_text("Báo cáo tham luận")
    await expect(thanh_hoa.locator("#chased")).to_be_hidden()
    await assert_accessible(organizer)
