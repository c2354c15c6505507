import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest

from endpoints.__main__ import parser
from endpoints.chair import Pace
from tests.endpoints.hall import live_briefing
from tests.service import secret_of, site


async def run(*arguments: str, stdin: int | None = None) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "endpoints", *arguments, stdin=stdin, stdout=asyncio.subprocess.PIPE
    )


async def lines_until(process: asyncio.subprocess.Process, wanted: str) -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or wanted not in lines[-1]:
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        assert line, lines
        lines.append(line.decode().rstrip())
    return lines


async def test_simulate_tells_its_progress_and_sums_up_when_it_is_stopped(tmp_path: Path) -> None:
    async with live_briefing(tmp_path, 3) as hall:
        held = hall.credentials
        sites = {
            code: {"join_url": f"{held.base_url}/join/{token}", "token": token} for code, token in held.sites.items()
        }
        file = tmp_path / "credentials.json"
        document = {"base_url": held.base_url, "briefing_id": held.briefing, "tokens": held.tokens, "sites": sites}
        file.write_text(json.dumps(document), encoding="utf-8")

        process = await run("simulate", "--credentials-file", str(file), "--sites", "2", "--no-media", "--no-chair")
        await lines_until(process, "2/2 sites are up")
        counts = (await hall.status())["counts"]
        process.send_signal(signal.SIGTERM)
        summary = await lines_until(process, "2 sites for")

        assert (counts["present"], counts["checked_in"]) == (2, 2)
        assert "2 up, 0 receiving the stage" in summary[-1]
        assert await process.wait() == 0


async def test_agent_joins_by_its_link_with_media_and_leaves_when_its_input_closes(
    tmp_path: Path, clips_dir: Path
) -> None:
    async with live_briefing(tmp_path, 1) as hall:
        url = f"{hall.service.url}/join/{secret_of(site(hall.path, '01'))}"
        arguments = ("agent", "--join-url", url, "--clips", str(clips_dir), "--until-eof", "--no-hands")

        process = await run(*arguments, stdin=asyncio.subprocess.PIPE)
        await lines_until(process, "Hà Nội: đang tham gia")
        async with asyncio.timeout(60):
            while (await hall.status())["counts"]["publishing"] != 1:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        assert process.stdin is not None
        process.stdin.close()

        assert await asyncio.wait_for(process.wait(), 30) == 0
        assert (await hall.status())["endpoints"][0]["presence"] == "lost"


async def test_agent_stops_after_its_time(tmp_path: Path) -> None:
    async with live_briefing(tmp_path, 1) as hall:
        url = f"{hall.service.url}/join/{secret_of(site(hall.path, '01'))}"

        process = await run("agent", "--join-url", url, "--no-media", "--seconds", "0.5")

        assert await asyncio.wait_for(process.wait(), 30) == 0


def test_a_command_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args([])
    assert "command" in capsys.readouterr().err


def test_turns_last_as_long_as_asked() -> None:
    arguments = parser().parse_args(["simulate", "--credentials-file", "x", "--turn-seconds", "5", "10"])

    assert tuple(arguments.turn_seconds) == (5, 10)
    assert Pace(turn=tuple(arguments.turn_seconds)).turn == (5, 10)
