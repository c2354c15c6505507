"""Writing a plan: drafts that save themselves, what a lost line and a reload leave, two editors, and dragging."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, Request, expect

from server.web.pages.static_files import static
from tests.pages.conftest import Site, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAVED = re.compile(r"^Đã lưu lúc \d\d:\d\d:\d\d$")
DRAFT: dict[str, Any] = {
    "title": "Giao ban tháng 12",
    "starts_at": "2099-12-01T01:00:00Z",
    "ends_at": "2099-12-01T03:00:00Z",
    "endpoints": ["01", "38", "96"],
    "agenda": [{"title": title, "minutes": 10} for title in ("Một", "Hai", "Ba")],
}
ORGANIZERS = ("lan", "admin")


async def call(page: Page, method: str, path: str, body: Any = None) -> Any:
    """Call the API as whoever reads the page."""
    script = """async ([method, path, body]) => {
      const headers = body === null ? {} : { "Content-Type": "application/json" };
      const answer = await fetch(path, { method, headers, body: body === null ? undefined : JSON.stringify(body) });
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    }"""
    return await page.evaluate(script, [method, path, body])


async def drafted(visit: Visit, **changes: Any) -> str:
    """Write a briefing down; return its id."""
    page = await visit("/", "lan")
    created = await call(page, "POST", "/api/v1/briefings", {**DRAFT, **changes})
    return str(created["id"])


async def stored(page: Page, briefing: str) -> Any:
    return await call(page, "GET", f"/api/v1/briefings/{briefing}")


async def titles(page: Page) -> list[str]:
    found: list[str] = await page.eval_on_selector_all(".agenda__title", "fields => fields.map((one) => one.value)")
    return found


def lets_go(page: Page) -> None:
    """Answer the browser's question whether to leave the page."""
    page.on("dialog", lambda dialog: dialog.accept())


async def test_a_draft_is_saved_as_one_types(visit: Visit) -> None:
    briefing = await drafted(visit)
    page = await visit(f"/briefings/{briefing}/edit", "lan")
    await page.fill("#number", "12/2026")
    await page.fill("#first", "01/11/2026")
    await page.fill("#last", "30/11/2026")
    await page.fill(".agenda__item:first-child .agenda__document", "57-NQ/TW")

    await expect(page.locator("#saved")).to_have_text(SAVED)
    plan = await stored(page, briefing)
    assert (plan["number"], plan["period"]) == ("12/2026", {"first": "2026-11-01", "last": "2026-11-30"})
    assert plan["agenda"][0]["document"] == "57-NQ/TW"


async def test_remarks_are_saved_line_by_line(visit: Visit) -> None:
    briefing = await drafted(visit)
    page = await visit(f"/briefings/{briefing}/edit", "lan")
    await page.locator("#notes").evaluate("(field) => field.closest('details')?.setAttribute('open', '')")

    await page.fill("#notes", "Vào phòng trước 30 phút.\n\n  Tắt điện thoại.")

    await expect(page.locator("#saved")).to_have_text(SAVED)
    assert (await stored(page, briefing))["notes"] == "Vào phòng trước 30 phút.\n\nTắt điện thoại."


async def test_what_makes_no_sense_yet_is_named_and_the_rest_is_saved(visit: Visit) -> None:
    briefing = await drafted(visit)
    page = await visit(f"/briefings/{briefing}/edit", "lan")
    await page.fill("#from", "8:")
    async with page.expect_response(lambda answer: answer.request.method == "PATCH") as answer:
        await page.fill("#number", "12/2026")

    changed = await (await answer.value).json()
    assert (changed["number"], changed["starts_at"]) == ("12/2026", "2099-12-01T01:00:00.000000Z")
    await expect(page.locator("#saved")).to_have_text(re.compile("^Chưa đủ nên chưa lưu: .*Bắt đầu"))
    assert await page.input_value("#from") == "8:"


