"""Presenting: the chair lets the speaker present, everybody sees it, and it is gone when it is taken."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from server.core.people import Role
from server.web.keys import DATABASE
from server.web.users import create_user
from tests.chromium import CAMERA, SOUND, chromium, note_complaints
from tests.journeys.pages import PATIENCE, Person, person, signed_in
from tests.journeys.processes import until
from tests.service import Service, secret_of, service, site

PASSWORD = "mật-khẩu-đủ-dài"

END_SHARING = """
    () => {
      for (const connection of window.connections)
        for (const {track} of connection.getSenders())
          if (track?.contentHint === "detail") track.dispatchEvent(new Event("ended"));
    }
"""
"""What the browser's own bar does: the page is told that the capture has ended."""

CAPTURES = """
    () => window.connections.flatMap((one) => one.getSenders())
      .filter(({track}) => track?.contentHint === "detail" && track.readyState === "live").length
"""
"""How many screens a page is sending."""

REFUSED = "--use-fake-ui-for-media-stream=deny"
"""A person who lets pages use nothing."""

WIDTH = "id => document.getElementById(id).getBoundingClientRect().width"


async def speaking(served: Service) -> str:
    """A briefing in which Thanh Hóa has the floor."""
    path = await served.briefing()
    await served.call("POST", f"{path}/floor/requests", site(path, "38"), {"speaker": "Nguyễn Văn Hòa"})
    granted = await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
    assert granted.status == 204
    return path


async def at_site(served: Service, browser: Browser, path: str, code: str, complaints: list[str]) -> Person:
    """Open a site's page, without checking in."""
    one = await person(browser)
    note_complaints(one.page, complaints)
    await one.page.goto(f"{served.url}/join/{secret_of(site(path, code))}")
    return one


async def grows(one: Person, slot: str, *, by: int = 3) -> None:
    """Wait until more pictures of a slot have come."""
    await until(more(one, slot, (await one.received())[slot].frames + by), within=40, what=f"pictures on the {slot}")


def more(one: Person, slot: str, frames: int) -> Callable[[], Awaitable[bool]]:
    async def reached() -> bool:
        return (await one.received())[slot].frames >= frames

    return reached


async def content_of(served: Service, path: str) -> Any:
    return (await served.call("GET", f"{path}/status", "operator")).body["content"]


async def is_over(served: Service, path: str) -> bool:
    """Whether nobody has the content slot."""
    return await content_of(served, path) is None


@pytest.mark.timeout(240)
async def test_the_speaker_presents_until_the_chair_takes_it(tmp_path: Path) -> None:
    complaints: list[str] = []
    async with service(tmp_path, log_level="error") as served, chromium(*CAMERA, *SOUND) as browser:
        path = await speaking(served)
        await create_user(served.app[DATABASE], name="chair", display_name="x", role=Role.CHAIR, password=PASSWORD)
        chair = await signed_in(browser, served.url, "chair", PASSWORD)
        note_complaints(chair.page, complaints)
        await chair.page.goto(f"{served.url}{path.replace('/api/v1', '')}/chair")
        speaker = await at_site(served, browser, path, "38", complaints)
        viewer = await at_site(served, browser, path, "96", complaints)
        await viewer.click("[data-step=room]")
        await grows(viewer, "stage")

        await chair.click("#content-site")
        await speaker.sees("#present", "Mời bạn trình chiếu")
        await chair.sees("#content-who", "Thanh Hóa được mời trình chiếu")
        assert not await chair.page.locator("#content-box").is_visible()  # no room is made for what is not there
        await speaker.click("#present-choose")
        await grows(viewer, "content")
        await grows(chair, "content")
        await speaker.sees("#present-text", "Mọi điểm cầu đang thấy hình này.")
        await viewer.sees("#content-place", "Thanh Hóa")
        widths = [await viewer.page.evaluate(WIDTH, pane) for pane in ("content-pane", "stage-pane")]
        assert widths[0] > 2 * widths[1]
        await grows(viewer, "stage")  # the speaker is still seen
        assert (await speaker.received())["content"].packets == 0  # never its own back

        taken = await moves(chair, f"{path}/content/take")
        before = (await viewer.received())["content"].frames
        await grows(viewer, "stage", by=10)
        after = (await viewer.received())["content"].frames
        assert (taken, after - before <= 1) == (204, True)
        assert not await viewer.page.locator("#content-box").is_visible()
        assert not await speaker.page.locator("#present").is_visible()

        await turn_ends(served, chair, speaker, viewer, path)
        await hub_presents(served, chair, viewer, path)
    assert complaints == []


