import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from endpoints import line_check, preview, rehearsal, voices
from endpoints.api import Api, Invitation
from endpoints.clips import Library
from endpoints.encoding import HIGH, LOW
from endpoints.line_check import Desk, LineCheck
from endpoints.peer import Ground
from endpoints.places import card_of, place_of
from endpoints.rehearsal import Defect, defects
from endpoints.secure import Certificate
from endpoints.simulation import Credentials, open_session
from endpoints.wheel import Wheel
from endpoints.wire import Wire
from server.core.line_check import DARK, FLAT
from tests.service import Service, secret_of, service, site

TEXT = "Điểm cầu Thanh Hóa xin báo cáo."
BUSY = "delay"
"""What a busy machine tells of itself, and no test can take from it."""

CODES = ("01", "38", "96", "04")


@pytest.fixture(scope="module")
def library(clips_dir: Path) -> Library:
    return Library(clips_dir)


def test_a_covered_camera_is_told_from_one_that_sees(library: Library) -> None:
    card, dark = preview.seen(library.picture(card_of(place_of("38")), LOW)), preview.seen(library.dark(LOW))

    assert (card["width"], card["height"]) == (320, 180)
    assert (card["brightness"] > DARK, card["contrast"] > FLAT) == (True, True)
    assert (dark["brightness"] > DARK, dark["contrast"] > FLAT) == (False, False)
    assert min(card["motion"], dark["motion"]) > 0


def test_a_desk_turned_up_clips_and_one_turned_down_is_quiet(library: Library) -> None:
    voice = voices.VOICES[0]

    plain = preview.heard(library.speech(TEXT, voice), 2)
    loud, quiet = (
        preview.heard(library.amplified(TEXT, voice, gain), 2) for gain in (rehearsal.TOO_LOUD, rehearsal.TOO_QUIET)
    )

    assert loud["loudest"] < plain["loudest"] < 45 <= quiet["loudest"] < 60
    assert (plain["clipped"], quiet["clipped"]) == (0, 0)
    assert loud["clipped"] >= 10


def test_silence_is_at_the_end_of_the_scale(library: Library) -> None:
    assert preview.heard(library.silence(), 1) == {"loudest": 127, "quietest": 127, "clipped": 0}


def test_one_of_eight_sites_is_not_well_and_no_two_neighbours() -> None:
    codes = [f"{number:02}" for number in range(63)]

    unwell = defects(codes)

    assert len(unwell) == 8
    assert set(unwell.values()) == set(Defect)
    assert defects(codes) == unwell


@asynccontextmanager
async def published(tmp_path: Path) -> AsyncIterator[tuple[Service, str, Ground]]:
    """Serve a briefing whose lines may be checked, and have what sites send over."""
    async with (
        service(tmp_path) as served,
        Wire() as wire,
        asyncio.TaskGroup() as group,
    ):
        ground = Ground(wire, Wheel(), Certificate())
        turning = group.create_task(ground.wheel.run())
        yield served, await served.briefing(until="scheduled", sites=CODES), ground
        turning.cancel()


async def test_each_defect_is_found_on_a_real_line_and_nothing_at_a_site_that_is_well(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_check, "WATCH", 3.0)
    card = card_of(place_of("38"))
    voice, picture = library.speech(TEXT, voices.VOICES[0]), library.picture(card, HIGH)
    well = Desk(voice, picture, library.picture(card, LOW))
    desks = {
        "01": well,
        "38": Desk(voice),
        "96": Desk(library.silence(), library.dark(HIGH), library.dark(LOW)),
        "04": Desk(voice, well.camera, well.narrow, loss=0.2),
    }
    async with published(tmp_path) as (served, path, ground), open_session() as session:

        async def check(code: str) -> dict[str, Any]:
            api = Api(session, Invitation(served.url, secret_of(site(path, code)), path.rpartition("/")[2]))
            return await LineCheck(api, ground, desks[code], random.Random(code)).run("Ngô Thị Hà", "0900 000 001")

        stands = dict(zip(desks, await asyncio.gather(*map(check, desks)), strict=True))
        board = (await served.call("GET", f"{path}/line-checks", "operator")).body["sites"]

    assert {one["endpoint"] for one in board if one["state"] == "no_go"} >= {"38", "96", "04"}
    told = {code: [fault for fault in one["faults"] if fault != BUSY] for code, one in stands.items()}
    assert told == {
        "01": [],
        "38": ["camera"],
        "96": ["black", "silent"],
        "04": ["loss"],
    }
    assert all(one["found"]["simulated"] for one in board)
    found = stands["01"]["found"]
    assert (found["line"]["way"], found["sound"]["echo"]) == ("direct", None)
    assert min(found["line"]["upload"], stands["01"]["measured"]["bitrate"]) > 40_000


async def test_a_site_checks_again_when_it_is_asked_and_has_put_right_what_it_can(
    tmp_path: Path, clips_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, value in ((line_check, "SETTLE", 1.0), (line_check, "WATCH", 4.5), (rehearsal, "WALK", (0, 0))):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(rehearsal, "defects", lambda _codes: {"01": Defect.MUTED, "38": Defect.ABSENT})
    async with published(tmp_path) as (served, path, _), asyncio.TaskGroup() as group:
        sites = {code: secret_of(site(path, code)) for code in ("01", "38")}
        credentials = Credentials(served.url, path.rpartition("/")[2], {}, sites)
        running = group.create_task(rehearsal.rehearse(credentials, sites=None, clips=clips_dir))

        first = await stand(served, path, "01", "no_go")
        await served.call("POST", f"{path}/line-checks/ask", "operator", {"endpoints": ["01", "38"]})
        await stand(served, path, "01", "go")
        board = (await served.call("GET", f"{path}/line-checks", "operator")).body["sites"]
        running.cancel()

    assert first["faults"] == ["silent"]
    assert {one["endpoint"]: one["state"] for one in board} == {
        "01": "go",
        "38": "unchecked",
        "96": "unchecked",
        "04": "unchecked",
    }


async def stand(served: Service, path: str, code: str, state: str) -> dict[str, Any]:
    """Wait until a site stands so on the board."""
    async with asyncio.timeout(60):
        while True:
            one = (await served.call("GET", f"{path}/endpoints/{code}/line-check", "operator")).body
            if one["state"] == state:
                return dict(one)
            await asyncio.sleep(0.1)
