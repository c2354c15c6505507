"""FFmpeg's WHIP muxer publishes; its levels are decoded, its own certificate is refused with a word of advice."""

import asyncio
from pathlib import Path

from structlog.testing import capture_logs

from server.core.ids import HUB
from server.logs import configure
from server.media.plane import Gone, Levels, Published, Unpublished
from server.media.sfu.sfu import Sfu
from tests.media.diary import Diary
from tests.media.ffmpeg import certificate, publishing
from tests.media.http import Door
from tests.media.peers import CA_MAU, viewer


async def test_ffmpeg_publishes_and_its_levels_are_decoded(sfu: Sfu, diary: Diary, door: Door, tmp_path: Path) -> None:
    cert_file, key_file = certificate(tmp_path)
    options = {"authorization": "hub", "cert_file": str(cert_file), "key_file": str(key_file)}
    async with viewer(sfu, CA_MAU) as watching, publishing(f"{door.url}/whip", options, luma=90):
        await diary.first(Published, lambda event: event.source == HUB)
        async with asyncio.timeout(10):
            await watching.sees(90)
        spoken = await diary.first(Levels, lambda event: dict(event.levels).get(HUB, 127) < 60)
        assert 18 <= dict(spoken.levels)[HUB] <= 28  # a sine at a tenth of full scale is at -23 dBov
    ended = await diary.first(Unpublished)
    assert ended.reason is Gone.CLOSED


async def test_ffmpegs_own_certificate_is_refused_with_a_hint(diary: Diary, door: Door) -> None:
    configure("warning")  # a test before this one may have asked for less
    with capture_logs() as logs:
        async with publishing(f"{door.url}/whip", {"authorization": "hub"}) as process:
            ended = await diary.first(Unpublished)
            await process.wait()
    assert ended.reason is Gone.FAILED
    assert any("P-256" in line.get("hint", "") for line in logs)
