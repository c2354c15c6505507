"""Recording over HTTP, with real media behind it: from the chair's first call to the last file's end."""

import asyncio
import io
import os
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from server.archive import Archive
from server.core.ids import HUB, BriefingId, EndpointCode
from server.core.tape import MANIFEST
from server.media.sfu.codec import Codec
from server.web.keys import DATABASE, ROOMS, SHELF
from tests.media.cameras import Room
from tests.media.tapes import PATIENCE, Film, grown, on_camera, watch
from tests.service import Answer, Service, service, site
from tests.whip import Whip

SITE = EndpointCode("38")


@dataclass(frozen=True)
class Studio:
    """A briefing with the hub and a site on camera, in a service that may record it."""

    served: Service
    path: str
    folder: Path

    @property
    def briefing(self) -> BriefingId:
        return BriefingId(self.path.rsplit("/", 1)[1])

    async def post(self, what: str, who: str = "chair", body: Any = None) -> Answer:
        return await self.served.call("POST", f"{self.path}/{what}", who, body)

    async def show(self, what: str = "") -> Any:
        answer = await self.served.call("GET", f"{self.path}/recording{what}", "secretary")
        assert answer.status == 200, answer.text
        return answer.body

    async def fetch(self, what: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        sent = self.served.bearer("organizer") | headers
        async with self.served.http.get(f"{self.path}/recording/{what}", headers=sent) as answer:
            return answer.status, await answer.read(), dict(answer.headers)

    async def growing(self, number: int, octets: int = 60_000) -> None:
        await grown(self.folder, number, octets, self.briefing)

    async def checked(self) -> Any:
        """Wait until the clock has had the recording checked."""
        async with asyncio.timeout(PATIENCE):
            while (shown := await self.show())["checked"] is None:  # noqa: ASYNC110 - a finished recording has no stream
                await asyncio.sleep(0.2)
        return shown


@asynccontextmanager
async def studio(tmp_path: Path, **settings: Any) -> AsyncIterator[Studio]:
    folder = tmp_path / "recordings"
    async with service(tmp_path, log_level="error", recording_dir=str(folder), **settings) as served:
        path = await served.briefing()
        one, door = Studio(served, path, folder), Whip(served, path)
        async with (
            on_camera(door, HUB, Room(), briefing=one.briefing),
            on_camera(door, SITE, Room("dark"), briefing=one.briefing),
        ):
            yield one


async def held(one: Studio) -> Any:
    """Record a meeting in which the hub, the site, and the hub again are on the stage; return what is shown at last."""
    assert (await one.post("recording/start")).status == 204
    await one.growing(1)
    assert (await one.post("floor/requests", site(one.path, SITE), {"speaker": "Bà Hoa", "topic": ""})).status < 300
    assert (await one.post("floor/grant", body={"endpoint": SITE})).status < 300
    await one.growing(2)
    assert (await one.post("floor/revoke")).status < 300
    await one.growing(3)
    assert (await one.post("close")).status < 300
    return await one.checked()


def film(data: bytes, folder: Path, name: str) -> Film:
    path = folder / name
    path.write_bytes(data)
    return watch(path)


async def test_a_meeting_is_recorded_checked_and_given_away(tmp_path: Path) -> None:
    async with studio(tmp_path) as one:
        shown = await held(one)
        first = await one.fetch("parts/1")
        piece = await one.fetch("parts/1", Range="bytes=100-199")
        clip = await one.fetch("turns/1")
        chapters = await one.fetch("chapters")
        whole = await one.fetch("file")
        middle = await one.fetch("file", Range=f"bytes=1000-{len(whole[1]) - 1001}")
        beyond = await one.fetch("file", Range=f"bytes={len(whole[1])}-")

    assert shown["checked"]["flaws"] == []
    assert shown["checked"]["parts"] == 3
    assert [part["source"] for part in shown["parts"]] == ["hub", "38", "hub"]
    assert [piece["part"] for piece in shown["turns"][0]["pieces"]] == [2]
    assert (first[0], first[2]["Content-Type"]) == (200, "video/mp4")
    assert film(first[1], tmp_path, "first.mp4").pictures > 40
    assert (piece[0], piece[1]) == (206, first[1][100:200])
    assert film(clip[1], tmp_path, "clip.mp4").pictures > 40
    assert datetime.fromisoformat(clip[2]["Starts-At"]) == datetime.fromisoformat(shown["parts"][1]["began_at"])
    assert chapters[1].decode().startswith("WEBVTT\n\n1\n00:00:")
    assert "Thanh Hóa – Bà Hoa" in chapters[1].decode()
    with zipfile.ZipFile(io.BytesIO(whole[1])) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 6
    assert (middle[0], middle[1]) == (206, whole[1][1000:-1000])
    assert beyond[0] == 416


async def test_what_was_presented_is_given_with_the_turn(tmp_path: Path) -> None:
    async with studio(tmp_path) as one:
        assert (await one.post("floor/invite", body={"endpoint": SITE})).status == 204
        assert (await one.post("content/give", body={"presenter": SITE})).status == 204
        door = Whip(one.served, one.path)
        async with on_camera(door, SITE, Room(codec=Codec.VP8), briefing=one.briefing, content=True):
            await one.post("recording/start")
            await one.growing(2, 40_000)
            await one.growing(1, 40_000)
            running = await one.show()
            await one.post("close")
            shown = await one.checked()
        status, clip, headers = await one.fetch("turns/1")
        again = await one.fetch("turns/1", Range="bytes=0-9", **{"If-Range": headers["Etag"]})
        other = await one.fetch("turns/1", Range="bytes=0-9", **{"If-Range": '"of another"'})
        odd = [await one.fetch(what, Range="rows=1") for what in ("file", "parts/1")]

    assert [(part["slot"], part["source"]) for part in shown["parts"]] in (
        [("stage", SITE), ("content", SITE)],
        [("content", SITE), ("stage", SITE)],
    )
    assert shown["checked"]["flaws"] == []
    assert [len(shown["turns"][0][name]) for name in ("pieces", "presented")] == [1, 1]
    assert [one["turns"][0]["writing"] for one in (running, shown)] == [True, False]
    assert status == 200
    with zipfile.ZipFile(io.BytesIO(clip)) as archive:
        assert {name.rpartition(".")[2] for name in archive.namelist()} == {"mp4", "webm"}
    assert (again[0], again[1]) == (206, clip[:10])
    assert (other[0], other[1]) == (200, clip)
    assert [answer[0] for answer in odd] == [200, 416]


async def test_while_a_page_of_the_chair_is_open_no_deputy_records(tmp_path: Path) -> None:
    async with service(tmp_path, log_level="error", recording_dir=str(tmp_path / "recordings")) as served:
        path = await served.briefing()
        deputy = await served.add_deputy("deputy")
        await served.call("POST", f"{path}/chair/take", "chair")
        started = await served.call("POST", f"{path}/recording/start", deputy)
        await served.call("POST", f"{path}/recording/start", "chair")
        stopped = await served.call("POST", f"{path}/recording/stop", deputy)

    assert [(answer.status, answer.code) for answer in (started, stopped)] == [(409, "not_acting_chair")] * 2


@pytest.mark.soak
async def test_a_byte_that_was_changed_is_found(tmp_path: Path) -> None:
    async with studio(tmp_path) as one:
        assert (await one.post("recording/start")).status == 204
        await one.growing(1)
        assert (await one.post("recording/stop")).status == 204
        await one.post("recording/start")
        await one.growing(2)
        (changed,) = (one.folder / one.briefing).glob("0001-*")
        data = bytearray(changed.read_bytes())
        data[len(data) // 2] ^= 1
        changed.write_bytes(data)
        await one.post("close")
        shown = await one.checked()

    assert shown["checked"]["flaws"] == [{"file": changed.name, "problem": "altered"}]


async def test_a_recording_of_which_nothing_was_written_is_checked_and_empty(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    async with service(tmp_path, log_level="error", recording_dir=str(folder)) as served:
        one = Studio(served, await served.briefing(), folder)
        assert (await one.post("recording/start")).status == 204
        begun = [path.name for path in folder.iterdir()]
        assert (await one.post("close")).status < 300
        shown = await one.checked()
        page = await served.call("GET", f"/briefings/{one.briefing}/record", "secretary")

    assert begun == [one.briefing]
    assert (shown["checked"]["parts"], shown["checked"]["octets"], shown["checked"]["flaws"]) == (0, 0, [])
    assert "Trống: không ghi được gì" in page.text
    assert "Đã kiểm tra, nguyên vẹn" not in page.text


async def test_everybody_is_told_and_only_the_chair_decides(tmp_path: Path) -> None:
    async with studio(tmp_path) as one:
        before = (await one.served.call("GET", f"{one.path}/status", site(one.path, SITE))).body["recording"]
        others = [(await one.post("recording/start", who)).status for who in ("operator", "secretary", "organizer")]
        await one.post("recording/start")
        told = (await one.served.call("GET", f"{one.path}/status", site(one.path, SITE))).body["recording"]
        await one.growing(1)
        await one.post("recording/stop")
        after = (await one.served.call("GET", f"{one.path}/status", "operator")).body["recording"]
        again = await one.post("recording/stop")

    assert (before, others, told["state"], after) == (None, [403, 403, 403], "recording", None)
    assert (again.status, again.code) == (409, "not_recording")


@pytest.mark.soak
async def test_a_recording_is_deleted_for_a_reason_that_stays(tmp_path: Path) -> None:
    async with studio(tmp_path) as one:
        await one.post("recording/start")
        await one.growing(1)
        early = await one.post("recording/delete", body={"reason": "nhầm"})
        await one.post("close")
        await one.checked()
        mute = await one.post("recording/delete", body={"reason": " "})
        done = await one.post("recording/delete", body={"reason": "Theo yêu cầu của chủ trì"})
        twice = await one.post("recording/delete", body={"reason": "Bấm hai lần"})
        shown = await one.show()
        gone = await one.fetch("parts/1")

    assert [(answer.status, answer.code) for answer in (early, mute)] == [
        (409, "still_held"),
        (409, "deletion_unexplained"),
    ]
    assert (done.status, twice.status) == (204, 204)
    assert shown["deleted"] == {"reason": "person", "note": "Theo yêu cầu của chủ trì"}
    assert (shown["parts"], gone[0]) == ([], 404)
    assert list(one.folder.iterdir()) == []


@pytest.mark.soak
async def test_policy_deletes_by_itself(tmp_path: Path) -> None:
    async with studio(tmp_path, recording_days=10 / 86_400) as one:
        await one.post("recording/start")
        await one.growing(1)
        await one.post("close")
        async with asyncio.timeout(2 * PATIENCE):
            while (shown := await one.show())["deleted"] is None:  # noqa: ASYNC110 - a finished recording has no stream
                await asyncio.sleep(0.2)

    assert shown["deleted"] == {"reason": "policy", "note": ""}
    assert shown["checked"]["flaws"] == []
    assert list(one.folder.iterdir()) == []


async def test_a_disk_that_does_not_answer_keeps_the_clock_from_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.archive._PATIENCE", 0.2)
    folder = tmp_path / "recordings"
    async with service(tmp_path, log_level="error", recording_dir=str(folder)) as served:
        stuck = folder / "stuck" / MANIFEST
        stuck.parent.mkdir(parents=True)
        os.mkfifo(stuck)  # whoever opens it waits for somebody who writes
        shelf = served.app[SHELF]
        reading = asyncio.gather(*(shelf.parts(BriefingId("stuck")) for _ in range(4)))
        path = await served.briefing(until="scheduled")
        async with asyncio.timeout(PATIENCE):
            while (await served.call("GET", f"{path}/status", "operator")).body["state"] != "open":  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        listed = await Archive(shelf, served.app[DATABASE], served.app[ROOMS]).timetables()
        is_stuck = not reading.done()
        os.close(os.open(stuck, os.O_WRONLY))
        await reading

    assert (listed, is_stuck) == ([], True)


async def test_a_service_without_a_folder_offers_no_recording(served: Service) -> None:
    path = await served.briefing()

    started = await served.call("POST", f"{path}/recording/start", "chair")
    shown = await served.call("GET", f"{path}/recording", "chair")

    assert (started.status, started.code) == (409, "recording_not_offered")
    assert (shown.status, shown.code) == (404, "no_recording")


@pytest.mark.parametrize("what", ["parts/7", "parts/x", "turns/1", "file"])
async def test_what_is_not_in_a_recording_is_not_found(what: str, tmp_path: Path) -> None:
    async with studio(tmp_path) as one:
        await one.post("recording/start")
        missing = await one.served.call("GET", f"{one.path}/recording/{what}", "chair")

    assert (missing.status, missing.code) == (404, "no_clip")
