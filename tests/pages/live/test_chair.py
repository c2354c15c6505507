"""The chair at the desk: the floor by keyboard and mouse, the order with a reason, an invitation, the end undone."""

import asyncio

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.pages.live.conftest import PATIENCE, Sit, link, page_of
from tests.service import Service, site

pytestmark = pytest.mark.asyncio(loop_scope="session")

HUB_NAME = "Điểm cầu trung tâm"
"""The hub in Vietnamese."""


async def asked(served: Service, path: str, *codes: str) -> None:
    for code in codes:
        body = {"speaker": f"Đại biểu {code}", "topic": "Giải ngân"}
        answer = await served.call("POST", f"{path}/floor/requests", site(path, code), body)
        assert answer.status == 201, answer.text


async def happened(served: Service, path: str, kind: str) -> list[dict[str, object]]:
    """What the journal says of one kind of event, in order."""
    entries = (await served.call("GET", f"{path}/journal?limit=500", "chair")).body["entries"]
    return [entry["data"] for entry in entries if entry["kind"] == kind]


async def order_of(served: Service, path: str) -> list[str]:
    queue = (await served.call("GET", f"{path}/status", "chair")).body["floor"]["queue"]
    return [one["endpoint"] for one in queue]


async def hub_sends(served: Service, path: str) -> bool:
    return bool((await served.call("GET", f"{path}/status", "chair")).body["hub"]["publishing"])


def places(desk: Page) -> Locator:
    return desk.locator("#queue > li [data-place]")


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

    await expect(other.locator("#turn-place")).to_have_text(HUB_NAME)


