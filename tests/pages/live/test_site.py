"""A provincial office at its page: check-in by keyboard, the floor, a second device, and what goes wrong."""

import math

import pytest
from playwright.async_api import Browser, Page, expect

from server.bridge import carry
from server.core.ids import BriefingId, MediaId
from server.media.plane import Gone, Published, Unpublished
from server.web.keys import ROOMS
from tests.pages.live.conftest import PATIENCE, THANH_HOA, Sit, assert_accessible, link
from tests.sending import happened
from tests.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

MIC = "document.querySelector('#mic-state').dataset.on"


async def checked_in(sit: Sit, path: str, code: str) -> Page:
    page = await sit(link(path, code))
    await page.fill("[name=local_chair]", "Nguyễn Văn Hòa")
    await page.click("#send-check-in")
    await expect(page.locator("#room")).to_be_visible()
    return page


async def publishes(page: Page) -> None:
    await expect(page.locator("#link-state")).to_have_text("Máy chủ đang nhận hình ảnh của bạn", timeout=PATIENCE)
    await expect(page.locator("[data-link-path=short]")).to_have_text("Âm thanh và hình ảnh đi thẳng tới máy chủ.")


async def test_check_in_is_typed_without_the_mouse_and_sent(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    page = await sit(link(path, "38"))
    await page.click("[name=local_chair]")
    for text in ("Nguyễn Văn Hòa", "", "Lê Thị Mai", "Giám đốc Sở, Tỉnh ủy viên", "Trần Quốc", "Chánh Văn phòng"):
        await page.keyboard.type(text)
        await page.keyboard.press("Enter")
    await expect(page.locator("[name=headcount]")).to_have_value("3")
    await page.keyboard.press("Enter")  # an empty row: done
    await expect(page.locator("#send-check-in")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#room")).to_be_visible()

    sent = (await served.call("GET", f"{path}/endpoints/38/check-in", "operator")).body
    delegates = [(one["name"], one["positions"], one["attendance"]) for one in sent["delegates"]]
    assert (sent["local_chair"], sent["headcount"], sent["revision"]) == ("Nguyễn Văn Hòa", 3, 1)
    assert delegates == [
        ("Lê Thị Mai", ["Giám đốc Sở", "Tỉnh ủy viên"], "present"),
        ("Trần Quốc", ["Chánh Văn phòng"], "present"),
    ]


async def test_delegates_who_are_expected_have_lines_to_be_filled_in(served: Service, sit: Sit) -> None:
    expected = [{"positions": ["Chủ tịch UBND", "Giám đốc Sở Nội vụ", "Chánh Văn phòng"], "endpoints": ["38"]}]
    path = await served.briefing(expected=expected)
    page = await sit(link(path, "38"))
    positions = page.locator("#delegates [name=positions]")
    await expect(positions).to_have_count(3)
    await page.fill("[name=local_chair]", "Nguyễn Văn Hòa")
    await page.locator("#delegates [name=name]").nth(1).fill("Lê Thị Mai")
    await expect(page.locator("[name=headcount]")).to_have_value("2")
    await page.reload()
    await expect(page.locator("#delegates [name=name]").nth(1)).to_have_value("Lê Thị Mai")
    await expect(positions).to_have_count(3)

    await page.click("#send-check-in")

    await expect(page.locator("#room")).to_be_visible()
    sent = (await served.call("GET", f"{path}/endpoints/38/check-in", "operator")).body
    assert [(one["name"], one["positions"]) for one in sent["delegates"]] == [("Lê Thị Mai", ["Giám đốc Sở Nội vụ"])]


async def test_reload_loses_nothing_of_a_draft_and_amending_makes_a_second_version(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    page = await sit(link(path, "38"))
    await page.fill("[name=local_chair]", "Nguyễn Văn Hòa")
    await page.fill("#delegates [name=name]", "Lê Thị Mai")
    await page.select_option("#delegates [name=attendance]", "absent")
    await page.fill("#delegates [name=reason]", "đi công tác")
    await page.reload()
    await expect(page.locator("#delegates [name=reason]")).to_have_value("đi công tác")
    await page.click("#send-check-in")
    await expect(page.locator("#room")).to_be_visible()
    await page.reload()
    await expect(page.locator("#room")).to_be_visible()

    await page.click("[data-step=check-in]")
    await page.fill("[name=headcount]", "14")
    await page.click("#send-check-in")
    await expect(page.locator("#check-in-state")).to_contain_text("bản 2")
    await expect(page.locator("#room")).to_be_visible()


async def test_absurd_check_in_is_refused_in_words(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    page = await sit(link(path, "38"))
    await page.click("#send-check-in")
    await expect(page.locator("#check-in-error")).to_have_text("Hãy ghi họ tên chủ trì tại điểm cầu.")
    await page.fill("[name=local_chair]", "Nguyễn Văn Hòa")
    await page.fill("[name=headcount]", "4000")
    await page.click("#send-check-in")

    await expect(page.locator("#check-in-error")).to_contain_text("2000")


async def test_turn_is_seen_heard_and_given_back(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    page = await checked_in(sit, path, "38")
    await publishes(page)
    assert await page.evaluate(MIC) == "no"
    await page.fill("#hand [name=topic]", "Phòng chống bão")
    await page.click("#raise")
    await expect(page.locator("#air-label")).to_have_text("Chuẩn bị phát biểu")

    await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
    await expect(page.locator("#air-label")).to_have_text("Đang phát sóng")
    await expect(page.locator("#shout")).to_contain_text("Đang phát sóng")
    await expect(page).to_have_title("● Đang phát sóng · Thanh Hóa")
    assert await page.evaluate(MIC) == "yes"
    await page.click("#mute")
    assert await page.evaluate(MIC) == "no"
    await page.click("#release")
    await expect(page.locator("#release")).to_be_hidden()
    await expect(page).to_have_title("Thanh Hóa · Giao Ban")

    turns = (await served.call("GET", f"{path}/turns", "operator")).body["turns"]
    assert [(turn["topic"], turn["reason"]) for turn in turns] == [("Phòng chống bão", "released")]


async def test_interrupted_speaker_sees_it_and_its_time_stands(served: Service, sit: Sit) -> None:
    path = await served.briefing(turn_minutes=5)
    page = await checked_in(sit, path, "38")
    await publishes(page)
    await page.click("#raise")
    await expect(page.locator("#waiting")).to_be_visible()
    await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
    await expect(page.locator("#air-time")).to_have_attribute("data-time", "calm")
    await served.call("POST", f"{path}/floor/pause", "chair")
    await expect(page.locator("#air-label")).to_have_text("Chủ trì tạm dừng")
    await expect(page.locator("#mic-state")).to_contain_text("không ai nghe bạn")
    await expect(page.locator("#stage-pane [data-name]")).to_have_text("Điểm cầu trung tâm")
    stands = await page.text_content("#air-time [data-time-clock]")
    turn = (await served.call("GET", f"{path}/status", "chair")).body["floor"]["turn"]
    left = math.ceil(turn["allotted"] - turn["spent"])
    assert stands == f"{left // 60}:{left % 60:02}"

    await served.call("POST", f"{path}/floor/continue", "chair")
    await expect(page.locator("#air-label")).to_have_text("Đang phát sóng")
    await served.call("POST", f"{path}/floor/extend", "chair", {"seconds": -250})
    await expect(page.locator("#air-time")).to_have_attribute("data-time", "last")
    await expect(page.locator("#air-time [data-time-word]")).to_have_text("Còn 1 phút")


async def test_everyone_muted_closes_the_microphone_on_deck_until_it_is_lifted(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    page = await checked_in(sit, path, "38")
    await publishes(page)
    await page.click("#raise")
    await expect(page.locator("#mic-state")).to_have_attribute("data-on", "yes")
    await served.call("POST", f"{path}/floor/mute", "chair")
    await expect(page.locator("#everyone-muted")).to_be_visible()
    await expect(page.locator("#mic-state")).to_have_attribute("data-on", "no")
    await expect(page.locator("#mute")).to_be_hidden()
    await served.call("POST", f"{path}/floor/unmute", "chair")

    await expect(page.locator("#mic-state")).to_have_attribute("data-on", "yes")
    await expect(page.locator("#everyone-muted")).to_be_hidden()


async def test_request_is_changed_while_it_waits_and_registered_speakers_are_shown(served: Service, sit: Sit) -> None:
    registered = {"endpoint": "38", "speaker": "Trần Quốc", "topic": "Đê điều"}
    agenda = [{"title": "Thảo luận", "minutes": 50, "speakers": [registered]}]
    path = await served.briefing(agenda=agenda)
    page = await checked_in(sit, path, "38")
    own = page.locator("#waiting > li")
    await expect(own).to_contain_text(["Đã đăng ký trước: thứ 1 trong danh sách chờ"])
    await expect(page.locator("#speakers option")).to_have_count(1)
    await page.fill("#hand [name=topic]", "Phòng chống bão")
    await page.click("#raise")
    await expect(own.nth(1)).to_contain_text("Nguyễn Văn Hòa – Phòng chống bão")
    await expect(page.locator("#hand")).to_be_hidden()
    await own.nth(1).locator("[data-do=edit]").click()
    await own.nth(1).locator("[name=topic]").fill("Khôi phục sản xuất")
    await page.keyboard.press("Enter")
    await expect(own.nth(1).locator("[data-what]")).to_have_text("Nguyễn Văn Hòa – Khôi phục sản xuất")
    await own.nth(1).locator("[data-do=withdraw]").click()

    await expect(own).to_have_count(1)
    await expect(page.locator("#hand")).to_be_visible()


async def test_second_on_deck_is_told_how_many_speak_before_it(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    await served.call("POST", f"{path}/floor/requests", "chair", {"endpoint": "hub", "speaker": "Bộ trưởng"})
    page = await checked_in(sit, path, "38")
    await page.click("#raise")
    await expect(page.locator("#air-label")).to_have_text("Chuẩn bị, sau 1 lượt")
    await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "hub"})
    await expect(page.locator("#air-label")).to_have_text("Chuẩn bị phát biểu")

    await expect(page.locator("#stage-pane [data-name]")).to_have_text("Điểm cầu trung tâm")
    await expect(page.locator("#stage-pane [data-speaker]")).to_have_text("Bộ trưởng")


async def test_reload_on_air_stays_on_air(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    page = await checked_in(sit, path, "38")
    await publishes(page)
    await page.click("#raise")
    await expect(page.locator("#waiting")).to_be_visible()
    await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
    await expect(page.locator("#release")).to_be_visible()
    await page.reload()
    await expect(page.locator("#air-label")).to_have_text("Đang phát sóng")
    await publishes(page)

    floor = (await served.call("GET", f"{path}/status", "operator")).body["floor"]
    assert (floor["turn"]["endpoint"], floor["turn"]["held_until"]) == ("38", None)


async def test_second_device_takes_over_and_the_first_gives_way(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    first = await checked_in(sit, path, "38")
    await publishes(first)
    second = await sit(link(path, "38"))
    await expect(first.locator("#elsewhere")).to_be_visible()
    await publishes(second)

    await first.click("#use-here")
    await publishes(first)
    await expect(second.locator("#elsewhere")).to_be_visible()


async def test_waiting_site_is_in_the_room_as_soon_as_it_opens(served: Service, sit: Sit) -> None:
    path = await served.briefing(until="scheduled", starts_at="2126-11-22T01:00:00Z", ends_at="2126-11-22T02:00:00Z")
    page = await sit(link(path, "38"))
    await expect(page.locator("#wait")).to_be_visible()
    await expect(page.locator("#send-check-in")).to_be_disabled()
    await served.call("POST", f"{path}/open", "chair")
    await expect(page.locator("#send-check-in")).to_be_enabled()
    await publishes(page)

    sites = (await served.call("GET", f"{path}/status", "operator")).body["endpoints"]
    assert {site["code"]: site["presence"] for site in sites} == {"01": "absent", "38": "present", "96": "absent"}


async def test_end_lets_go_of_the_camera_and_says_so(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    page = await checked_in(sit, path, "38")
    await publishes(page)
    await served.call("POST", f"{path}/close", "chair")
    await expect(page.locator("#notice-title")).to_have_text("Hội nghị đã kết thúc")

    assert await page.evaluate("document.querySelector('[data-capture=preview]').srcObject") is None


async def test_wrong_link_says_so(sit: Sit) -> None:
    page = await sit("/join/this-is-not-a-token-of-anybody")

    await expect(page.locator("#notice-title")).to_have_text("Đường dẫn này không dùng được")


async def test_page_whose_module_was_dropped_on_its_way_is_loaded_anew(served: Service, browser: Browser) -> None:
    path = await served.briefing()
    async with await browser.new_page(locale="vi-VN") as page:
        await page.route("**/js/live/whip.js*", lambda route: route.abort("internetdisconnected"), times=1)
        await page.goto(served.url + link(path, "38"))
        await expect(page.locator("#prepare")).to_be_visible()


async def test_blocked_camera_is_explained_and_does_not_keep_anybody_out(served: Service, browser: Browser) -> None:
    path = await served.briefing()
    async with await browser.new_page(locale="vi-VN") as page:
        await page.goto(served.url + link(path, "38"))
        await expect(page.locator("[data-capture=picture]")).to_have_attribute("data-state", "poor")
        await page.fill("[name=local_chair]", "Nguyễn Văn Hòa")
        await page.click("#send-check-in")
        await expect(page.locator("#room")).to_be_visible()
        await expect(page.locator("#mic-state")).to_have_text("Không có micro")


async def test_site_that_was_cut_for_flooding_is_told_what_to_do(served: Service, browser: Browser) -> None:
    path = await served.briefing()
    briefing, encoder = BriefingId(path.rsplit("/", 1)[1]), MediaId("encoder")
    came, cut = Published(briefing, THANH_HOA, encoder), Unpublished(briefing, THANH_HOA, encoder, Gone.FLOODED)
    async with await browser.new_page(locale="vi-VN") as page:  # it sends nothing itself: an encoder does
        await page.goto(served.url + link(path, "38"))
        await expect(page.locator("#prepare")).to_be_visible()
        await carry(happened(came, cut), served.app[ROOMS])
        await expect(page.locator("#flooded")).to_contain_text("đã gửi quá nhiều dữ liệu nên bị ngắt")
        await assert_accessible(page)
        await carry(happened(came), served.app[ROOMS])
        await expect(page.locator("#flooded")).to_be_hidden()