async def test_what_the_server_refuses_is_said_and_kept(visit: Visit) -> None:
    briefing = await drafted(visit)
    page = await visit(f"/briefings/{briefing}/edit", "lan")
    await page.select_option("#kind", "quick_notification")

    await expect(page.locator("#kind-hint")).to_be_visible()
    await expect(page.locator("#saved")).to_have_text(re.compile("^Chưa lưu: Thông báo nhanh chỉ truyền một chiều"))
    for kind in await page.locator(".agenda__kind").all():
        await kind.select_option("directive")
    await expect(page.locator("#saved")).to_have_text(SAVED)
    assert (await stored(page, briefing))["kind"] == "quick_notification"


async def test_a_lost_line_loses_nothing(visit: Visit) -> None:
    briefing = await drafted(visit)
    page = await visit(f"/briefings/{briefing}/edit", "lan")
    await page.context.set_offline(True)
    await page.fill("#title", "Viết khi mất mạng")
    await expect(page.locator("#saved")).to_have_text(re.compile("^Không kết nối được máy chủ"))
    await page.context.set_offline(False)

    await expect(page.locator("#saved")).to_have_text(SAVED)
    assert (await stored(page, briefing))["title"] == "Viết khi mất mạng"


async def test_a_reload_loses_nothing_of_a_draft(visit: Visit) -> None:
    briefing = await drafted(visit)
    page = await visit(f"/briefings/{briefing}/edit", "lan")
    lets_go(page)
    await page.context.route("**/api/v1/briefings/*", lambda route: route.abort())  # nothing is saved before the reload
    await page.fill("#title", "Viết rồi tải lại trang")
    await page.reload()
    await expect(page.locator("#restored")).to_be_visible()
    assert await page.input_value("#title") == "Viết rồi tải lại trang"
    await page.context.unroute_all()
    await page.fill("#number", "3")

    await expect(page.locator("#saved")).to_have_text(SAVED)
    await expect(page.locator("#restored")).to_be_hidden()
    plan = await stored(page, briefing)
    assert (plan["title"], plan["number"]) == ("Viết rồi tải lại trang", "3")


async def test_a_new_briefing_is_kept_until_it_is_saved_or_dropped(visit: Visit) -> None:
    page = await visit("/briefings/new", "lan")
    lets_go(page)
    await page.fill("#title", "Chưa lưu bao giờ")
    await page.fill("#day", "01/12/2099")
    await page.click("#add-item")
    await page.keyboard.type("Khai mạc")
    await page.click(".editor__more summary >> nth=0")
    await page.click("#add-official")
    await page.keyboard.type("Ông Minh")
    await page.reload()

    await expect(page.locator("#restored")).to_be_visible()
    assert [await page.input_value(field) for field in ("#title", "#day")] == ["Chưa lưu bao giờ", "01/12/2099"]
    assert await titles(page) == ["Khai mạc"]
    assert await page.input_value("#presiding [data-field=name]") == "Ông Minh"
    await page.click("#afresh")
    await page.click("dialog button[value=yes]")
    await expect(page.locator("#restored")).to_be_hidden()
    await expect(page.locator("#title")).to_have_value("")


async def test_a_published_plan_is_saved_on_request_only(visit: Visit) -> None:
    briefing = await drafted(visit)
    page = await visit("/", "lan")
    await call(page, "POST", f"/api/v1/briefings/{briefing}/schedule")
    await page.clock.install()
    await page.goto(f"/briefings/{briefing}/edit")
    changes: list[Request] = []
    page.on("request", lambda request: changes.append(request) if request.method == "PATCH" else None)
    await page.fill("#title", "Đổi sau khi công bố")
    await page.clock.fast_forward(60_000)

    await expect(page.locator("#saved")).to_have_text("Chưa lưu; nội dung vẫn được giữ trên trang này.")
    assert changes == []
    await page.click("button[type=submit]")
    await expect(page.locator("h1")).to_have_text("Đổi sau khi công bố")


