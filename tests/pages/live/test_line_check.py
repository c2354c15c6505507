"""A technician checks the line on the site's page before the meeting; operators see it on the board, and decide."""

import math
import random
import wave
from array import array
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from endpoints import rosters, voices
from server.core import line_check
from server.core.events import Device, Found, FoundLine, FoundPicture, FoundSound, LineChecked, Measured, Way
from server.core.ids import Actor, BriefingId, EndpointCode
from server.web.keys import ROOMS
from tests.chromium import CALM_CAMERA, chromium, shell
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
    await write(served, path, ALL[44], replace(WELL, simulated=True), "Phạm Văn Dũng")
    await served.call("POST", f"{path}/line-checks/ask", "operator", {"endpoints": list(ALL[:3])})
    page = await sit(page_of(path, "go"), "operator", language=language, theme=theme)
    await expect(page.locator("[data-count=go]")).to_have_text("38")
    await expect(page.locator("[data-count=not_go]")).to_have_text("25")
    when = page.locator(f".go-cell[data-key='{ALL[44]}'] .go-cell__when")
    await expect(when).to_contain_text({"vi": "mô phỏng", "en": "simulated"}[language])
    await page.emulate_media(media="print")
    await expect(page.locator("#go-board .button:visible")).to_have_count(0)
    await expect(page.locator(".go-cell:visible")).to_have_count(63)
    await page.emulate_media(media="screen")
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


@pytest.mark.parametrize(
    ("flags", "language", "found", "words"),
    [
        (("--deny-permission-prompts", CALM_CAMERA[0]), "vi", "denied", "bấm biểu tượng cạnh địa chỉ trang"),
        pytest.param(CALM_CAMERA[1:], "en", "missing", "plug it in and turn it on", marks=pytest.mark.soak),
    ],
)
async def test_devices_that_do_not_open_are_said_with_what_to_do_and_land_on_the_board(
    served: Service, flags: tuple[str, ...], language: str, found: str, words: str
) -> None:
    path = await planned(served)
    async with chromium(*flags) as browser:  # the shell asks nobody, and has no such thing as a refusal
        context = await browser.new_context(base_url=served.url)
        await context.add_cookies([{"name": "lang", "value": language, "url": served.url}])
        page = await context.new_page()
        await page.goto(link(path, "38"))
        await check(page)
        await expect(page.locator("#line-check-advice")).to_contain_text(words)
    one = (await served.call("GET", f"{path}/endpoints/38/line-check", "operator")).body

    assert (one["found"]["camera"], one["found"]["microphone"]) == (found, found)
    assert (one["state"], one["faults"][:2]) == ("no_go", ["camera", "microphone"])


def spoken(gain: float) -> list[float]:
    """Say something, turned up or down; -1..1 at 16 kHz or more."""
    sound = voices.amplified(
        voices.speak("Một, hai, ba. Điểm cầu Thanh Hóa kiểm tra đường truyền.", voices.VOICES[0]), gain
    )
    return [sample / 32768 for sample in array("h", sound.samples)]


def swept(level: float) -> list[float]:
    """Play what the echo test plays, again and again, over noise; `level` is that of the sound beside it (dB)."""
    chance, rate, length = random.Random("a room"), voices.ESPEAK_RATE, 0.4
    gain = 0.05 * 10 ** (level / 20) * math.sqrt(8 / 3)  # a sine that is faded in and out, beside noise of 0.05
    count = round(length * rate)
    sweep = [
        gain * math.sin(2 * math.pi * (500 * at + 2500 * at * at / (2 * length))) * math.sin(math.pi * at / length)
        for at in (index / rate for index in range(count))
    ]
    return [one + chance.gauss(0, 0.05) for one in (sweep + [0.0] * (rate // 10)) * 20]


@pytest.mark.soak
@pytest.mark.parametrize(
    ("samples", "told"),
    [
        (lambda: spoken(1.0), set()),
        (lambda: spoken(0.0), {"silent"}),
        (lambda: spoken(30.0), {"clipped"}),
        (lambda: swept(0), {"echo"}),
    ],
)
async def test_what_a_microphone_hears_is_judged(
    served: Service, tmp_path: Path, samples: Callable[[], list[float]], told: set[str]
) -> None:
    path, file = await planned(served), tmp_path / "microphone.wav"
    with wave.open(str(file), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(voices.ESPEAK_RATE)
        limited = (max(-32768, min(32767, round(one * 32767))) for one in samples())
        written.writeframes(array("h", limited).tobytes())
    async with chromium(*CALM_CAMERA, f"--use-file-for-fake-audio-capture={file}", path=shell()) as browser:
        page = await browser.new_page(base_url=served.url)
        await page.goto(link(path, "38"))
        await check(page)
    one = (await served.call("GET", f"{path}/endpoints/38/line-check", "operator")).body

    assert {*one["faults"], *one["remarks"]} & {"silent", "quiet", "clipped", "echo"} == told
