"""An organizer at work: signing in, planning, publishing, links, conflicts; with the keyboard where hands are busy."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.pages.conftest import Site, Visit
from tests.pages.house import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_sign_in_leads_where_one_wanted_to_go(site: Site, visit: Visit) -> None:
    page = await visit("/briefings/new")
    assert page.url == f"{site.url}/sign-in?next=%2Fbriefings%2Fnew"

    await page.keyboard.type("lan")
    await page.keyboard.press("Tab")
    await page.keyboard.type("not the password")
    await page.keyboard.press("Enter")
    await expect(page.locator("#problem")).to_be_visible()
    await expect(page.locator("#password")).to_be_focused()
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")

    await page.wait_for_url(f"{site.url}/briefings/new")


async def test_signing_out_ends_the_session(site: Site, visit: Visit) -> None:
    page = await visit("/", "dung")
    await page.click("details.menu summary")
    await page.click("[data-sign-out]")
    await page.wait_for_url(f"{site.url}/sign-in")
    await page.goto("/")

    assert page.url.startswith(f"{site.url}/sign-in")


async def test_a_briefing_is_planned_published_and_given_links(site: Site, visit: Visit) -> None:
    page = await visit("/briefings/new", "lan")
    await page.fill("#title", "Giao ban đầu tuần")
    await page.fill("#day", "30/11/2099")
    await page.fill("#from", "8:00")
    await page.fill("#to", "09:30")
    await expect(page.locator("#when")).to_have_text("Thứ Hai 30/11/2099 08:00 đến 09:30: 90 phút")
    await page.click("#no-sites")
    for name in ("dak lak", "ha noi"):
        await page.fill("#site-search", name)
        await page.click("#all-sites")
    await expect(page.locator("#site-count")).to_have_text("Đã chọn 2/63")
    await page.click("#add-item")
    await page.keyboard.type("Khai mạc")
    await page.keyboard.press("Enter")
    await page.keyboard.type("Thảo luận")
    await page.fill(".agenda__item:nth-child(2) .agenda__minutes input", "85")
    await expect(page.locator("#total")).to_have_text("95/90 phút: thừa 5 phút")
    await page.click("button[type=submit]")

    await page.wait_for_url(re.compile(r"/briefings/(?!new)[a-z0-9]+$"))
    assert await page.inner_text("h1") == "Giao ban đầu tuần"
    await page.click("[data-move=schedule]")
    await page.click("dialog button[value=yes]")
    await page.click("a[href$=join-links]")
    await page.click("#make")
    addresses = page.locator(".link__url")
    await expect(addresses).to_have_text([re.compile(f"^{site.url}/join/")] * 2)
    await expect(page.locator(".link__name")).to_have_text(["Hà Nội", "Đắk Lắk"])
    picture = page.locator(".link__qr img").first
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")

    before = await addresses.first.inner_text()
    await page.locator("[data-renew]").first.click()
    await page.click("dialog button[value=yes]")
    await expect(addresses.first).not_to_have_text(before)


async def test_a_hostile_title_is_only_a_title(site: Site, visit: Visit) -> None:
    title = "</script><script>document.title='!'</script> \"><img src=x onerror=document.title='!'> {name} {{ 7*7 }}"
    page = await visit("/briefings/new", "lan")
    await page.fill("#title", title)
    await page.fill("#day", "24/12/2099")
    await page.fill("#from", "08:00")
    await page.fill("#to", "09:00")
    await page.click("button[type=submit]")
    await page.wait_for_url(re.compile(r"/briefings/(?!new)[a-z0-9]+$"))

    address = page.url
    for part in ("", "/edit", "/record", "/join-links"):
        await page.goto(address + part)
        assert (await page.title()).startswith(("Sửa kế hoạch", "Hồ sơ", "Đường dẫn", title[:9]))
        assert await page.locator("main script:not([type]), main img[src=x]").count() == 0
    await page.goto(f"{address}/edit")
    assert await page.input_value("#title") == title


async def test_the_overview_follows_when_somebody_else_moves_the_briefing_on(site: Site, visit: Visit) -> None:
    mine = await visit(f"/briefings/{site.house.rehearsed}", "dung")
    theirs = await visit(f"/briefings/{site.house.rehearsed}", "minh")
    await theirs.click("[data-move=open]")
    await theirs.click("dialog button[value=yes]")

    for page in (theirs, mine):
        await expect(page.locator("#next")).to_have_text("Phòng chờ đang mở: các điểm cầu vào và điểm danh")


async def test_the_overview_says_who_presides_and_what_is_reported_on(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.scheduled}", "dung")

    await expect(page.locator(".overview__marks > span")).to_have_text(["Số 12/2026", "Nội bộ"])
    await expect(page.locator("main")).to_contain_text("01/12/2026 – 31/12/2026")
    await expect(page.locator("main")).to_contain_text("Chỉ thị số 34/CT-TTg")
    await expect(page.locator(".overview__people").first.locator("li")).to_have_text(
        [
            "Nguyễn Văn Bình, Phó Thủ tướng Chính phủ chủ trì chính",
            "Trần Thị Mai, Bộ trưởng, Chủ nhiệm Văn phòng Chính phủ",
        ]
    )
    await expect(page.locator("main")).to_contain_text("Phạm Văn Dũng: 0912 345 678")


async def test_what_is_missing_is_named_and_nothing_is_sent(visit: Visit) -> None:
    page = await visit("/briefings/new", "lan")
    await page.fill("#day", "31/02/2027")
    await page.click("#no-sites")
    await page.click("button[type=submit]")

    await expect(page.locator("#title")).to_be_focused()
    await expect(page.locator(".field__error:visible")).to_have_count(3)
    assert page.url.endswith("/briefings/new")


async def titles(page: Page) -> list[str]:
    found: list[str] = await page.eval_on_selector_all(".agenda__title", "fields => fields.map((one) => one.value)")
    return found


async def test_agenda_is_reordered_with_the_keyboard(visit: Visit, draft: str) -> None:
    page = await visit(f"/briefings/{draft}/edit", "lan")
    first, second, third, *others = await titles(page)
    await page.focus(".agenda__item:nth-child(2) .agenda__title")
    await page.keyboard.press("Alt+ArrowDown")
    assert await titles(page) == [first, third, second, *others]
    await page.keyboard.press("Alt+ArrowUp")
    await page.keyboard.press("Alt+ArrowUp")

    assert await titles(page) == [second, first, third, *others]
    await expect(page.locator(".agenda__item:first-child .agenda__title")).to_be_focused()
    await expect(page.locator("#announcer")).to_have_text(f"Nội dung 1 trên {3 + len(others)}")


async def test_a_conflict_loses_nothing(site: Site, visit: Visit, draft: str) -> None:
    mine, theirs = (
        await visit(f"/briefings/{draft}/edit", "lan"),
        await visit(f"/briefings/{draft}/edit", "admin"),
    )
    await theirs.fill("#title", "Tên của người khác")
    await theirs.click("button[type=submit]")
    await theirs.wait_for_url(f"{site.url}/briefings/{draft}")
    await mine.fill("#title", "Tên của tôi")
    await mine.click("button[type=submit]")

    await expect(mine.locator("#conflict")).to_be_focused()
    await expect(mine.locator("#differences tr")).to_have_text(
        ["Tên hội nghịTên của tôiGiữ của tôiTên của người khácLấy của người khác"]
    )
    assert await mine.input_value("#title") == "Tên của tôi"
    await mine.click("[data-take=mine]")
    await mine.click("button[type=submit]")
    await mine.wait_for_url(f"{site.url}/briefings/{draft}")
    assert await mine.inner_text("h1") == "Tên của tôi"


async def test_the_list_is_searched_without_accents(visit: Visit) -> None:
    page = await visit("/", "dung")
    await page.fill("#search", "cong tac thang 12")

    shown = page.locator("tbody tr:visible th")
    await expect(shown).to_have_text(["Hội nghị giao ban công tác tháng 12 năm 2026"])
    await page.fill("#search", "chong bao")
    await page.select_option("#state", "cancelled")
    await expect(shown).to_have_text(["Giao ban đột xuất về phòng, chống bão số 12"])
    await page.select_option("#state", "draft")
    await expect(shown).to_have_count(0)
    assert page.url.endswith("/?q=chong+bao&state=draft")
    await page.go_back()
    await expect(page).to_have_url(re.compile(r"q=chong\+bao&state=cancelled$"))
    await expect(shown).to_have_text(["Giao ban đột xuất về phòng, chống bão số 12"])
    await expect(page.locator("#state")).to_have_value("cancelled")


async def test_an_operator_is_offered_nothing_that_would_be_refused(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.live}", "dung")
    offered = await page.locator("#lifecycle a, #lifecycle button").all_inner_texts()

    assert offered == ["Bảng trạng thái"]


async def test_the_record_says_that_its_journal_is_sound(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.closed}/record", "lan")

    await expect(page.locator("#verdict")).to_contain_text("Nguyên vẹn")
    assert await page.locator(".record__turns tbody tr").count() == 7
    async with page.expect_download() as download:
        await page.click("summary:has-text('Tải về')")
        await page.click("a[href*='part=turns']")
    assert (await download.value).suggested_filename == f"giaoban-{site.house.closed}-turns.csv"


async def test_an_account_is_made_and_disabled(visit: Visit) -> None:
    page = await visit("/account/users", "admin")
    await page.click("#add")
    await page.fill("#name", "hoa.le")
    await page.fill("#display-name", "Lê Thị Hoa")
    await page.fill("#account #password", "short")
    await page.keyboard.press("Enter")
    await expect(page.locator("#account #problem")).to_be_visible()
    await page.fill("#account #password", PASSWORD)
    await page.keyboard.press("Enter")

    row = page.locator("tr[data-name='hoa.le']")
    await expect(row).to_be_visible()
    await row.locator("[data-disable]").click()
    await page.click("dialog button[value=yes]")
    await expect(row.locator("[data-enable]")).to_be_visible()


async def test_speakers_are_registered_with_the_keyboard_and_stay_when_the_plan_is_edited(visit: Visit) -> None:
    page = await visit("/briefings/new", "lan")
    for field, text in (("title", "Giao ban"), ("day", "30/11/2099"), ("from", "08:00"), ("to", "09:30")):
        await page.fill(f"#{field}", text)
    await page.click("#add-item")
    await page.keyboard.type("Thảo luận")
    await page.focus("[data-speaker]")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-from]")).to_be_focused()
    await page.keyboard.type("Than")  # the first letters choose: Thanh Hóa
    await page.keyboard.press("Tab")
    await page.keyboard.type("Ông Lê Văn Dũng")
    await page.keyboard.press("Enter")  # another one
    await page.locator("[data-from]").nth(1).select_option("hub")
    await page.click("button[type=submit]")
    await expect(page.locator("[data-name]").nth(1)).to_be_focused()  # somebody in the hub's room needs a name
    await page.keyboard.type("Bà Hạnh")
    await page.fill("#turn-minutes", "5")
    await page.select_option("#queue-policy", "least_spoken")
    await page.click("button[type=submit]")
    await page.wait_for_url(re.compile(r"/briefings/(?!new)[a-z0-9]+$"))

    await page.goto(f"{page.url}/edit")
    await page.fill("#title", "Giao ban đã sửa")
    await page.click("button[type=submit]")
    await page.wait_for_url(re.compile(r"/briefings/[a-z0-9]+$"))

    plan = await page.evaluate("async (path) => (await fetch(path)).json()", f"/api/v1{urlsplit(page.url).path}")
    assert [(one["endpoint"], one["speaker"]) for one in plan["agenda"][0]["speakers"]] == [
        ("38", "Ông Lê Văn Dũng"),
        ("hub", "Bà Hạnh"),
    ]
    assert (plan["title"], plan["turn_minutes"], plan["queue_policy"]) == ("Giao ban đã sửa", 5, "least_spoken")
