"""The chair at the desk: the floor by keyboard, the order with a reason, an invitation, the end taken back."""

import pytest
from playwright.async_api import expect

from tests.pages.live.conftest import Sit, link, page_of
from tests.service import Service, site

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def asked(served: Service, path: str, *codes: str) -> None:
    for code in codes:
        body = {"speaker": f"Đại biểu {code}", "topic": "Giải ngân"}
        answer = await served.call("POST", f"{path}/floor/requests", site(path, code), body)
        assert answer.status == 201, answer.text


async def test_floor_is_given_and_taken_by_keyboard_and_two_desks_agree(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    await asked(served, path, "01", "38")
    await sit(link(path, "01"))
    desk = await sit(page_of(path, "chair"), "chair")
    other = await sit(page_of(path, "chair"), "chair")
    await expect(desk.locator("#queue > li")).to_have_count(2)
    await expect(desk.locator("#queue > li:first-child [data-ready]")).to_have_text("sẵn sàng")
    await desk.keyboard.press("g")
    for one in (desk, other):
        await expect(one.locator("#turn-place")).to_have_text("Hà Nội")
        await expect(one.locator("#queue > li")).to_have_count(1)
    await desk.fill("#sites-search", "ge")  # letters while typing are letters
    await expect(desk.locator("#turn-place")).to_have_text("Hà Nội")
    await desk.locator("#sites-search").blur()
    await desk.keyboard.press("e")

    await expect(other.locator("#turn-place")).to_have_text("Điểm cầu trung tâm")


async def test_order_is_changed_with_a_reason(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    await asked(served, path, "01", "38", "96")
    desk = await sit(page_of(path, "chair"), "chair")
    await desk.click("#queue > li:nth-child(3) [data-do=up]")
    await desk.get_by_role("dialog").get_by_role("textbox").fill("Bão đang vào")
    await desk.keyboard.press("Enter")
    await expect(desk.locator("#queue > li [data-place]")).to_have_text(["Hà Nội", "Cà Mau", "Thanh Hóa"])

    queue = (await served.call("GET", f"{path}/status", "chair")).body["floor"]["queue"]
    assert [one["endpoint"] for one in queue] == ["01", "96", "38"]


async def test_site_that_has_not_asked_is_invited(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    async with served.http.get(f"{path}/events", headers=served.bearer(site(path, "96"))):
        desk = await sit(page_of(path, "chair"), "chair")
        await desk.fill("#sites-search", "ca mau")
        await desk.click("#sites [data-invite]")

        await expect(desk.locator("#turn-place")).to_have_text("Cà Mau")


async def test_agenda_moves_with_its_buttons(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    desk = await sit(page_of(path, "chair"), "chair")
    await expect(desk.locator("#agenda [aria-current]")).to_contain_text("Khai mạc")
    await desk.keyboard.press("n")

    await expect(desk.locator("#agenda [aria-current]")).to_contain_text("Thảo luận")


async def test_end_is_asked_and_can_be_taken_back(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    desk = await sit(page_of(path, "chair"), "chair")
    await desk.clock.install()
    for undo in (True, False):
        await desk.click("[data-move=close]")
        await desk.get_by_role("dialog").get_by_role("button", name="Kết thúc hội nghị").click()
        await expect(desk.locator("#closing")).to_be_visible()
        if undo:
            await desk.click("#closing-undo")
            await expect(desk.locator("#closing")).to_be_hidden()
        await desk.clock.run_for(6_000)  # longer than the five seconds in which it can be taken back
        if undo:
            assert (await served.call("GET", f"{path}/status", "chair")).body["state"] == "live"

    await expect(desk.locator("#state")).to_have_text("Đã kết thúc")


async def test_second_desk_that_sends_the_hub_takes_over(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    desks = [await sit(page_of(path, "chair"), "chair") for _ in range(2)]
    for desk in desks:
        await desk.click("#hub-send")
        await expect(desk.locator("#hub-state")).to_have_text("Trang này đang phát hình điểm cầu trung tâm.")

    await expect(desks[0].locator("#hub-state")).to_have_text("Điểm cầu trung tâm đang phát hình từ thiết bị khác.")


async def test_refusal_is_said_in_the_chairs_language(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    await asked(served, path, "01")
    desk = await sit(page_of(path, "chair"), "chair")
    await expect(desk.locator("#queue > li")).to_have_count(1)
    await served.call("POST", f"{path}/close", "chair")
    await expect(desk.locator("#state")).to_have_text("Đã kết thúc")

    await expect(desk.locator("#queue > li")).to_have_count(0)
    await expect(desk.locator("[data-move=close]")).to_be_hidden()