async def test_two_editors_of_one_draft_meet_field_by_field(visit: Visit) -> None:
    briefing = await drafted(visit)
    mine, theirs = [await visit(f"/briefings/{briefing}/edit", name) for name in ORGANIZERS]
    await theirs.fill("#title", "Tên của họ")
    await theirs.fill("#number", "7")
    await theirs.click("#sites [value='96']")
    await expect(theirs.locator("#saved")).to_have_text(SAVED)
    await mine.fill("#title", "Tên của tôi")
    await mine.fill("#to", "11:00")
    await mine.click("#sites [value='02']")

    await expect(mine.locator("#conflict")).to_be_visible()
    await expect(mine.locator("#differences th")).to_have_text(["Tên hội nghị"])
    await expect(mine.locator("#number")).to_have_value("7")
    assert await mine.input_value("#title") == "Tên của tôi"
    await expect(mine.locator("#saved")).to_have_text(re.compile("^Chưa lưu phần mà người khác cũng vừa sửa"))
    plan = await stored(mine, briefing)
    assert (plan["title"], plan["number"], plan["ends_at"]) == ("Tên của họ", "7", "2099-12-01T04:00:00.000000Z")
    assert plan["endpoints"] == ["01", "02", "38"]
    await mine.click("[data-take=mine]")
    await expect(mine.locator("#conflict")).to_be_hidden()
    await expect(mine.locator("#saved")).to_have_text(SAVED)
    assert (await stored(mine, briefing))["title"] == "Tên của tôi"


async def test_two_editors_of_one_agenda_keep_each_others_items(visit: Visit) -> None:
    briefing = await drafted(visit)
    mine, theirs = [await visit(f"/briefings/{briefing}/edit", name) for name in ORGANIZERS]
    own, other = [page.locator(".agenda__item") for page in (mine, theirs)]
    await theirs.click("#add-item")
    await theirs.keyboard.type("Của họ")
    await other.nth(0).locator(".agenda__title").fill("Một của họ")
    await other.nth(1).locator("[data-remove]").click()
    await other.nth(1).locator("[data-up]").click()
    await expect(theirs.locator("#saved")).to_have_text(SAVED)
    await own.nth(0).locator(".agenda__title").fill("Một của tôi")
    await own.nth(1).locator(".agenda__minutes input").fill("45")
    await mine.click("#add-item")
    await mine.keyboard.type("Của tôi")

    await expect(mine.locator("#differences tr")).to_have_text(
        [
            "Chương trình, “Một của tôi”: Nội dungMột của tôiGiữ của tôiMột của họLấy của người khác",
            "Chương trình, “Hai”Hai (45 phút)Giữ của tôiBỏ khỏi chương trìnhLấy của người khác",
        ]
    )
    await expect(own.last.locator(".agenda__title")).to_be_focused()
    assert await titles(mine) == ["Ba", "Một của tôi", "Của họ", "Hai", "Của tôi"]
    await mine.locator("[data-take=theirs]").nth(0).click()
    await mine.click("[data-take=mine]")
    await expect(mine.locator("#conflict")).to_be_hidden()
    await expect(mine.locator("#saved")).to_have_text(SAVED)
    plan = await stored(mine, briefing)
    assert [(item["title"], item["minutes"]) for item in plan["agenda"]] == [
        ("Ba", 10),
        ("Một của họ", 10),
        ("Của họ", 10),
        ("Hai", 45),
        ("Của tôi", 10),
    ]


async def test_a_conflict_that_is_not_decided_survives_a_reload_and_may_be_given_up(visit: Visit) -> None:
    briefing = await drafted(visit)
    mine, theirs = [await visit(f"/briefings/{briefing}/edit", name) for name in ORGANIZERS]
    lets_go(mine)
    await theirs.fill("#title", "Tên của họ")
    await expect(theirs.locator("#saved")).to_have_text(SAVED)
    await mine.fill("#title", "Tên của tôi")
    await expect(mine.locator("#conflict")).to_be_visible()
    await mine.reload()
    await expect(mine.locator("#differences th")).to_have_text(["Tên hội nghị"])
    await mine.click("[data-take=theirs]")

    await expect(mine.locator("#conflict")).to_be_hidden()
    await expect(mine.locator("#title")).to_have_value("Tên của họ")
    assert (await stored(mine, briefing))["title"] == "Tên của họ"


