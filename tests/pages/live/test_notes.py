"""The secretary at work: one key for each kind of note while a turn runs; no reload and no second writer loses one."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.pages.live.conftest import Sit, assert_accessible, page_of
from tests.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

TASK: dict[str, Any] = {"kind": "task", "text": "Rà soát hồ, đập", "owner": "Sở NN&MT", "due": "2026-12"}


async def speaking(served: Service, **changes: Any) -> str:
    """A live briefing in which Thanh Hóa has the floor."""
    path = await served.briefing(**changes)
    asked = {"endpoint": "38", "speaker": "Bà Hoa", "topic": "Lũ lụt"}
    assert (await served.call("POST", f"{path}/floor/requests", "chair", asked)).status == 201
    assert (await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})).status == 204
    return path


async def noted(served: Service, path: str) -> list[dict[str, Any]]:
    notes: list[dict[str, Any]] = (await served.call("GET", f"{path}/notes", "secretary")).body["notes"]
    return notes


async def sees(page: Page, *texts: str) -> None:
    await expect(page.locator(".timeline__note:not([data-removed]) .note__text")).to_have_text(texts)


async def test_notes_are_taken_by_keyboard_alone_while_a_turn_runs(served: Service, sit: Sit) -> None:
    path = await speaking(served)
    page = await sit(page_of(path, "notes"), "secretary")
    await expect(page.locator("#speaking-place")).to_have_text("Thanh Hóa")
    await expect(page.locator(".timeline__turn")).to_have_count(1)

    await page.keyboard.press("k")
    await page.keyboard.type("Cấp thêm vốn")
    await page.keyboard.press("Enter")
    await sees(page, "Cấp thêm vốn")
    await page.keyboard.press("n")
    await page.keyboard.type("Rà soát hồ, đập")
    await page.keyboard.press("Tab")
    await page.keyboard.type("ha noi")
    await page.keyboard.press("Enter")
    for text in ("Sở NN&MT", "Sở Xây dựng; Công an", "q4/2026"):
        await page.keyboard.press("Tab")
        await page.keyboard.type(text)
    await expect(page.locator("#due-said")).to_have_text("quý IV/2026")
    await page.keyboard.press("Enter")
    await sees(page, "Cấp thêm vốn", "Rà soát hồ, đập")
    await page.keyboard.press("l")
    await page.keyboard.press("Escape")
    await expect(page.locator("#composer")).to_be_hidden()

    asked, task = await noted(served, path)
    assert (asked["kind"], asked["turn"], asked["endpoint"]) == ("recommendation", 1, "38")
    assert (task["kind"], task["turn"], task["endpoint"], task["due"]) == ("task", 1, "01", "2026-Q4")
    assert (task["owner"], task["partners"]) == ("Sở NN&MT", ["Sở Xây dựng", "Công an"])


async def test_turns_and_items_appear_as_they_come_and_notes_stand_with_their_turn(served: Service, sit: Sit) -> None:
    path = await speaking(served)
    page = await sit(page_of(path, "notes"), "secretary")
    await page.keyboard.press("g")
    await page.keyboard.type("Đường truyền kém")
    await served.call("POST", f"{path}/floor/release", "chair", {})
    await served.call("POST", f"{path}/agenda", "chair", {"index": 1})
    await expect(page.locator("#speaking-place")).to_have_text("Điểm cầu trung tâm")
    await page.keyboard.press("Enter")

    await expect(page.locator("#timeline > li")).to_have_count(4)
    kinds = await page.eval_on_selector_all("#timeline > li", "rows => rows.map((row) => row.className)")
    assert kinds == ["timeline__item", "timeline__turn", "timeline__note", "timeline__item"]


async def test_a_turn_whose_end_is_taken_back_goes_on(served: Service, sit: Sit) -> None:
    path = await speaking(served)
    page = await sit(page_of(path, "notes"), "secretary")
    await served.call("POST", f"{path}/floor/revoke", "chair", {})
    await expect(page.locator("#speaking-place")).to_have_text("Điểm cầu trung tâm")
    await expect(page.locator(".timeline__turn[data-running]")).to_have_count(0)
    undone = await served.call("POST", f"{path}/floor/undo", "chair", {})
    assert undone.status < 300, undone.text

    await expect(page.locator(".timeline__turn[data-running]")).to_have_count(1)
    await page.keyboard.press("k")
    await page.keyboard.type("Cấp thêm vốn")
    await page.keyboard.press("Enter")
    await sees(page, "Cấp thêm vốn")
    [note] = await noted(served, path)
    assert note["turn"] == 1


async def test_a_reload_in_the_middle_keeps_the_note(served: Service, sit: Sit) -> None:
    path = await speaking(served)
    page = await sit(page_of(path, "notes"), "secretary")
    await page.keyboard.press("n")
    await page.keyboard.type("Rà soát hồ")
    await page.fill("#owner", "Sở NN&MT")
    await page.fill("#due", "15/12/2026")
    await page.reload()

    await expect(page.locator("#text")).to_have_value("Rà soát hồ")
    await expect(page.locator("#composer-title")).to_have_text("Nhiệm vụ")
    await page.focus("#text")
    await page.keyboard.press("Enter")
    await sees(page, "Rà soát hồ")
    [task] = await noted(served, path)
    assert (task["owner"], task["due"], task["turn"]) == ("Sở NN&MT", "2026-12-15", 1)
    await page.reload()
    await expect(page.locator("#composer")).to_be_hidden()


async def test_enter_that_is_pressed_twice_or_held_saves_one_note(served: Service, sit: Sit) -> None:
    path = await speaking(served)
    page = await sit(page_of(path, "notes"), "secretary")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.url.endswith("/notes") else None)
    await page.keyboard.press("g")
    await page.fill("#text", "Kém tiếng")
    await page.evaluate(
        """() => {
          const press = () => new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
          for (const _ of [1, 2, 3]) document.querySelector("#text").dispatchEvent(press());
        }"""
    )

    await sees(page, "Kém tiếng")
    assert (sent, len(await noted(served, path))) == (["POST"], 1)


async def test_the_next_note_begins_while_the_last_is_still_on_its_way(served: Service, sit: Sit) -> None:
    path = await speaking(served)
    page = await sit(page_of(path, "notes"), "secretary")
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(route: Route) -> None:
        arrived.set()
        await go_on.wait()
        await route.continue_()

    await page.route("**/notes", slowly)
    for key, text in (("g", "Kém tiếng"), ("l", "Thống nhất")):
        await page.keyboard.press(key)
        await page.keyboard.type(text)
        await page.keyboard.press("Enter")
        await arrived.wait()
    await expect(page.locator("#composer")).to_be_hidden()
    go_on.set()

    await expect(page.locator(".timeline__note")).to_have_count(2)
    assert {(note["kind"], note["text"]) for note in await noted(served, path)} == {
        ("remark", "Kém tiếng"),
        ("conclusion", "Thống nhất"),
    }


async def test_a_note_that_does_not_arrive_comes_back_when_the_next_is_written(served: Service, sit: Sit) -> None:
    path = await speaking(served)
    page = await sit(page_of(path, "notes"), "secretary")
    tried: list[Route] = []

    async def lose_the_first(route: Route) -> None:
        tried.append(route)
        await (route.abort() if len(tried) == 1 else route.continue_())

    await page.route("**/notes", lose_the_first)
    await page.keyboard.press("g")
    await page.keyboard.type("Kém tiếng")
    await page.evaluate(
        """() => {
          const press = (key) => new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
          document.querySelector("#text").dispatchEvent(press("Enter"));
          document.body.dispatchEvent(press("l"));
        }"""
    )
    await expect(page.locator(".toast--poor")).to_be_visible()
    await page.keyboard.type("Thống nhất")
    await page.reload()
    await expect(page.locator("#text")).to_have_value("Thống nhất")
    await page.focus("#text")
    await page.keyboard.press("Enter")
    await expect(page.locator("#text")).to_have_value("Kém tiếng")
    await page.keyboard.press("Enter")

    await expect(page.locator(".timeline__note")).to_have_count(2)
    assert sorted(note["text"] for note in await noted(served, path)) == ["Kém tiếng", "Thống nhất"]
    await page.reload()
    await expect(page.locator("#composer")).to_be_hidden()


async def test_two_secretaries_decide_whose_words_stand(served: Service, sit: Sit) -> None:
    path = await speaking(served)
    await served.call("POST", f"{path}/notes", "secretary", TASK)
    mine, theirs = await sit(page_of(path, "notes"), "secretary"), await sit(page_of(path, "notes"), "organizer")
    for page, text in ((mine, "Rà soát hồ"), (theirs, "Rà soát đập")):
        await page.keyboard.press("e")
        await page.fill("#text", text)
    await theirs.keyboard.press("Enter")
    await sees(mine, "Rà soát đập")
    await mine.keyboard.press("Enter")

    await expect(mine.locator("#stale-theirs")).to_contain_text("Rà soát đập")
    await expect(mine.locator("#text")).to_have_value("Rà soát hồ")
    await mine.keyboard.press("Enter")  # the cursor stands on "save mine over theirs"
    await sees(theirs, "Rà soát hồ")


async def test_a_removed_note_is_restored_where_it_stood(served: Service, sit: Sit) -> None:
    path = await speaking(served)
    await served.call("POST", f"{path}/notes", "secretary", TASK)
    page = await sit(page_of(path, "notes"), "secretary")
    await page.get_by_role("button", name="Gỡ mục 1").click()
    await page.get_by_role("dialog").get_by_role("textbox").fill("ghi nhầm")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-removed] .note__more")).to_have_text("Đã gỡ: ghi nhầm")
    await page.get_by_role("button", name="Khôi phục mục 1").click()

    await sees(page, "Rà soát hồ, đập")
    assert [note["removed"] for note in await noted(served, path)] == [None]


async def test_after_the_end_a_change_asks_for_its_reason(served: Service, sit: Sit) -> None:
    path = await speaking(served)
    await served.call("POST", f"{path}/notes", "secretary", TASK)
    await served.call("POST", f"{path}/close", "chair")
    page = await sit(page_of(path, "notes"), "secretary")
    await page.keyboard.press("e")
    await page.fill("#text", "Rà soát hồ")
    await page.keyboard.press("Enter")
    await expect(page.locator("#reason")).to_be_focused()
    await page.keyboard.type("nghe lại băng")
    await page.keyboard.press("Enter")
    await sees(page, "Rà soát hồ")
    await page.keyboard.press("l")
    await page.keyboard.type("Thống nhất cao")
    await page.keyboard.press("Enter")

    await sees(page, "Rà soát hồ", "Thống nhất cao")
    task, _ = await noted(served, path)
    assert task["versions"][1]["reason"] == "nghe lại băng"


async def test_what_cannot_be_saved_is_said_and_stays(served: Service, sit: Sit) -> None:
    path = await speaking(served)
    page = await sit(page_of(path, "notes"), "secretary")
    await page.keyboard.press("n")
    await page.keyboard.press("Enter")
    await expect(page.locator("#composer-problem")).to_have_text("Hãy ghi nội dung trước.")
    await page.keyboard.type("Rà soát")
    for field, text, problem in (("#site", "Paris", "điểm cầu"), ("#due", "mai", "Ngày, tháng hoặc quý")):
        await page.fill(field, text)
        await page.focus("#text")
        await page.keyboard.press("Enter")
        await expect(page.locator("#composer-problem")).to_contain_text(problem)
        await expect(page.locator("#composer-problem")).to_be_in_viewport(ratio=1)
        await expect(page.locator(field)).to_be_focused()
        await page.fill(field, "")
    await page.keyboard.press("Escape")
    await page.click("dialog button[value=yes]")

    await expect(page.locator("#composer")).to_be_hidden()
    assert await noted(served, path) == []


@pytest.mark.parametrize(("theme", "language"), [("light", "vi"), ("dark", "en")])
async def test_notes_page_is_accessible_and_fits(served: Service, sit: Sit, theme: str, language: str) -> None:
    path = await speaking(served)
    for note in (
        TASK,
        {"kind": "conclusion", "text": "Thống nhất"},
        {"kind": "remark", "text": "Kém tiếng", "turn": 1},
    ):
        await served.call("POST", f"{path}/notes", "secretary", note)
    page = await sit(page_of(path, "notes"), "secretary", theme=theme, language=language)
    await expect(page.locator(".timeline__note")).to_have_count(3)
    await assert_accessible(page)
    await page.keyboard.press("n")
    await page.fill("#site", "t")
    await expect(page.locator("#site-list li")).not_to_have_count(0)

    await assert_accessible(page)
