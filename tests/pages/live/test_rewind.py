"""The rewind: any moment of the past on the board, unmistakably past, by hand, by keys and by a link."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Page, expect

from server.core.status import Alarm
from server.media.plane import Standing
from server.media.sfu.sfu import Sfu
from server.web.keys import PLANE, ROOMS
from tests.pages.live.conftest import Sit, assert_accessible, page_of
from tests.pages.live.test_looks import SEEN, busy_briefing
from tests.service import Service, site

pytestmark = pytest.mark.asyncio(loop_scope="session")

WHOLE = 1.0
"""Seconds after which whatever has happened is in a second that has passed: the rewind begins at the last of them."""


async def one_turn(served: Service, *, after: float = 0) -> str:
    """Cà Mau asks and speaks, `after` so many seconds, then Thanh Hóa asks."""
    path = await served.briefing()
    await asyncio.sleep(after)
    await served.call("POST", f"{path}/floor/requests", site(path, "96"), {"speaker": "Hòa", "topic": ""})
    await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "96"})
    await served.call("POST", f"{path}/floor/revoke", "chair", {"endpoint": "96"})
    await served.call("POST", f"{path}/floor/requests", site(path, "38"), {"speaker": "Lan", "topic": ""})
    return path


async def entry(served: Service, path: str, kind: str) -> dict[str, Any]:
    """Return the first entry of a kind."""
    entries = (await served.call("GET", f"{path}/journal?limit=500", "operator")).body["entries"]
    return next(one for one in entries if one["kind"] == kind)


async def settled(board: Page) -> None:
    """Wait until the moment that was asked for is shown."""
    await expect(board.locator("#rewind-bar")).to_be_visible()
    await expect(board.locator("#rewind-bar[aria-busy]")).to_have_count(0)


async def test_moment_of_a_link_is_shown_and_says_that_it_is_past(served: Service, sit: Sit) -> None:
    path = await one_turn(served)
    granted = await entry(served, path, "FloorGranted")
    board = await sit(f"{page_of(path, 'status')}?at={granted['at']}", "operator")
    await settled(board)

    await expect(board.locator("#rewind-bar")).to_contain_text("Đang xem lại, không phải hiện tại")
    await expect(board.locator("#rewind-entry")).to_contain_text(f"mục {granted['seq']}")
    await expect(board.locator("#floor-place")).to_have_text("Cà Mau")
    await expect(board.locator("#floor-clock")).to_have_text("0:00")
    await expect(board.locator(".rewind__turn")).to_have_text(["1. Cà Mau"])
    await expect(board.locator("#log > li").first).to_contain_text("Cà Mau được mời phát biểu")
    await expect(board.locator("#age")).to_be_hidden()
    await board.click("#rewind-end")
    await expect(board.locator("#rewind-bar")).to_be_hidden()
    await expect(board.locator("#floor-place")).to_have_text("Điểm cầu trung tâm điều hành")
    await expect(board.locator("#log > li").first).to_contain_text("Thanh Hóa đăng ký phát biểu")
    assert "at=" not in board.url


async def test_what_happens_now_waits_until_the_present_is_shown_again(served: Service, sit: Sit) -> None:
    path = await one_turn(served)
    board = await sit(page_of(path, "status"), "operator")
    await expect(board.locator("#floor-queue > li")).to_have_count(1)
    await asyncio.sleep(WHOLE)
    await board.click("#rewind")
    await settled(board)
    shown = await board.inner_text("#rewind-moment")
    async with served.http.get(f"{path}/events", headers=served.bearer(site(path, "96"))):
        await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
        await asyncio.sleep(1.5)  # long enough for the change to have been drawn

        assert await board.inner_text("#rewind-moment") == shown
        await expect(board.locator("#floor-queue > li")).to_have_count(1)
        await expect(board.locator(".tile[title='Cà Mau']")).to_have_attribute("data-state", "absent")
        await board.keyboard.press("Escape")
        await expect(board.locator("#floor-place")).to_have_text("Thanh Hóa")
        await expect(board.locator(".tile[title='Cà Mau']")).to_have_attribute("data-state", "silent")
        await expect(board.locator("#log > li").first).to_contain_text("Thanh Hóa được mời phát biểu")
        await expect(board.locator("#rewind")).to_be_focused()


async def test_keys_step_by_event_and_by_second(served: Service, sit: Sit) -> None:
    path = await one_turn(served, after=2)
    board = await sit(page_of(path, "status"), "operator")
    await expect(board.locator("#floor-queue > li")).to_have_count(1)
    await asyncio.sleep(WHOLE)
    await board.click("#rewind")
    await settled(board)
    await expect(board.locator("#rewind-slider")).to_be_focused()
    granted = await entry(served, path, "FloorGranted")
    while granted["at"] < await moment(board):
        await press(board, "Shift+ArrowLeft")
    assert await moment(board) == granted["at"]
    await expect(board.locator("#floor-place")).to_have_text("Cà Mau")
    await press(board, "Shift+ArrowRight")
    assert await moment(board) == (await entry(served, path, "TurnEnded"))["at"]
    before = datetime.fromisoformat(await moment(board)).replace(microsecond=0)
    await press(board, "ArrowLeft")

    after = datetime.fromisoformat(await moment(board)).replace(microsecond=0)
    assert (before - after).total_seconds() == 1
    await press(board, "ArrowRight")
    assert datetime.fromisoformat(await moment(board)).replace(microsecond=0) == before
    await press(board, "Home")
    opened = await entry(served, path, "BriefingOpened")
    assert await moment(board) == opened["at"]  # to the microsecond: a moment before it, the lobby was not open
    await expect(board.locator("#state")).to_have_text("Mở phòng chờ")


async def press(board: Page, key: str) -> None:
    """Press a key and wait for the moment it leads to."""
    before = board.url
    await board.keyboard.press(key)
    await expect(board).not_to_have_url(before)
    await settled(board)


async def moment(board: Page) -> str:
    """Return the moment that is shown: the address names it."""
    return str(await board.evaluate("new URLSearchParams(location.search).get('at') ?? '9'"))


async def test_time_of_day_is_typed(served: Service, sit: Sit) -> None:
    path = await one_turn(served)
    opened = datetime.fromisoformat((await entry(served, path, "BriefingOpened"))["at"])
    board = await sit(page_of(path, "status"), "operator")
    await board.click("#rewind")
    await settled(board)
    local = await board.evaluate(
        "at => new Date(at).toLocaleTimeString('en-GB', {timeZone: 'Asia/Ho_Chi_Minh'})", opened.isoformat()
    )
    await board.fill("#rewind-time", local.replace(":", "h", 1))
    await board.keyboard.press("Enter")

    await expect(board.locator("#rewind-moment")).to_contain_text(local)
    assert (await moment(board)).startswith(opened.strftime("%Y-%m-%dT%H:%M:%S"))
    await board.fill("#rewind-time", "25:61")
    await board.keyboard.press("Enter")
    await expect(board.locator(".toast")).to_contain_text("Hãy ghi giờ, phút và giây")


async def test_entry_of_the_log_leads_to_its_moment(served: Service, sit: Sit) -> None:
    path = await one_turn(served)
    board = await sit(page_of(path, "status"), "operator")
    await board.locator("#log > li", has_text="Cà Mau đăng ký phát biểu").locator("a").click()
    await settled(board)

    await expect(board.locator("#floor-queue > li")).to_have_text(["Cà Mauchuẩn bị"])
    assert await moment(board) == (await entry(served, path, "FloorRequested"))["at"]


async def test_alarm_of_now_is_no_part_of_the_past_but_is_not_kept_from_who_looks_at_it(
    served: Service, sit: Sit
) -> None:
    plane = served.app[PLANE]
    assert isinstance(plane, Sfu)
    well = plane.standing
    board = await sit(page_of(await one_turn(served), "status"), "operator")
    await board.click("#rewind")
    await settled(board)
    await expect(board.locator("#rewind-alarm")).to_be_hidden()
    try:
        plane.standing = Standing(None, (Alarm("media_down", well.since or datetime.now(UTC)),))
        served.app[ROOMS].show_all()
        await expect(board.locator("#rewind-alarm")).to_be_visible()
        await expect(board.locator("#alarms")).to_be_hidden()
    finally:
        plane.standing = well
        served.app[ROOMS].show_all()

    await expect(board.locator("#rewind-alarm")).to_be_hidden()


@pytest.mark.parametrize("view", ["map", "list"])
@pytest.mark.parametrize(("language", "theme"), SEEN)
async def test_past_is_accessible_and_fits(served: Service, sit: Sit, *, view: str, language: str, theme: str) -> None:
    path = await busy_briefing(served)
    board = await sit(f"{page_of(path, 'status')}?view={view}", "chair", language=language, theme=theme)
    await expect(board.locator("#floor-queue > li")).to_have_count(5)
    await board.click("#rewind")
    await settled(board)

    await assert_accessible(board)
    assert await board.evaluate("document.documentElement.scrollHeight") <= 768
