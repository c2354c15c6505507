"""Invitations as people see them: sent and watched by the organizer, answered by a site on its page."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, FilePayload, Page, expect

from server.core.contacts import Contact, ContactRole
from server.core.ids import BriefingId, ContactId, EndpointCode, RosterName
from server.serve import running
from server.settings import Settings
from server.store import contacts, outbox
from server.store.database import Database
from server.web.keys import DATABASE
from tests.chromium import note_complaints
from tests.pages.house import ALL, CONTACTS, PASSWORD, House, furnish
from tests.web.api.test_invitations import mail, reply

pytestmark = pytest.mark.asyncio(loop_scope="session")

UNREACHED = EndpointCode("96")
KNOWN = tuple(one.endpoint for one in CONTACTS if ContactRole.LIAISON in one.roles)
"""The sites that have a liaison in the furnished house already."""


def contact(code: EndpointCode) -> Contact:
    return Contact(
        id=ContactId(f"c{code}"),
        roster=RosterName("63"),
        endpoint=code,
        name="Lê Văn Thư",
        position="Chánh Văn phòng",
        email=f"vanphong{code}@example.vn",
        phone="",
        roles=(ContactRole.LIAISON,),
        language="vi",
    )


async def test_invitations_are_sent_answered_and_seen_at_a_glance(browser: Browser, tmp_path: Path) -> None:
    given = {"data_dir": tmp_path, "media_port": 0, "media_processes": 0, "port": 0, "mail_from": "vp@example.vn"}
    complaints: list[str] = []
    async with running(Settings.model_validate(given)) as (app, url):
        house = await furnish(app)
        async with app[DATABASE].begin() as session:
            await contacts.add(session, *(contact(code) for code in ALL if code not in (UNREACHED, *KNOWN)))
        context = await browser.new_context(viewport={"width": 1366, "height": 768}, base_url=url)
        await context.add_cookies([{"name": "lang", "value": "vi", "url": url}])
        sent = {"name": "lan", "password": PASSWORD}
        assert (await context.request.post("/api/v1/session", data=sent, headers={"Origin": url})).ok
        page = await context.new_page()
        note_complaints(page, complaints)

        await send_all(page, house)
        link = await reply_link(page, house)
        await answer_as_a_site(await context.new_page(), link)
        await expect(page.locator("#news")).to_be_visible()  # the board has heard of it by itself
        await page.click("#news button")
        row = page.locator("tr[data-code='38']")
        await expect(row).to_have_attribute("data-standing", "accepted")
        await row.locator("summary").click()
        await expect(row.locator("li")).to_have_text(
            ["Lê Thị Bình, Phó Chủ tịch – dự thay Trần Văn Cường", "Nguyễn Văn An, Chủ tịch, Trưởng ban"]
        )
        await filter_and_write_down(page)
        await remind(page)
        await hand_in_a_reply(page, house)
        await come_back(app[DATABASE], house)
        await see_what_came_back(page)
        await save_all_letters(page, house, tmp_path / "letters.zip")
        await context.close()
    assert complaints == []


async def send_all(page: Page, house: House) -> None:
    """Go from the briefing to its invitations, look at one, and send them all."""
    await page.goto(f"/briefings/{house.scheduled}")
    await page.click(f"a[href$='{house.scheduled}/invitations']")
    await expect(page.locator("tr[data-code='96'] .answers__mail--dead")).to_be_visible()
    await page.locator("tr[data-code='04'] [data-preview]").click()
    await expect(page.locator("#preview-text")).to_contain_text("Điểm cầu trung tâm: Phòng họp tầng 2")
    await expect(page.locator("#preview-to")).to_have_text("Lê Văn Thư <vanphong04@example.vn>")
    await page.click("#preview [type=submit]")
    await page.click("#send")
    await page.click("dialog[open] .button--primary")
    await expect(page.locator("tr[data-standing=waiting]")).to_have_count(62)
    await expect(page.locator("#send")).to_have_count(0)


async def reply_link(page: Page, house: House) -> str:
    """Return where Thanh Hóa answers; the mailer makes its link, a moment after the invitation was sent."""
    while True:
        found = await page.request.get(f"/api/v1/briefings/{house.scheduled}/join-links")
        [url] = [one["url"] for one in (await found.json())["links"] if one["endpoint"] == "38"]
        if url:
            return str(url).replace("/join/", "/reply/")


async def answer_as_a_site(page: Page, link: str) -> None:
    """Accept with two delegates, a substitute moved to the front: by the keyboard alone."""
    await page.goto(link)
    await expect(page.locator("#title")).to_have_text("Hội nghị giao ban công tác tháng 12 năm 2026")
    await reach(page, "#send")
    await page.keyboard.press("Enter")
    await expect(page.locator("#error")).to_be_visible()
    await expect(page.locator("[name=answer]").first).to_be_focused()  # the cursor stands where something is missing
    await page.keyboard.press("Space")
    rows = page.locator(".reply__delegate")
    await reach(page, ".reply__delegate [name=name]")
    await page.keyboard.type("Nguyễn Văn An")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Chủ tịch, Trưởng ban")
    await reach(page, "#add")
    await page.keyboard.press("Enter")
    await page.keyboard.type("Lê Thị Bình")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Phó Chủ tịch")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Trần Văn Cường")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # moves it up
    await expect(page.locator(":focus[data-up]")).to_be_visible()
    assert await violations(page) == []
    await page.reload()  # loses nothing
    await expect(rows.nth(0).locator("[name=name]")).to_have_value("Lê Thị Bình")
    await reach(page, "#send")
    await page.keyboard.press("Enter")
    await expect(page.locator("#notice.banner--good")).to_be_visible()
    await page.click("#join")  # whom it has announced stands in its check-in
    names = page.locator("#delegates [name=name]")
    await expect(names).to_have_count(2)
    assert [await names.nth(at).input_value() for at in range(2)] == ["Lê Thị Bình", "Nguyễn Văn An"]
    await expect(page.locator("#delegates [name=reason]").first).to_have_value("Trần Văn Cường")
    await expect(page.locator("#check-in-announced")).to_be_visible()
    await page.close()


async def reach(page: Page, selector: str) -> None:
    """Press Tab until the cursor is there."""
    for _ in range(60):
        if await page.locator(selector).first.evaluate("one => one === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {selector}")


async def violations(page: Page) -> list[str]:
    return [one["id"] for one in (await Axe().run(page)).response["violations"]]


async def hand_in_a_reply(page: Page, house: House) -> None:
    """Hand in the reply of a calendar program that came another way, from the keyboard; then what is none."""
    content = mail(reply(f"/{house.scheduled}", "vanphong04@example.vn"), "vanphong04@example.vn")
    await page.focus("#upload")
    async with page.expect_file_chooser() as chosen:
        await page.keyboard.press("Enter")
    await (await chosen.value).set_files(FilePayload(name="r.eml", mimeType="message/rfc822", buffer=content.encode()))
    await expect(page.locator(".toast--good")).to_contain_text("Cao Bằng")
    await expect(page.locator("tr[data-code='04']")).to_have_attribute("data-standing", "accepted")
    async with page.expect_file_chooser() as chosen:
        await page.click("#upload")
    await (await chosen.value).set_files(FilePayload(name="r.ics", mimeType="text/calendar", buffer=b"Xin chao"))
    await expect(page.locator(".toast--poor")).to_be_visible()


async def save_all_letters(page: Page, house: House, file: Path) -> None:
    """Take all letters, told how far it is."""
    await page.goto(f"/briefings/{house.rehearsed}/invitations")
    async with page.expect_download() as download:
        await page.click("#letters")
    await (await download.value).save_as(file)
    await expect(page.locator("#shown")).to_have_text("Tệp có đủ 5 giấy mời.")
    with zipfile.ZipFile(file) as archive:
        assert (len(archive.namelist()), archive.testzip()) == (5, None)


async def come_back(database: Database, house: House) -> None:
    """Have the mail to Bắc Kạn accepted, and given up by a server farther on."""
    async with database.begin() as session:
        mails = await outbox.of_briefing(session, BriefingId(house.scheduled))
        mail_id = max((one.written_at, one.id) for one in mails if one.recipient == "vanphong06@example.vn")[1]
        assert await outbox.bounce(session, mail_id, "550 5.1.1 User unknown", datetime.now(UTC))


async def see_what_came_back(page: Page) -> None:
    """See it on the tile, at the site and at the contact, with what to do about it."""
    await page.reload()
    await expect(page.locator("[data-tile='06'] .answers__unreached")).to_be_visible()
    await page.click("[data-show=unreached]")
    await expect(page.locator("[data-tile]:visible")).to_have_count(2)  # and Cà Mau, which has no liaison
    row = page.locator("tr[data-code='06']")
    await expect(row.locator(".answers__mail--bounced")).to_have_text("Địa chỉ không dùng được")
    await expect(row).to_contain_text("550 5.1.1 User unknown")
    assert await violations(page) == []
    await row.locator("a[href$=contacts]").click()
    await expect(page.locator("tbody[data-code='06']")).to_contain_text("Địa chỉ không dùng được")
    await page.goto("/outbox?state=bounced")
    await expect(page.locator("[data-mail] th")).to_have_text("vanphong06@example.vn")


async def filter_and_write_down(page: Page) -> None:
    """Show those who accept, find one by its name without accents, and write an answer down by hand."""
    await page.click("[data-show=accepted]")
    await expect(page.locator("#rows tbody tr:visible")).to_have_count(1)
    await expect(page.locator("[data-tile]:visible")).to_have_text(["Thanh Hóa: Tham dự"])
    await page.click("[data-show=accepted]")
    await page.fill("#search", "dak lak")
    await expect(page.locator("#rows tbody tr:visible")).to_have_count(1)
    await page.locator("#rows tbody tr:visible [data-by-hand]").click()
    await page.check("#by-hand [value=declined]")
    await page.fill("#by-hand [name=reason]", "Bão, báo qua điện thoại")
    await page.click("#by-hand [type=submit]")
    await expect(page.locator("tr[data-standing=declined] .answers__reason")).to_have_text("Bão, báo qua điện thoại")


async def remind(page: Page) -> None:
    """Remind the sixty that are missing by one button; the second time within the hour it asks first."""
    await page.click("#nudge")
    await expect(page.locator("#nudge[data-lately]")).to_contain_text("(60)")
    await page.click("#nudge")
    await page.click("dialog[open] .button:not(.button--primary)")
    await expect(page.locator("dialog[open]")).to_have_count(0)
