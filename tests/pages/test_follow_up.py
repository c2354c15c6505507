"""The work programme: late first, narrowed by state, site and owner; progress is entered where it is read."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.pages.conftest import Site, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

DAM, DIGITAL = "Rà soát toàn bộ hồ, đập, báo cáo trước mùa mưa bão", "Hoàn thành số hóa hồ sơ"
REPORT = "Báo cáo chuyên đề quý trước"
GUIDE = "Đề nghị sớm ban hành hướng dẫn về kho dữ liệu dùng chung"

TWICE = "selector => { for (const _ of [1, 2]) document.querySelector(selector).requestSubmit(); }"


async def rows(page: Page) -> list[str]:
    texts: list[str] = await page.eval_on_selector_all("[data-number]", "rows => rows.map((row) => row.dataset.text)")
    return texts


async def test_what_is_late_stands_first_and_what_is_finished_is_not_there(visit: Visit) -> None:
    page = await visit("/follow-up", "hoa")

    assert await rows(page) == [DAM, REPORT, DIGITAL, GUIDE]
    await expect(page.locator("tr.programme__late")).to_have_count(2)
    await expect(page.locator("tr.programme__late .badge--poor")).to_contain_text("trễ 20 ngày")
    await expect(page.locator("h1 + p")).to_contain_text("4 việc, 2 việc trễ hạn")


async def test_the_list_is_narrowed_and_the_table_for_spreadsheets_with_it(site: Site, visit: Visit) -> None:
    page = await visit("/follow-up", "minh")
    await page.select_option("[name=owner]", "Sở Nội vụ")
    await page.wait_for_url("**owner=S*")
    assert await rows(page) == [DIGITAL]
    async with page.expect_download() as download:
        await page.click("a[download]")
    content = (await (await download.value).path()).read_text("utf-8-sig")
    assert (content.count("\n"), DIGITAL in content) == (2, True)
    await page.goto(f"{site.url}/follow-up?show=all&state=done")

    assert await rows(page) == [REPORT]
    await expect(page.locator("[data-update]")).to_have_count(0)  # the chair reads only


async def test_what_was_handed_in_is_followed_up_until_its_appraisal_is_dealt_with(visit: Visit) -> None:
    page = await visit("/follow-up?show=late&state=done", "hoa")
    assert await rows(page) == [REPORT]
    await page.click("[data-update]")
    await expect(page.locator("#what")).to_have_value("done")
    await page.fill("#words", "Đã nộp phụ lục")
    await page.click("#update [type=submit]")

    await expect(page.locator(".empty")).to_be_visible()


async def test_a_report_of_a_quarter_was_late_by_quarters(visit: Visit) -> None:
    page = await visit("/follow-up?show=all&state=done", "hoa")

    await expect(page.locator("[data-number='5'] td strong").first).to_contain_text("quý")


async def test_a_site_has_a_page_of_its_own(visit: Visit) -> None:
    page = await visit("/follow-up", "hoa")
    await page.click("text=Thanh Hóa >> nth=-1")

    await expect(page.locator("h1")).to_have_text("Thanh Hóa")
    assert await rows(page) == [DAM]


async def test_progress_is_entered_where_it_is_read(site: Site, visit: Visit) -> None:
    page = await visit("/follow-up/63/01", "hoa")
    await page.click("[data-update]")
    await page.fill("#by", "Bộ Khoa học và Công nghệ")
    await page.fill("#on", "31/13/2026")
    await page.fill("#words", "Đã ban hành Thông tư")
    await page.click("#update [type=submit]")
    await expect(page.locator("#update-problem")).to_be_visible()
    await page.fill("#on", "")
    await page.click("#update [type=submit]")
    await expect(page.locator(".empty")).to_be_visible()
    await page.goto(f"{site.url}/follow-up/63/01?show=all")
    await page.click("details.came summary")

    await expect(page.locator("details.came li")).to_contain_text("Đã ban hành Thông tư")


async def test_a_task_is_begun_done_and_returned_with_a_reason(site: Site, visit: Visit) -> None:
    page = await visit("/follow-up?owner=S%E1%BB%9F+N%E1%BB%99i+v%E1%BB%A5&show=all", "lan")
    for what, words, state in (
        ("in_work", "", "Đang thực hiện"),
        ("done", "Đã số hóa xong", "Đã xong"),
        ("returned", "Còn thiếu hồ sơ giấy", "Trả lại"),
    ):
        await page.click("[data-update]")
        await page.select_option("#what", what)
        await page.fill("#words", words)
        await page.click("#update [type=submit]")
        await expect(page.locator("[data-number] .badge").first).to_have_text(state)
    await page.click("[data-update]")
    assert "done" in await page.eval_on_selector_all("#what option", "options => options.map((one) => one.value)")


async def test_open_items_go_onto_the_next_agenda_and_are_carried_over(site: Site, visit: Visit) -> None:
    page = await visit("/briefings/new", "lan")
    await page.fill("#title", "Hội nghị giao ban tháng 11")
    await page.fill("#day", "30/11/2099")
    await page.fill("#from", "08:00")
    await page.fill("#to", "09:30")
    await page.click("#open-items")
    await page.get_by_label(DAM).check()
    await page.click("#take-over button.button--primary")
    await expect(page.locator(".agenda__title")).to_have_value(
        f"{DAM} (số 4, Hội nghị giao ban công tác tháng 10 năm 2026)"
    )
    await expect(page.locator(".agenda__endpoint")).to_have_value("38")
    await page.click("#editor button[type=submit]")
    await page.wait_for_url(re.compile(r"/briefings/(?!new)[a-z0-9]+$"))
    await page.goto(f"{site.url}/follow-up/63/38")
    await expect(page.locator("[data-number='4'] .badge").first).to_have_text("Chuyển kỳ sau")
    await page.click("details.came summary")

    await expect(page.locator("details.came a")).to_have_text("Hội nghị giao ban tháng 11")


async def test_the_record_shows_results_and_amendments_beside_what_they_are_about(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.closed}/record", "hoa")

    await expect(page.locator("#note-1")).to_contain_text("Đã bố trí 250 tỷ đồng")
    await expect(page.locator("#turn-1 .record__amended")).to_contain_text("Người phát biểu là Phó Giám đốc Sở")
    await expect(page.locator(".record__attendance .record__amended")).to_contain_text("Có mặt 12 người")
    await page.click("#amend")
    await page.select_option("#amendment-about", "turn/2")
    await page.fill("#amendment-text", "Lượt này do Phó Chủ tịch phát biểu")
    await page.click("#amendment [type=submit]")
    await expect(page.locator("#amendment-problem")).to_be_visible()
    await page.fill("#amendment-reason", "ghi nhầm")
    await page.click("#amendment [type=submit]")

    await expect(page.locator("#turn-2 .record__amended")).to_contain_text("Lượt này do Phó Chủ tịch phát biểu")


async def test_chosen_items_are_carried_over_to_the_next_briefing_at_once(site: Site, visit: Visit, draft: str) -> None:
    page = await visit("/follow-up?show=all", "lan")
    button = page.locator("#carry [type=submit]")
    await expect(button).to_be_disabled()
    boxes = await page.locator("[data-carry]").count()
    assert (
        boxes == await page.locator("tr[data-finished=false]:not([data-state=done])").count()
    )  # what the rules let go on
    await page.check("#carry-all")
    await expect(page.locator("#carry-count")).to_have_text(f"Đã chọn {boxes} việc")
    await page.uncheck("#carry-all")
    await page.locator("tr", has_text=DIGITAL).locator("[data-carry]").check()
    await page.select_option("#carry-to", draft)
    await button.click()

    await expect(page.locator("tr", has_text=DIGITAL).locator(".badge").first).to_have_text("Chuyển kỳ sau")
    await expect(page.locator("[data-carry]:checked")).to_have_count(0)
    await page.goto(f"{site.url}/briefings/{draft}")
    await expect(page.locator("main")).to_contain_text(
        f"{DIGITAL} (số 6, Hội nghị giao ban công tác tháng 10 năm 2026)"
    )


async def test_a_note_that_was_removed_and_restored_says_so_in_the_record(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.closed}/notes", "hoa")
    await page.get_by_role("button", name="Khôi phục mục 7").click()
    await expect(page.locator("[data-removed]")).to_have_count(0)
    await page.goto(f"{site.url}/briefings/{site.house.closed}/record")
    await page.click("#note-7 summary")

    await expect(page.locator("#note-7 .came li")).to_contain_text("Khôi phục (user:hoa, ")


async def test_only_who_plans_briefings_carries_items_over(visit: Visit) -> None:
    page = await visit("/follow-up?show=all", "hoa")

    await expect(page.locator("[data-update]").first).to_be_visible()
    await expect(page.locator("#carry, [data-carry]")).to_have_count(0)


async def test_a_save_that_is_pressed_twice_enters_one_thing(site: Site, visit: Visit) -> None:
    page = await visit("/follow-up?show=all", "hoa")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    row = page.locator("tr", has_text=REPORT)
    await row.locator("[data-update]").click()
    await page.select_option("#what", "appraise")
    await page.fill("#words", "Cần đối chiếu số liệu")
    await page.evaluate(TWICE, "#update form")
    await expect(row.locator(".programme__latest")).to_have_text("Cần đối chiếu số liệu")

    await page.goto(f"{site.url}/briefings/{site.house.closed}/record")
    await page.click("#amend")
    await page.fill("#amendment-text", "Bổ sung danh sách đại biểu")
    await page.fill("#amendment-reason", "thiếu")
    await page.evaluate(TWICE, "#amendment form")
    await expect(page.locator("[aria-labelledby=amendments]")).to_contain_text("Bổ sung danh sách đại biểu")

    assert [url.rsplit("/", 1)[1] for url in sent] == ["appraisals", "amendments"]
