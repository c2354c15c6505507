"""Recording as people see it: begun by the chair, marked for everybody, in trouble, ended; and afterwards played."""

import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.core.ids import HUB, BriefingId
from server.media.sfu.codec import Codec
from server.media.sfu.sfu import Sfu
from server.web.keys import PLANE, SETTINGS
from tests.media.cameras import WIDTH, Room
from tests.media.tapes import grown, on_camera
from tests.pages.live.conftest import THANH_HOA, Sit, assert_accessible, link, page_of
from tests.service import Service, site
from tests.whip import Whip

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOUND = 200_000
"""Bytes of a file on a disk that is as good as full."""

PLAYS = """
    (video) => new Promise((done) => {
      video.addEventListener("timeupdate", () => { if (video.currentTime > 0.5) done(video.videoWidth); });
      video.addEventListener("error", () => done(video.error.message));
    })
"""
"""How wide the picture is that plays, or why none does."""


def folder_of(served: Service) -> Path:
    folder = served.app[SETTINGS].recordings
    assert folder is not None
    return Path(folder)


@asynccontextmanager
async def on_air(served: Service, path: str, codec: Codec = Codec.H264) -> AsyncIterator[BriefingId]:
    """Let the hub and a site send."""
    briefing, door = BriefingId(path.rsplit("/", 1)[1]), Whip(served, path)
    async with (
        on_camera(door, HUB, Room(codec=codec), briefing=briefing),
        on_camera(door, THANH_HOA, Room("dark", codec=codec), briefing=briefing),
    ):
        yield briefing


async def says(pages: list[Page], word: str) -> None:
    for page in pages:
        await expect(page.locator("#recording")).to_have_text(word)


async def test_everybody_sees_that_it_is_recorded_and_that_it_fails(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    async with on_air(served, path) as briefing:
        chair = await sit(page_of(path, "chair"), "chair")
        board = await sit(page_of(path, "status"), "operator", theme="dark")
        place = await sit(link(path, "96"))
        notes = await sit(page_of(path, "notes"), "secretary", theme="dark")
        overview = await sit(page_of(path, "").rstrip("/"), "organizer")
        everybody = [chair, board, place, notes, overview]
        await says(everybody, "")
        await chair.get_by_role("button", name="Ghi hình").click()
        await says(everybody, "Đang ghi hình")
        shelves = await sit("/", "organizer")
        held = shelves.locator("tr", has=shelves.locator(f"a[href='{page_of(path, '').rstrip('/')}']"))
        await expect(held.locator(".recording")).to_have_text("Đang ghi hình")
        await grown(folder_of(served), 1, 20_000, briefing)
        for page in (chair, board, notes, overview):
            await assert_accessible(page)

        plane = served.app[PLANE]
        assert isinstance(plane, Sfu)
        pid = plane.recorder(briefing)
        assert pid is not None
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
        await says(everybody, "Ghi hình bị lỗi")
        await expect(chair.locator("[data-alarm=recording_failed]")).to_be_visible()
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await says(everybody, "Đang ghi hình")
        await expect(chair.locator("#alarm-over")).to_have_text("Ghi hình đã trở lại bình thường.")

        resource.prlimit(pid, resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
        await says(everybody, "Ghi hình bị lỗi")
        await chair.get_by_role("button", name="Dừng ghi hình").click()
        await chair.get_by_role("dialog").get_by_role("button", name="Dừng ghi hình").click()
        await says(everybody, "")
        await expect(chair.locator("[data-alarm=recording_failed]")).to_have_count(0)
        await expect(chair.locator("#alarm-over")).to_be_hidden()  # what was ended is not well again


@pytest.mark.soak
@pytest.mark.parametrize(("theme", "codec"), [("light", Codec.H264), ("dark", Codec.VP8)])
async def test_a_recording_is_played_turn_by_turn_and_deleted_for_a_reason(
    served: Service, sit: Sit, theme: str, codec: Codec
) -> None:
    path = await served.briefing()
    async with on_air(served, path, codec) as briefing:
        await served.call("POST", f"{path}/recording/start", "chair")
        await grown(folder_of(served), 1, 60_000, briefing)
        await served.call("POST", f"{path}/floor/requests", site(path, "38"), {"speaker": "Bà Hoa", "topic": ""})
        await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
        await grown(folder_of(served), 2, 60_000, briefing)
        await served.call("POST", f"{path}/content/give", "chair", {"presenter": "38"})
        async with on_camera(Whip(served, path), THANH_HOA, Room(codec=codec), briefing=briefing, content=True):
            await grown(folder_of(served), 3, 60_000, briefing)
            await grown(folder_of(served), 2, 200_000, briefing)
        await served.call("POST", f"{path}/close", "chair")
    page = await sit(page_of(path, "record"), "chair", theme=theme)
    async with page.expect_response(lambda answer: answer.url.endswith("/verify")):
        await page.reload()
    await expect(page.locator("[data-part]")).to_have_count(2)

    video = page.locator("#film-video")
    await page.get_by_role("button", name="Xem").click()
    assert await video.evaluate(PLAYS) == WIDTH
    await expect(page.locator("#film-presented")).to_be_visible()
    assert await page.locator("#film-content").evaluate(PLAYS) == WIDTH
    await expect(page.locator("[data-part='2'][aria-current]")).to_have_count(1)
    await page.locator("[data-part='1']").click()
    await expect(page.locator("[data-part='1'][aria-current]")).to_have_count(1)
    await expect(page.locator("[data-part='2'][aria-current]")).to_have_count(1)  # the next follows by itself
    await assert_accessible(page)

    await page.locator("#film-delete").click()
    await page.locator("textarea").fill("Theo yêu cầu của chủ trì")
    await page.get_by_role("dialog").get_by_role("button", name="Xóa", exact=True).click()
    await expect(page.locator("#film")).to_contain_text("Theo yêu cầu của chủ trì")
    await expect(video).to_have_count(0)
