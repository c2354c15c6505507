"""The live pages, in both languages and both themes: nothing that axe finds, and all in view without scrolling."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from endpoints import rosters
from server.core.status import Alarm
from server.media.plane import Standing
from server.media.sfu.sfu import Sfu
from server.web.keys import PLANE
from tests.pages.live.conftest import Sit, assert_accessible, link, page_of
from tests.service import Service, site

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALL = tuple(unit.code for unit in rosters.load("63").units)
SEEN = [("vi", "light"), ("en", "dark")]
PRESENT = """
    document.getElementById("content-box").hidden = false;
    document.getElementById("pictures").dataset.content = "yes";
"""
"""What the page itself does when something is presented."""
BOXES = """
    document.getElementById("narrow").hidden = false;
    return ["#narrow", large].map((one) => document.querySelector(one).getBoundingClientRect().toJSON());
"""
"""Where the notice of a narrow line is, and the large picture."""
QUEUES = {"chair": "#queue > li", "status": "#floor-queue > li"}
"""The staff pages, and where each shows the queue."""


async def busy_briefing(served: Service) -> str:
    """The whole roster; some wait, one speaks."""
    path = await served.briefing(sites=ALL, title="Hội nghị giao ban trực tuyến 6 tháng cuối năm 2026")
    for code in ("38", "01", "48", "79", "96", "92"):
        body = {"speaker": "Nguyễn Văn Hòa, Phó Chủ tịch Ủy ban nhân dân", "topic": "Giải ngân vốn đầu tư công"}
        await served.call("POST", f"{path}/floor/requests", site(path, code), body)
    await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
    return path


@pytest.mark.parametrize(("language", "theme"), SEEN)
@pytest.mark.parametrize("name", QUEUES)
async def test_staff_page_is_accessible_and_fits(
    served: Service, sit: Sit, *, name: str, language: str, theme: str
) -> None:
    path = await busy_briefing(served)
    page = await sit(page_of(path, name), "chair", language=language, theme=theme)
    await expect(page.locator(QUEUES[name])).to_have_count(5)

    await assert_accessible(page)
    assert await page.evaluate("document.documentElement.scrollHeight") <= 768


@pytest.mark.parametrize(("name", "theme"), [("status", "dark"), ("chair", "light")])
async def test_staff_page_with_an_alarm_is_accessible_and_fits(
    served: Service, sit: Sit, *, name: str, theme: str
) -> None:
    plane = served.app[PLANE]
    assert isinstance(plane, Sfu)
    well = plane.standing
    plane.standing = Standing(None, (Alarm("media_down", datetime(2026, 11, 22, 8, 5, 9, tzinfo=UTC)),))
    try:
        page = await sit(page_of(await busy_briefing(served), name), "chair", theme=theme)
        await expect(page.locator("[role=alert] [data-alarm=media_down]")).to_be_visible()
    finally:
        plane.standing = well

    await assert_accessible(page)
    assert await page.evaluate("document.documentElement.scrollHeight") <= 768


async def test_narrow_line_is_said_over_the_large_picture_whatever_that_is(served: Service, sit: Sit) -> None:
    page = await sit(link(await served.briefing(), "38"))
    await page.click("[data-step=room]")
    for large, shown in (("#stage-pane", ""), ("#content-pane", PRESENT)):
        notice, picture = await page.evaluate(f"large => {{ {shown} {BOXES} }}", large)  # at once: a status draws anew
        assert picture["x"] < notice["x"]
        assert picture["y"] < notice["y"]
        assert notice["x"] + notice["width"] < picture["x"] + picture["width"]
        assert notice["height"] < 40


async def test_list_and_detail_are_accessible(served: Service, sit: Sit) -> None:
    path = await busy_briefing(served)
    page = await sit(page_of(path, "status"), "operator")
    await page.click("[data-view=list]")
    await page.click("#rows [data-cell=name] >> nth=0")
    await expect(page.locator("#detail")).to_be_visible()

    await assert_accessible(page)


async def test_wall_fills_a_big_screen_with_every_measure(served: Service, sit: Sit) -> None:
    path = await busy_briefing(served)
    page = await sit(f"{page_of(path, 'status')}?wall=1", "operator", viewport={"width": 1920, "height": 1080})
    await expect(page.locator(".tile")).to_have_count(63)

    await expect(page.locator(".bar")).to_be_hidden()
    await expect(page.locator(".tile__value").first).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollHeight") <= 1080
    await assert_accessible(page)


async def test_every_tile_has_a_place_of_its_own(served: Service, sit: Sit) -> None:
    path = await busy_briefing(served)
    page = await sit(page_of(path, "status"), "operator")
    await expect(page.locator(".tile")).to_have_count(63)

    corners = await page.evaluate(
        "[...document.querySelectorAll('.tile')].map((one) => one.getBoundingClientRect()).map((r) => `${r.x},${r.y}`)"
    )
    assert len(set(corners)) == 63


@pytest.mark.parametrize(("language", "theme"), SEEN)
async def test_site_page_is_accessible_in_every_step(served: Service, sit: Sit, language: str, theme: str) -> None:
    path = await served.briefing()
    page = await sit(link(path, "38"), language=language, theme=theme)
    await expect(page.locator("[data-capture=picture]")).to_have_attribute("data-state", "good")
    await assert_accessible(page)
    await page.fill("[name=local_chair]", "Nguyễn Văn Hòa")
    await page.click("#send-check-in")
    await expect(page.locator("#room")).to_be_visible()
    await assert_accessible(page)
    await page.click("#raise")
    await expect(page.locator("#waiting")).to_be_visible()
    granted = await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
    assert granted.status == 204, granted.text
    await expect(page.locator("#release")).to_be_visible()

    await assert_accessible(page)