async def test_the_agenda_is_dragged_into_order_and_escape_puts_back(visit: Visit) -> None:
    briefing = await drafted(visit)
    page = await visit(f"/briefings/{briefing}/edit", "lan")
    grips = page.locator(".agenda__item [data-grip]")
    await page.locator("#agenda").evaluate("list => list.scrollIntoView({ block: 'center' })")
    third, first = await grips.nth(2).bounding_box(), await grips.nth(0).bounding_box()
    assert third is not None
    assert first is not None
    await page.mouse.move(third["x"] + 5, third["y"] + 5)
    await page.mouse.down()
    await page.mouse.move(first["x"] + 5, first["y"] + 5, steps=8)
    assert await titles(page) == ["Ba", "Một", "Hai"]
    await page.keyboard.press("Escape")
    assert await titles(page) == ["Một", "Hai", "Ba"]
    await page.mouse.up()
    await page.mouse.move(third["x"] + 5, third["y"] + 5)
    await page.mouse.down()
    await page.mouse.move(first["x"] + 5, first["y"] + 5, steps=8)
    await page.mouse.up()

    assert await titles(page) == ["Ba", "Một", "Hai"]
    await expect(page.locator("#announcer")).to_have_text("Nội dung 1 trên 3")
    await expect(page.locator("[data-place]").first).to_have_text("1")
    await expect(page.locator("#saved")).to_have_text(SAVED)
    assert [item["title"] for item in (await stored(page, briefing))["agenda"]] == ["Ba", "Một", "Hai"]


async def test_who_does_what_is_written_with_the_keyboard(visit: Visit) -> None:
    briefing = await drafted(visit)
    page = await visit(f"/briefings/{briefing}/edit", "lan")
    await page.click(".editor__more summary >> nth=0")
    await page.click("#add-official")
    for text in ("Ông Minh", "Phó Thủ tướng"):
        await page.keyboard.type(text)
        await page.keyboard.press("Tab")
    await page.click("#add-official")
    await page.keyboard.type("Bà Hoa")
    await page.keyboard.press("Alt+ArrowUp")
    await page.fill("#secretary-name", "Bà Bình")
    await page.click("#add-technician")
    await page.keyboard.type("Ông Cường")
    await expect(page.locator("#saved")).to_have_text(re.compile("Chưa đủ nên chưa lưu: .*Cán bộ kỹ thuật"))
    await page.keyboard.press("Tab")
    await page.keyboard.type("1800 1166")

    await expect(page.locator("#saved")).to_have_text(SAVED)
    plan = await stored(page, briefing)
    assert plan["presiding"] == [
        {"name": "Bà Hoa", "position": "", "leads": False},
        {"name": "Ông Minh", "position": "Phó Thủ tướng", "leads": True},
    ]
    assert plan["secretary"] == {"name": "Bà Bình", "position": ""}
    assert plan["technicians"] == [{"name": "Ông Cường", "contact": "1800 1166"}]


async def test_a_state_secret_is_not_offered_by_a_service_that_is_not_certified(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.scheduled}/edit", "lan")

    offered = page.locator("#classification option:not([disabled])")
    await expect(offered).to_have_text(["Không mật", "Nội bộ"])
    assert await page.input_value("#classification") == "internal"


MERGE = """m.merge(
  { title: "A", number: "1", place: "", endpoints: ["01", "02", "04"], agenda: [] },
  { title: "B", number: "1", place: "X", endpoints: ["01", "02", "06"], agenda: [] },
  { title: "C", number: "2", place: "X", endpoints: ["02", "04", "38"], agenda: [] },
)"""


async def test_three_versions_are_brought_together(visit: Visit) -> None:
    page = await visit("/sign-in")

    found = await page.evaluate(f"import('{static('js/plan/typed.js')}').then((m) => {MERGE})")

    assert found["conflicts"] == ["title"]
    assert {**found["merged"], "endpoints": sorted(found["merged"]["endpoints"])} == {
        "title": "B",
        "number": "2",
        "place": "X",
        "endpoints": ["02", "06", "38"],
        "agenda": [],
    }