MOVE = """
    async ([path, body]) => (await fetch(path, {
      method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body),
    })).status
"""


async def moves(chair: Person, path: str, body: Any = None) -> int:
    """Make a move from the page that holds the chair; nobody else may."""
    return int(await chair.page.evaluate(MOVE, [path, body or {}]))


async def turn_ends(served: Service, chair: Person, speaker: Person, viewer: Person, path: str) -> None:
    """The speaker presents once more, and its turn ends meanwhile: so does what it presents, and its capture."""
    assert await moves(chair, f"{path}/content/give", {"presenter": "38"}) == 204
    await speaker.click("#present-choose")
    await grows(viewer, "content")
    assert await speaker.page.evaluate(CAPTURES) == 1

    revoked = await moves(chair, f"{path}/floor/revoke")
    await expect(viewer.page.locator("#content-box")).to_be_hidden(timeout=PATIENCE)
    await expect(speaker.page.locator("#present")).to_be_hidden(timeout=PATIENCE)
    assert (revoked, await content_of(served, path)) == (204, None)
    assert await speaker.page.evaluate(CAPTURES) == 0


async def another_device_presents(chair: Person) -> Person:
    """Present from a second page of the hub: the first gives way."""
    again = Person(chair.context, await chair.context.new_page())
    await again.page.goto(chair.page.url)
    await again.click("#present-choose")
    await again.sees("#present-text", "Mọi điểm cầu đang thấy hình này.")
    await chair.sees("#present-text", "Hình trình chiếu đang được gửi từ cửa sổ hoặc thiết bị khác.")
    return again


async def fills(one: Person, box: str | None) -> None:
    """Wait until this part of a page, or none, fills the screen."""

    async def filled() -> bool:
        return bool(await one.page.evaluate("document.fullscreenElement?.id ?? null") == box)

    await until(filled, within=20, what=f"{box} fills the screen")


async def hub_presents(served: Service, chair: Person, viewer: Person, path: str) -> None:
    """The chair presents from its own page, and ends it in the browser's own bar."""
    await chair.click("#content-hub")
    await grows(viewer, "content")
    await chair.sees("#present-text", "Mọi điểm cầu đang thấy hình này.")
    assert (await content_of(served, path))["presenter"] == "hub"
    await viewer.page.locator("#content-box").focus()
    await viewer.page.keyboard.press("f")
    await fills(viewer, "content-box")

    await viewer.page.keyboard.press("f")
    await fills(viewer, None)
    again = await another_device_presents(chair)
    await grows(viewer, "content")
    await again.page.evaluate(END_SHARING)

    await until(partial(is_over, served, path), within=20, what="presenting is over")
    await chair.sees("#content-who", "Chưa có ai trình chiếu.")


@pytest.mark.timeout(120)
async def test_who_chooses_nothing_is_told_so_and_gives_the_slot_back(tmp_path: Path) -> None:
    complaints: list[str] = []
    async with service(tmp_path, log_level="error") as served, chromium(REFUSED) as browser:
        path = await speaking(served)
        await served.call("POST", f"{path}/content/give", "chair", {"presenter": "38"})
        speaker = await at_site(served, browser, path, "38", complaints)

        await speaker.click("#present-choose")
        await speaker.sees("#present-text", "Chưa chọn gì.")
        await speaker.click("#present-stop")

        await until(partial(is_over, served, path), within=20, what="the slot is given back")
        await expect(speaker.page.locator("#present")).to_be_hidden(timeout=PATIENCE)
    assert complaints == []