async def test_order_is_changed_with_a_reason(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    await asked(served, path, "01", "38", "96")
    desk = await sit(page_of(path, "chair"), "chair")
    await desk.click("#queue > li:nth-child(3) [data-do=up]")
    await desk.get_by_role("dialog").get_by_role("textbox").fill("Bão đang vào")
    await desk.keyboard.press("Enter")
    await expect(places(desk)).to_have_text(["Hà Nội", "Cà Mau", "Thanh Hóa"])

    assert await order_of(served, path) == ["01", "96", "38"]
    assert [one["reason"] for one in await happened(served, path, "QueueReordered")] == ["Bão đang vào"]


async def test_chairs_own_order_needs_no_reason_and_is_made_with_the_keyboard(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    await asked(served, path, "01", "38", "96")
    desk = await sit(page_of(path, "chair"), "chair")
    await desk.click("#policy-open")
    await desk.get_by_role("radio", name="Theo sắp xếp của chủ trì").check()
    await desk.keyboard.press("Enter")
    await expect(desk.locator("#policy-word")).to_have_text("Theo sắp xếp của chủ trì")
    await desk.focus("#queue > li:nth-child(3) [data-do=grant]")
    await desk.keyboard.press("Alt+ArrowUp")
    await expect(places(desk)).to_have_text(["Hà Nội", "Cà Mau", "Thanh Hóa"])
    await expect(desk.locator("#queue > li:nth-child(2) [data-do=grant]")).to_be_focused()
    await desk.keyboard.press("Alt+ArrowUp")
    await expect(places(desk)).to_have_text(["Cà Mau", "Hà Nội", "Thanh Hóa"])

    assert await order_of(served, path) == ["96", "01", "38"]


async def test_time_of_the_turn_is_counted_down_to_its_end_and_beyond(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    await asked(served, path, "38")
    desk = await sit(page_of(path, "chair"), "chair")
    time = desk.locator("#turn-time")
    await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38", "seconds": 62})
    await expect(time).to_have_attribute("data-time", "calm")
    await expect(time).to_have_attribute("data-time", "last")
    await expect(time.locator("[data-time-word]")).to_have_text("Còn 1 phút")
    await served.call("POST", f"{path}/floor/extend", "chair", {"seconds": -61})
    await expect(time).to_have_attribute("data-time", "over")
    await expect(time.locator("[data-time-word]")).to_contain_text("Quá giờ 0:0")
    await desk.keyboard.press("2")
    await expect(time).to_have_attribute("data-time", "calm")
    await desk.keyboard.press("s")
    await expect(time).to_have_attribute("data-time", "paused")
    await expect(desk.locator("#pause")).to_contain_text("Tiếp tục")
    await desk.keyboard.press("s")

    await expect(time).to_have_attribute("data-time", "calm")
    assert [one["allotted"] for one in await happened(served, path, "TurnExtended")] == [1, 121]


async def test_moves_are_taken_back_by_key_and_by_mouse_while_it_is_offered(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    await asked(served, path, "01", "38")
    desk = await sit(page_of(path, "chair"), "chair")
    await expect(places(desk)).to_have_count(2)
    await desk.click("#queue > li:first-child [data-do=grant]")
    await expect(desk.locator("#turn-place")).to_have_text("Hà Nội")
    await expect(desk.locator("#undo-text")).to_have_text("Đã mời phát biểu.")
    await desk.keyboard.press("z")
    await expect(desk.locator("#turn-place")).to_have_text(HUB_NAME)
    await expect(places(desk)).to_have_text(["Hà Nội", "Thanh Hóa"])
    await expect(desk.locator("#undo")).to_be_hidden()
    await desk.click("#queue > li:nth-child(1) [data-do=deny]")
    await desk.get_by_role("dialog").get_by_role("button", name="Hết thời gian").click()
    await expect(places(desk)).to_have_text(["Thanh Hóa"])
    await desk.click("#undo-do")
    await expect(places(desk)).to_have_text(["Hà Nội", "Thanh Hóa"])
    await desk.keyboard.press("x")
    await expect(desk.locator("#undo")).to_be_visible()
    await expect(desk.locator("#undo")).to_be_hidden()  # nobody pressed: the offer ends by itself
    await desk.keyboard.press("z")

    undone = [one["what"] for one in await happened(served, path, "MoveUndone")]
    assert undone == ["granted", "denied"]
    assert [one["reason"] for one in await happened(served, path, "RequestDenied")] == ["Hết thời gian"]
    await expect(desk.locator("#muted")).to_be_visible()


async def test_floor_given_before_others_keeps_a_reason_in_the_same_step(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    await served.call("POST", f"{path}/floor/requests", "secretary", {"endpoint": "hub", "speaker": "Nguyễn Văn A"})
    await asked(served, path, "01", "38", "96")
    desk = await sit(page_of(path, "chair"), "chair")
    for given, reason in (("Cà Mau", "Khẩn cấp"), ("Thanh Hóa", "")):
        await desk.locator("#queue > li", has_text=given).locator("[data-do=grant]").click()
        if reason:
            await desk.get_by_role("dialog").get_by_role("button", name=reason).click()
        else:
            await desk.keyboard.press("Enter")
        await expect(desk.locator("#turn-place")).to_have_text(given)

    granted = await happened(served, path, "FloorGranted")
    assert [(one["out_of_order"], one["reason"]) for one in granted] == [(True, "Khẩn cấp"), (True, "")]


async def test_everyone_is_muted_by_one_key_and_the_way_out_is_shown(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    await asked(served, path, "38")
    desk = await sit(page_of(path, "chair"), "chair")
    await expect(places(desk)).to_have_count(1)
    await desk.click("#queue > li [data-do=grant]")
    await expect(desk.locator("#turn-label")).to_have_text("Đang phát biểu")
    await desk.keyboard.press("x")
    await expect(desk.locator("#muted")).to_be_visible()
    await expect(desk.locator("#turn-label")).to_have_text("Đang tạm dừng")
    await expect(desk.locator("#stage-pane [data-name]")).to_have_text(HUB_NAME)
    await desk.click("#unmute-all")
    await expect(desk.locator("#muted")).to_be_hidden()
    await desk.keyboard.press("s")

    await expect(desk.locator("#turn-label")).to_have_text("Đang phát biểu")


async def test_site_that_has_not_asked_is_invited_by_name_and_recalled(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    async with served.http.get(f"{path}/events", headers=served.bearer(site(path, "96"))):
        check_in = {"local_chair": "Lữ Quang Ngời", "delegates": [], "headcount": 3}
        await served.call("PUT", f"{path}/endpoints/96/check-in", site(path, "96"), check_in)
        desk = await sit(page_of(path, "chair"), "chair")
        await desk.fill("#sites-search", "ca mau")
        await desk.click("#sites [data-invite]")
        await expect(desk.locator("#speaker [name=speaker]")).to_have_value("Lữ Quang Ngời")
        await desk.fill("#speaker [name=topic]", "Sạt lở bờ biển")
        await desk.keyboard.press("Enter")
        await expect(desk.locator("#turn-place")).to_have_text("Cà Mau")
        await desk.keyboard.press("e")
        await expect(desk.locator("#turn-place")).to_have_text(HUB_NAME)
        await desk.select_option("#sites-filter", "spoken")
        await desk.click("#sites [data-recall]")
        await expect(desk.locator("#turn-place")).to_have_text("Cà Mau")

    words = "Lữ Quang Ngời – Sạt lở bờ biển"
    await expect(desk.locator("#turn-what")).to_have_text(words)
    assert [one["recalled"] for one in await happened(served, path, "FloorGranted")] == [False, True]


async def test_person_of_the_hubs_room_shares_the_queue_and_a_request_is_changed_in_place(
    served: Service, sit: Sit
) -> None:
    path = await served.briefing()
    await asked(served, path, "01")
    desk = await sit(page_of(path, "chair"), "chair")
    await desk.keyboard.press("a")
    await desk.fill("#speaker [name=speaker]", "Bộ trưởng Nguyễn Văn A")
    await desk.keyboard.press("Enter")
    await expect(places(desk)).to_have_text(["Hà Nội", HUB_NAME])
    second = desk.locator("#queue > li:nth-child(2)")
    await second.locator("[data-do=edit]").click()
    await second.locator("[name=topic]").fill("Giải trình")
    await desk.keyboard.press("Enter")
    await expect(second.locator("[data-speech]")).to_have_text("Bộ trưởng Nguyễn Văn A – Giải trình")
    await second.locator("[data-do=on-deck]").click()
    await expect(desk.locator("#grant-next-text")).to_contain_text("Bộ trưởng Nguyễn Văn A")
    await desk.keyboard.press("g")
    await expect(desk.locator("#turn-place")).to_have_text(HUB_NAME)
    await expect(desk.locator("#turn-what")).to_have_text("Bộ trưởng Nguyễn Văn A – Giải trình")

    board = await sit(page_of(path, "status"), "operator")
    await expect(board.locator("#floor-place")).to_have_text(HUB_NAME)
    await expect(board.locator("#floor-what")).to_contain_text("Bộ trưởng Nguyễn Văn A")


async def test_whole_meeting_is_led_with_the_keyboard_alone(served: Service, sit: Sit) -> None:
    path = await served.briefing(turn_minutes=5)
    for name in ("Nguyễn Văn A", "Trần Thị B", "Lê Văn C"):  # in the hub's room: nothing to wait for
        await served.call("POST", f"{path}/floor/requests", "secretary", {"endpoint": "hub", "speaker": name})
    desk = await sit(page_of(path, "chair"), "chair")
    await expect(places(desk)).to_have_count(3)
    for key, selector, seen in (
        ("g", "#turn-what", "Nguyễn Văn A"),
        ("1", "#turn-time [data-time-word]", " / 6:00"),
        ("s", "#turn-label", "Đang tạm dừng"),
        ("s", "#turn-label", "Đang phát biểu"),
        ("e", "#turn-label", "Điểm cầu trung tâm điều hành"),
        ("n", "#agenda [aria-current]", "Thảo luận"),
        ("g", "#turn-what", "Trần Thị B"),
        ("x", "#muted", "Đang tắt micro"),
        ("s", "#turn-label", "Đang tạm dừng"),  # who speaks in the hub's room was heard until now
        ("s", "#turn-label", "Đang phát biểu"),
        ("g", "#turn-what", "Lê Văn C"),
        ("e", "#turn-label", "Điểm cầu trung tâm điều hành"),
    ):
        await desk.keyboard.press(key)
        await expect(desk.locator(selector)).to_contain_text(seen)
    await desk.focus("[data-move=close]")
    await desk.keyboard.press("Enter")
    await desk.keyboard.press("Tab")  # the dialog begins at the way back
    await desk.keyboard.press("Enter")
    await expect(desk.locator("#closing-undo")).to_be_focused()

    await expect(desk.locator("#state")).to_have_text("Đã kết thúc")
    turns = (await served.call("GET", f"{path}/turns", "chair")).body["turns"]
    assert [(turn["speaker"], turn["reason"]) for turn in turns] == [
        ("Nguyễn Văn A", "revoked"),
        ("Trần Thị B", "preempted"),
        ("Lê Văn C", "revoked"),
    ]


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


LATE = """
const fetched = window.fetch;
window.fetch = async (address, options) => {
  const answer = await fetched(address, options);
  if (!String(address).endsWith("/events")) return answer;
  const late = new TransformStream({ transform: (piece, out) => void setTimeout(() => out.enqueue(piece), 2000) });
  return new Response(answer.body.pipeThrough(late), answer);
};"""
"""A page whose event stream is two seconds late."""


async def test_news_of_the_desk_that_sent_before_does_not_end_the_one_that_sends_now(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    first, second = [await sit(page_of(path, "chair"), "chair") for _ in range(2)]
    await second.add_init_script(LATE)
    await second.reload()
    await expect(second.locator("#seat")).to_be_visible()
    sends = "Trang này đang phát hình điểm cầu trung tâm."
    for desk in (first, second):
        await desk.click("#hub-send")
        await expect(desk.locator("#hub-state")).to_have_text(sends)
    await expect(first.locator("#hub-state")).to_have_text("Điểm cầu trung tâm đang phát hình từ thiết bị khác.")
    await served.call("POST", f"{path}/floor/mute", "chair")
    await expect(second.locator("#muted")).to_be_visible()  # what came before has come by now

    await expect(second.locator("#hub-state")).to_have_text(sends)
    assert await hub_sends(served, path)


async def test_of_two_desks_that_send_the_hub_at_once_one_goes_on(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    desks = [await sit(page_of(path, "chair"), "chair") for _ in range(2)]
    await asyncio.gather(*(desk.click("#hub-send") for desk in desks))
    words = {"Trang này đang phát hình điểm cầu trung tâm.", "Điểm cầu trung tâm đang phát hình từ thiết bị khác."}
    async with asyncio.timeout(2 * PATIENCE / 1000):
        while {await one.inner_text("#hub-state") for one in desks} != words:  # noqa: ASYNC110 - which of them is not said
            await asyncio.sleep(0.1)

    assert await hub_sends(served, path)


async def test_hub_that_was_stopped_while_it_began_and_sent_again_ends_when_told(served: Service, sit: Sit) -> None:
    """The answer to the first offer comes when the second session runs: it must not take its place."""
    path = await served.briefing()
    desk = await sit(page_of(path, "chair"), "chair")
    asked, answer = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        if route.request.method != "POST" or asked.is_set():
            await route.continue_()
            return
        asked.set()
        answered = await route.fetch()
        await answer.wait()
        await route.fulfill(response=answered)

    await desk.route("**/whip/*", late)
    await desk.click("#hub-send")
    async with asyncio.timeout(PATIENCE / 1000):
        await asked.wait()
    await desk.click("#hub-stop")
    await desk.click("#hub-send")
    await expect(desk.locator("#hub-state")).to_have_text("Trang này đang phát hình điểm cầu trung tâm.")
    async with desk.expect_request(lambda request: request.method == "DELETE"):
        answer.set()
    await desk.click("#hub-stop")

    async with asyncio.timeout(PATIENCE / 1000):
        while await hub_sends(served, path):  # noqa: ASYNC110 - it is asked of the server, for the desk cannot know
            await asyncio.sleep(0.1)


async def test_second_press_gives_no_second_floor(served: Service, sit: Sit) -> None:
    """Neither the second half of a double click, nor a press while the first answer is on its way."""
    path = await served.briefing()
    for name in ("Nguyễn Văn A", "Trần Thị B", "Lê Văn C"):
        await served.call("POST", f"{path}/floor/requests", "secretary", {"endpoint": "hub", "speaker": name})
    desk = await sit(page_of(path, "chair"), "chair")
    answer = asyncio.Event()

    async def late(route: Route) -> None:
        answered = await route.fetch()
        await answer.wait()
        await route.fulfill(response=answered)

    await desk.route("**/floor/next", late)
    await desk.click("#grant-next")
    await expect(desk.locator("#turn-what")).to_have_text("Nguyễn Văn A")
    await desk.keyboard.press("g")
    answer.set()
    await desk.keyboard.press("2")
    await expect(desk.locator("#turn-time [data-time-word]")).to_contain_text(" / 2:")
    await desk.hover("#grant-next")
    await desk.mouse.down(click_count=2)
    await desk.mouse.up(click_count=2)
    await desk.keyboard.press("x")  # what a second grant would have come before
    await expect(desk.locator("#muted")).to_be_visible()

    assert [one["speaker"] for one in await happened(served, path, "FloorGranted")] == ["Nguyễn Văn A"]


async def test_person_of_the_hubs_room_is_recalled_with_a_reason_while_others_wait(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    for name in ("Nguyễn Văn A", "Trần Thị B"):
        invitation = {"endpoint": "hub", "speaker": name, "topic": "Thuế"}
        await served.call("POST", f"{path}/floor/invite", "chair", invitation)
    await asked(served, path, "01")
    desk = await sit(page_of(path, "chair"), "chair")
    await desk.select_option("#sites-filter", "spoken")
    first = desk.get_by_role("button", name="Mời lại: Nguyễn Văn A")
    await expect(desk.locator("#sites > li")).to_have_count(1)  # the second speaks
    await first.click()
    await desk.get_by_role("dialog").get_by_role("button", name="Khẩn cấp").click()
    await expect(desk.locator("#turn-what")).to_have_text("Nguyễn Văn A – Thuế")

    (*_, granted) = await happened(served, path, "FloorGranted")
    assert (granted["recalled"], granted["out_of_order"], granted["reason"]) == (True, True, "Khẩn cấp")


async def test_refusal_is_said_in_the_chairs_language(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    await asked(served, path, "01")
    desk = await sit(page_of(path, "chair"), "chair")
    await expect(desk.locator("#queue > li")).to_have_count(1)
    await served.call("POST", f"{path}/close", "chair")
    await expect(desk.locator("#state")).to_have_text("Đã kết thúc")

    await expect(desk.locator("#queue > li")).to_have_count(0)
    await expect(desk.locator("[data-move=close]")).to_be_hidden()
