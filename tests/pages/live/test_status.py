"""The operators' board: changes within two seconds, worst first, and never a wall of yesterday."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from server.bridge import carry
from server.core.ids import BriefingId, MediaId
from server.core.status import Alarm
from server.media.plane import Gone, Published, Standing, Unpublished
from server.media.sfu.sfu import Sfu
from server.web.keys import PLANE, ROOMS
from tests.pages.live.conftest import CA_MAU, Sit, link, page_of
from tests.sending import happened
from tests.service import Service, site

pytestmark = pytest.mark.asyncio(loop_scope="session")

WITHIN = 2_000
"""Milliseconds in which a change must show."""


async def test_change_shows_within_two_seconds(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    board = await sit(page_of(path, "status"), "operator")
    tile = board.locator(".tile[title='Cà Mau']")
    await expect(tile).to_have_attribute("data-state", "absent")
    async with served.http.get(f"{path}/events", headers=served.bearer(site(path, "96"))):
        await expect(tile).to_have_attribute("data-state", "silent", timeout=WITHIN)
        await expect(tile.locator(".tile__mark")).to_have_text("?")
        body = {"local_chair": "Nguyễn Văn Hòa", "delegates": [], "headcount": 5}
        await served.call("PUT", f"{path}/endpoints/96/check-in", site(path, "96"), body)
        await expect(board.locator("[data-count=checked_in]")).to_have_text("1/3", timeout=WITHIN)
        await served.call("POST", f"{path}/floor/requests", site(path, "96"), {"speaker": "Hòa", "topic": ""})
        await expect(tile.locator(".tile__mark")).to_have_text("1", timeout=WITHIN)
        await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "96"})
        await expect(board.locator("#floor-place")).to_have_text("Cà Mau", timeout=WITHIN)
        await expect(board.locator("#log > li").first).to_contain_text("Cà Mau được mời phát biểu")

    await expect(tile).to_have_attribute("data-state", "lost", timeout=WITHIN)
    await expect(board.locator("#attention-groups > li").first).to_contain_text("mất kết nối 1")


async def test_log_is_filtered(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    await served.call("POST", f"{path}/floor/requests", site(path, "96"), {"speaker": "Hòa", "topic": ""})
    board = await sit(page_of(path, "status"), "operator")
    await expect(board.locator("#log > li").first).to_contain_text("Cà Mau đăng ký phát biểu: Hòa")
    await board.select_option("#log-filter", "trouble")
    await expect(board.locator("#log > li")).to_have_count(0)
    await board.select_option("#log-filter", "floor")

    await expect(board.locator("#log > li")).to_have_count(1)


async def test_list_sorts_by_any_measure_and_says_which(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    board = await sit(page_of(path, "status"), "operator")
    await board.click("[data-view=list]")
    names = board.locator("#rows [data-cell=name]")
    await expect(names).to_have_text(["Hà Nội", "Thanh Hóa", "Cà Mau"])
    await board.click("[data-sort=name]")
    await expect(names).to_have_text(["Cà Mau", "Hà Nội", "Thanh Hóa"])
    await board.click("[data-sort=name]")
    await expect(board.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")

    await expect(names).to_have_text(["Thanh Hóa", "Hà Nội", "Cà Mau"])


async def test_tile_tells_everything_about_its_site(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    body = {"local_chair": "Nguyễn Văn Hòa", "delegates": [], "headcount": 5}
    await served.call("PUT", f"{path}/endpoints/96/check-in", site(path, "96"), body)
    board = await sit(page_of(path, "status"), "operator")
    await board.click(".tile[title='Cà Mau']")

    await expect(board.locator("#detail")).to_contain_text("96 · Cà Mau")
    await expect(board.locator("#detail")).to_contain_text("Nguyễn Văn Hòa")
    await board.click("#detail-close")
    await expect(board.locator("#detail")).to_be_hidden()
    await expect(board.locator(".tile[title='Cà Mau']")).to_be_focused()
    await board.keyboard.press("Enter")
    await expect(board.locator("#detail")).to_be_visible()
    await board.keyboard.press("Escape")
    await expect(board.locator("#detail")).to_be_hidden()


async def test_why_a_site_sends_no_more_is_told_in_words(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    briefing, encoder = BriefingId(path.rsplit("/", 1)[1]), MediaId("encoder")
    boards = [await sit(page_of(path, "status"), "operator", language=language) for language in ("vi", "en")]
    came, cut = Published(briefing, CA_MAU, encoder), Unpublished(briefing, CA_MAU, encoder, Gone.FLOODED)
    await carry(happened(came, cut), served.app[ROOMS])

    for board, words in zip(boards, ("bị ngắt 10 giây vì gửi quá nhiều dữ liệu", "it sent far too much"), strict=True):
        await board.click(".tile[title='Cà Mau']")
        await expect(board.locator("#detail-facts")).to_contain_text(words, timeout=WITHIN)
        await expect(board.locator("#log > li").first).to_contain_text(words)


async def test_picture_that_is_being_restored_is_not_merely_missing(served: Service, sit: Sit) -> None:
    plane = served.app[PLANE]
    assert isinstance(plane, Sfu)
    well = plane.standing
    path = await served.briefing()
    await served.call("POST", f"{path}/floor/requests", site(path, "96"), {"speaker": "Hòa", "topic": ""})
    await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "96"})
    await served.call("POST", f"{path}/content/give", "chair", {"presenter": "96"})
    places = [
        (await sit(page_of(path, "status"), "operator")).locator("#floor-content .muted"),
        (await sit(page_of(path, "chair"), "chair")).locator("#stage-pane .pane__wait"),
        (await sit(link(path, "38"))).locator("#stage-pane .pane__wait"),
    ]
    for place in places:
        await expect(place).to_have_text("Chưa có hình")
    try:
        plane.standing = Standing(None, (Alarm("media_down", well.since or datetime.now(UTC)),))
        served.app[ROOMS].show_all()
        for place in places:
            await expect(place).to_have_text("Đang khôi phục hình ảnh…", timeout=WITHIN)
    finally:
        plane.standing = well
        served.app[ROOMS].show_all()

    for place in places:
        await expect(place).to_have_text("Chưa có hình", timeout=WITHIN)


async def test_a_telemetry_second_changes_only_what_changed(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    board = await sit(page_of(path, "status"), "operator")
    await expect(board.locator(".tile")).to_have_count(3)
    await board.evaluate("""() => {
      window.touched = new Set();
      new MutationObserver((records) => {
        for (const record of records) {
          const element = record.target instanceof Element ? record.target : record.target.parentElement;
          window.touched.add(element.closest(".tile")?.title ?? "the map");
        }
      }).observe(
        document.querySelector("#map"), {subtree: true, childList: true, attributes: true, characterData: true}
      );
    }""")
    async with served.http.get(f"{path}/events", headers=served.bearer(site(path, "96"))):
        await expect(board.locator(".tile[title='Cà Mau']")).to_have_attribute("data-state", "silent")

        assert await board.evaluate("[...window.touched]") == ["Cà Mau"]


async def test_alarm_stands_over_the_board_and_its_end_is_said(served: Service, sit: Sit) -> None:
    plane = served.app[PLANE]
    assert isinstance(plane, Sfu)
    well, at = plane.standing, datetime(2026, 11, 22, 8, 5, 9, tzinfo=UTC)
    path = await served.briefing()
    board = await sit(page_of(path, "status"), "operator")
    english = await sit(page_of(path, "status"), "operator", language="en", theme="dark")
    await expect(board.locator("#alarms")).to_be_hidden()
    try:
        plane.standing = Standing(None, (Alarm("media_down", at),))
        served.app[ROOMS].show_all()
        await expect(board.locator("#alarms")).to_contain_text("gián đoạn ở mọi điểm cầu từ 15:05:09", timeout=WITHIN)
        await expect(english.locator("#alarms")).to_contain_text("down at every endpoint since 15:05:09")
        plane.standing = Standing(at, (Alarm("media_restarted", at),))
        served.app[ROOMS].show_all()
        await expect(board.locator("#alarms")).to_contain_text("đã khởi động lại lúc 15:05:09", timeout=WITHIN)
    finally:
        plane.standing = well
        served.app[ROOMS].show_all()

    await expect(board.locator("#alarms")).to_be_hidden()
    await expect(board.locator("#alarm-over")).to_be_visible()
    await expect(board.locator("#announcer")).to_have_text("Hình ảnh, âm thanh đã trở lại bình thường.")
