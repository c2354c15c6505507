"""A technician checks the line on the site's page before the meeting; operators see it on the board, and decide."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from endpoints import rosters
from server.core import line_check
from server.core.events import Device, Found, FoundLine, FoundPicture, FoundSound, LineChecked, Measured, Way
from server.core.ids import Actor, BriefingId, EndpointCode
from server.web.keys import ROOMS
from tests.pages.live.conftest import Sit, assert_accessible, link, page_of
from tests.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALL = tuple(unit.code for unit in rosters.load("63").units)
CHECKING = 60_000
"""Milliseconds a whole check may take here; twenty seconds of it are the check itself."""

WELL = Found(
    Device.WORKS,
    Device.WORKS,
    FoundLine(Way.DIRECT, 610_000, 18_400_000, None, 24, 4, 0, None),
    FoundPicture(1280, 720, 118, 52, 130),
    FoundSound(21, 58, 0, 4),
)
MEASURED = Measured(bitrate=604_000, loss=0, round_trip=23, frames=25, level=24)


async def planned(
    served: Service, sites: tuple[str, ...] = ("01", "38", "96"), title: str = "Giao ban tháng 12"
) -> str:
    start = datetime.now(UTC) + timedelta(hours=26)
    return await served.briefing(
        until="scheduled",
        sites=sites,
        title=title,
        starts_at=start.isoformat(),
        ends_at=(start + timedelta(hours=2)).isoformat(),
    )


async def write(served: Service, path: str, code: str, found: Found, person: str) -> None:
    """Write a check down as the server does, with numbers of this test."""
    room = await served.app[ROOMS].get(BriefingId(path.rsplit("/", 1)[1]))
    checked = LineChecked(EndpointCode(code), person, "0912 345 678", found, MEASURED)
    await room.move(lambda state, now: line_check.check(state, now, checked=checked), Actor(f"site:{code}"))


async def check(page: Page) -> None:
    await page.fill("#line-check-form [name=person]", "Lê Văn Bình")
    await page.fill("#line-check-form [name=phone]", "0912 345 678")
    await page.click("#line-check-run")
    await expect(page.locator("#line-check-progress")).to_be_visible()
    await expect(page.locator("#line-check-result")).to_be_visible(timeout=CHECKING)


async def test_a_line_is_checked_over_real_media_before_the_room_is_open(served: Service, sit: Sit) -> None:
    path = await planned(served)
    await served.call(
        "POST",
        f"{path}/rehearsals",
        "organizer",
        {"starts_at": (datetime.now(UTC) + timedelta(hours=3)).isoformat(), "minutes": 60},
    )
    board = await sit(page_of(path, "go"), "operator")
    page = await sit(link(path, "38"))
    await expect(page.locator("#rehearsals")).to_contain_text("Chạy thử:")
    await page.click("#line-check-run")
    await expect(page.locator("#line-check-error")).to_contain_text("người phụ trách")
    await check(page)

    one = (await served.call("GET", f"{path}/endpoints/38/line-check", "operator")).body
    assert (one["found"]["camera"], one["found"]["microphone"]) == ("works", "works")
    assert (one["found"]["line"]["way"], one["person"]) == ("direct", "Lê Văn Bình")
    assert one["found"]["line"]["upload"] > 40_000
    assert one["found"]["line"]["download"] > 500_000
    assert one["found"]["picture"]["motion"] > 0
    assert one["found"]["sound"]["loudest"] < 60
    assert one["measured"]["bitrate"] > 40_000
    assert "nothing_arrives" not in one["faults"]
    await expect(page.locator("#line-check-result")).to_have_attribute("data-state", one["state"])
    cell = board.locator(".go-cell[data-key='38']")
    await expect(cell).to_have_attribute("data-state", one["state"])
    await assert_accessible(page)
    assert await page.evaluate("document.querySelector('#mic-state').dataset.on") == "no"

    await served.call("POST", f"{path}/line-checks/ask", "operator", {"endpoints": ["38"]})
    await expect(page.locator("#line-check-asked")).to_be_visible()
    await expect(cell).to_have_attribute("data-state", "stale")


@pytest.mark.parametrize(("language", "theme"), [("vi", "light"), ("en", "dark")])
async def test_the_board_shows_the_country_at_once_and_operators_decide(
    served: Service, sit: Sit, language: str, theme: str
) -> None:
    path = await planned(served, ALL, "Hội nghị giao ban trực tuyến 6 tháng cuối năm 2026")
    dark = Found(Device.WORKS, Device.MISSING, WELL.line, FoundPicture(1280, 720, 9, 2, 0))
    for code in ALL[:40]:
        await write(served, path, code, WELL, "Nguyễn Văn Hòa")
    for code in ALL[40:44]:
        await write(served, path, code, dark, "Trần Thị Lan")
    await served.call("POST", f"{path}/line-checks/ask", "operator", {"endpoints": list(ALL[:3])})
    page = await sit(page_of(path, "go"), "operator", language=language, theme=theme)
    await expect(page.locator("[data-count=go]")).to_have_text("37")
    await expect(page.locator("[data-count=not_go]")).to_have_text("26")
    await assert_accessible(page)
    assert await page.evaluate("document.documentElement.scrollHeight") <= 768

    await page.click("button[data-filter=no_go]")
    await expect(page.locator(".go-cell")).to_have_count(4)
    await page.click(".go-cell__button >> nth=0")
    await expect(page.locator("#detail .finding")).to_have_count(3)
    await assert_accessible(page)
    await page.click("#detail-close")
    await page.click("[data-decide=yes]")
    await page.fill("#decision-note", "Bốn nơi đã gọi điện")
    await page.click("dialog button[value=yes]")
    await expect(page.locator("#go")).to_have_attribute("data-go", "yes")

    chair = await sit(page_of(path, "chair"), "chair", language=language, theme=theme)
    await expect(chair.locator("#go")).to_contain_text("Bốn nơi đã gọi điện")


LIKENESS = """
    async (module) => {
      const { likeness, sweep } = await import(module);
      const sound = sweep(8000);
      const noise = (count) => Float32Array.from({ length: count }, (_, index) => Math.sin(index * index * 0.37) * 0.3);
      const room = noise(11000);
      const echoed = room.map((one, index) => one * 0.2 + (sound[index - 2400] ?? 0) * 0.1);
      return [likeness(room, sound), likeness(echoed, sound), likeness(new Float32Array(11000), sound)];
    }
