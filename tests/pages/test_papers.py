"""Papers in the browser: read as a sheet, printed to PDF, and any file checked by dropping it on a page."""

import io
import re
import subprocess
from pathlib import Path

import docx
import pytest
from playwright.async_api import Page, expect

from tests.pages.conftest import Site, Visit
from tests.programs import program

pytestmark = pytest.mark.asyncio(loop_scope="session")

DROP = """([name, bytes]) => {
  const files = new DataTransfer();
  files.items.add(new File([new Uint8Array(bytes)], name));
  const dropped = new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
  document.querySelector("#drop").dispatchEvent(dropped);
}"""


async def downloaded(page: Page, address: str) -> bytes:
    answer = await page.context.request.get(address)
    assert answer.ok
    return await answer.body()


async def test_minutes_are_read_as_a_sheet_in_either_layout(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.closed}/minutes", "minh")
    sheet = page.locator(".paper")

    await expect(sheet.locator(".paper__motto")).to_have_text("Độc lập - Tự do - Hạnh phúc")
    await expect(sheet.locator(".paper__capacity")).to_have_text(["THƯ KÝ", "CHỦ TỌA"])
    rule = await page.locator(".paper__motto span").bounding_box()
    text = await page.evaluate(
        """() => { const range = document.createRange();
        range.selectNodeContents(document.querySelector(".paper__motto span"));
        return range.getBoundingClientRect().width; }"""
    )
    assert rule
    assert abs(rule["width"] - text) < 1  # the rule is as long as the text

    await page.click(".button-group >> text=Đảng")

    await expect(sheet.locator(".paper__heading")).to_have_text("ĐẢNG CỘNG SẢN VIỆT NAM")
    await expect(sheet.locator(".paper__number")).to_have_text(re.compile(r"^Số\s+-BB/VP$"))


async def test_a_paper_says_in_the_browser_what_it_says_in_word(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.closed}/minutes", "minh")

    shown = await page.locator(".paper__text").all_text_contents()
    word = await downloaded(page, f"/api/v1/briefings/{site.house.closed}/record?format=docx")

    lines = [line.text for line in docx.Document(io.BytesIO(word)).paragraphs if line.text]
    assert shown == lines[2 : 2 + len(shown)]
    assert len(shown) > 15


async def test_minutes_print_to_numbered_pages_with_the_journal_at_their_feet(
    site: Site, visit: Visit, tmp_path: Path
) -> None:
    page = await visit(f"/briefings/{site.house.closed}/minutes", "minh")
    seal = await page.locator(".paper__seal").inner_text()

    pdf = tmp_path / "minutes.pdf"
    await page.pdf(path=pdf, prefer_css_page_size=True)

    pages = texts_of(pdf)
    assert len(pages) > 1
    assert all(seal in text for text in pages)
    assert [text.split()[0] for text in pages[1:]] == [str(number) for number in range(2, len(pages) + 1)]
    assert not pages[0].split()[0].isdigit()
    (signed,) = [text for text in pages if "THƯ KÝ" in text]
    assert "CHỦ TỌA" in signed  # both sign on one page, below the end of the meeting
    assert "kết thúc vào" in signed


async def test_a_file_dropped_on_the_page_is_found_genuine(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.closed}/verify", "minh")
    content = await downloaded(page, f"/api/v1/briefings/{site.house.closed}/record?format=xlsx")

    await page.evaluate(DROP, ["bang.xlsx", list(content)])

    await expect(page.locator("#verdict")).to_have_text("Nguyên gốc")
    await expect(page.locator("#answer-file")).to_have_text("bang.xlsx")
    await expect(page.locator("#places")).to_be_hidden()


async def test_a_forged_file_is_shown_where_it_was_forged(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.closed}/verify", "minh")
    content = await downloaded(page, f"/api/v1/briefings/{site.house.closed}/record?format=docx")
    forged = content.replace("60 điểm cầu".encode(), "63 điểm cầu".encode())

    await page.set_input_files(
        "#file", {"name": "bien-ban.docx", "mimeType": "application/octet-stream", "buffer": forged}
    )

    await expect(page.locator("#verdict")).to_have_text("Đã bị sửa")
    row = page.locator("#differences tr")
    await expect(row).to_have_count(1)
    await expect(row.locator("mark")).to_have_text(["0", "3"])
    await expect(row.locator("th")).to_have_text(re.compile(r"^đoạn \d+$"))


async def test_a_file_that_is_none_of_ours_is_told_so(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.closed}/verify", "minh")

    await page.set_input_files("#file", {"name": "thu.txt", "mimeType": "text/plain", "buffer": b"xin"})

    await expect(page.locator("#verdict")).to_have_text("Không phải tệp của hệ thống")


async def test_the_record_offers_its_files_in_groups(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.closed}/record", "minh")
    menu = page.locator("details.menu--button")
    await menu.locator("summary").click()

    await expect(menu.locator(".menu__label")).to_have_text(
        ["Văn bản để ký · DOCX", "Bảng dữ liệu", "Dành cho phần mềm"]
    )
    for link in await menu.locator("a[download]").all():
        answer = await page.context.request.get(str(await link.get_attribute("href")))
        assert answer.ok, await link.get_attribute("href")


def texts_of(pdf: Path) -> list[str]:
    """Return what stands on each page, by Poppler."""
    text = subprocess.run([program("pdftotext"), "-layout", pdf, "-"], check=True, capture_output=True).stdout.decode()
    return text.removesuffix("\f").split("\f")
