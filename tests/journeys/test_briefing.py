"""One briefing from draft to record, by people at real browsers with real media."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, expect

from server import commands
from server.core.people import Role
from server.settings import Settings
from server.web.keys import DATABASE
from server.web.users import create_user
from tests.chromium import CAMERA, SOUND, chromium
from tests.journeys.pages import PATIENCE, Person, Received, signed_in, site_joins
from tests.journeys.processes import until
from tests.service import Service, service

PASSWORD = "mật-khẩu-đủ-dài"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


async def plan_and_publish(organizer: Person, url: str) -> tuple[str, dict[str, str]]:
    """Write down a briefing of two sites, publish it, and return its path and the two join links."""
    page = organizer.page
    begins = datetime.now(UTC).astimezone(VIETNAM) + timedelta(hours=2)
    await page.goto(f"{url}/briefings/new")
    await page.fill("#title", "Giao ban tháng 11 năm 2026")
    await page.fill("#day", f"{begins:%d/%m/%Y}")
    await page.fill("#from", f"{begins:%H:%M}")
    await page.fill("#to", f"{begins + timedelta(minutes=59):%H:%M}")
    await organizer.click("#no-sites")
    for name in ("Thanh Hóa", "Cà Mau"):
        await page.get_by_role("checkbox", name=re.compile(name)).check(timeout=PATIENCE)
    await page.get_by_role("button", name="Lưu bản nháp").click()
    await page.wait_for_url(re.compile(r"/briefings/(?!new)[a-z0-9]+"), timeout=PATIENCE)
    briefing = page.url.removeprefix(f"{url}/briefings/").split("/")[0]
    await page.goto(f"{url}/briefings/{briefing}")
    await organizer.click("[data-move=schedule]")
    await page.get_by_role("dialog").get_by_role("button", name="Công bố").click()
    await organizer.sees("[data-move=open]")
    await page.goto(f"{url}/briefings/{briefing}/join-links")
    await organizer.click("#make")
    links = page.locator("#links li")
    await expect(links.filter(has_text="/join/")).to_have_count(2, timeout=PATIENCE)
    texts = await links.all_inner_texts()
    found = {code: next(join_url(text) for text in texts if name in text) for code, name in NAMES.items()}
    return briefing, found


NAMES = {"38": "Thanh Hóa", "96": "Cà Mau"}


def join_url(text: str) -> str:
    match = re.search(r"http\S+/join/\S+", text)
    assert match, text
    return match.group()


async def grows(person: Person, slot: str, *, seconds: float = 15) -> Received:
    """Wait until picture and sound of a slot have come and still come."""
    before = (await person.received())[slot]

    async def more() -> Any:
        now = (await person.received())[slot]
        return now if now.frames > before.frames + 5 and now.audio > before.audio + 500 else None

    grown: Received = await until(more, within=seconds, what=f"picture and sound on the {slot}")
    return grown


async def rests(person: Person) -> None:
    """Show that nothing at all arrives for two seconds, after what was on its way has arrived."""
    await asyncio.sleep(0.5)
    before = await _packets(person)
    await asyncio.sleep(2)
    assert await _packets(person) == before


async def _packets(person: Person) -> dict[str, int]:
    """Return what has arrived; a busy machine shows it later."""
    return {slot: received.packets for slot, received in (await person.received()).items()}


async def status_of(served: Service, briefing: str) -> Any:
    return (await served.call("GET", f"/api/v1/briefings/{briefing}/status", "operator")).body


@pytest.mark.timeout(240)
async def test_briefing_from_draft_to_record(tmp_path: Path) -> None:
    async with service(tmp_path, log_level="error") as served, chromium(*CAMERA, *SOUND) as browser:
        for role in (Role.ORGANIZER, Role.CHAIR, Role.OPERATOR):
            await create_user(
                served.app[DATABASE], name=role.value, display_name=role.value, role=role, password=PASSWORD
            )
        organizer = await signed_in(browser, served.url, "organizer", PASSWORD)
        briefing, links = await plan_and_publish(organizer, served.url)
        await organizer.context.close()
        await hold(served, browser, briefing, links)
        turns = (await served.call("GET", f"/api/v1/briefings/{briefing}/turns", "operator")).body["turns"]
        record = await signed_in(browser, served.url, "chair", PASSWORD)
        await record.page.goto(f"{served.url}/briefings/{briefing}/record")
        await record.sees("main", "Thanh Hóa")
        await record.sees("main", "Nguyên vẹn")
    findings = await commands.verify(Settings.model_validate({"data_dir": tmp_path}), briefing)

    assert [(turn["endpoint"], turn["reason"]) for turn in turns] == [("38", "revoked"), ("96", "closed")]
    assert [finding.sound for finding in findings] == [True]


async def hold(served: Service, browser: Browser, briefing: str, links: dict[str, str]) -> None:
    """Hold the briefing: open, check in, give and take the floor, watch it, close."""
    chair = await signed_in(browser, served.url, "chair", PASSWORD)
    await chair.page.goto(f"{served.url}/briefings/{briefing}/chair")
    await chair.click("[data-move=open]")
    operator = await signed_in(browser, served.url, "operator", PASSWORD)
    await operator.page.goto(f"{served.url}/briefings/{briefing}/status")
    thanh_hoa = await site_joins(browser, links["38"], "Nguyễn Văn Hòa", 12)
    ca_mau = await site_joins(browser, links["96"], "Trần Thị Lan", 7)
    await chair.click("[data-move=start]")

    async def both_publish() -> bool:
        return bool((await status_of(served, briefing))["counts"]["publishing"] == 2)

    await until(both_publish, within=20, what="both sites publish")
    await operator.sees("#counts", "2")
    assert set((await ca_mau.received()).values()) == {Received(0, 0, 0)}

    await thanh_hoa.page.fill("#hand [name=speaker]", "Nguyễn Văn Hòa")
    await thanh_hoa.page.fill("#hand [name=topic]", "Phòng chống bão số 5")
    await thanh_hoa.click("#raise")
    await chair.sees("#queue", "Phòng chống bão số 5")
    await chair.click("#queue [data-do=grant]")
    await grows(ca_mau, "stage")
    await operator.sees("#floor-place", "Thanh Hóa")
    await thanh_hoa.sees("#release")
    assert (await thanh_hoa.received())["stage"].packets == 0  # never its own picture back, and the hub is silent

    await chair.click("#revoke")
    await rests(ca_mau)

    await chair.click("#hub-send")
    await grows(ca_mau, "hub", seconds=25)
    await ca_mau.page.fill("#hand [name=speaker]", "Trần Thị Lan")
    await ca_mau.click("#raise")
    await chair.sees("#queue", "Cà Mau")
    await chair.click("#queue [data-do=grant]")
    await grows(thanh_hoa, "stage")
    await grows(thanh_hoa, "hub")
    await grows(ca_mau, "stage")  # the holder's stage is the hub
    closed = await served.call("POST", f"/api/v1/briefings/{briefing}/close", "organizer")
    assert closed.status == 200
    await operator.sees("#state", "Đã kết thúc")