"""


async def test_an_echo_is_told_from_a_noisy_room(served: Service, sit: Sit) -> None:
    path = await planned(served)
    page = await sit(link(path, "38"))
    source = await page.locator("script[type=module][src*='site/main']").get_attribute("src")

    noise, echo, silence = await page.evaluate(LIKENESS, str(source).replace("site/main", "line_check/echo"))

    assert noise < 0.3 < echo
    assert silence == 0


async def test_a_rehearsal_is_seen_and_cleared_on_the_sites_page(served: Service, sit: Sit) -> None:
    path = await planned(served)
    page = await sit(link(path, "38"))
    await served.call("POST", f"{path}/rehearsals/begin", "organizer", {})
    await expect(page.locator("#rehearsal")).to_be_visible()
    await page.fill("[name=local_chair]", "Nguyễn Văn Hòa")
    await page.click("#send-check-in")
    await expect(page.locator("#room")).to_be_visible()
    await expect(page.locator("#link-state")).to_have_text("Máy chủ đang nhận hình ảnh của bạn")
    await assert_accessible(page)

    await served.call("POST", f"{path}/rehearsals/end", "organizer", {})
    await expect(page.locator("#rehearsal")).to_be_hidden()
    await expect(page.locator("#prepare")).to_be_visible()
    await expect(page.locator("#check-in-state")).to_have_text("")
    await expect(page.locator("[name=local_chair]")).to_have_value("Nguyễn Văn Hòa")

    await served.call("POST", f"{path}/open", "organizer")
    await expect(page.locator("#send-check-in")).to_be_enabled()
    await page.click("#send-check-in")
    await expect(page.locator("#room")).to_be_visible()
