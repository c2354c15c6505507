"""The server is killed in the middle of a live briefing and started again: nothing acknowledged is lost."""

import asyncio
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientError

from tests.journeys.calls import Caller, caller, credentials_of, journal_of, links_of, live_briefing, tokens_of
from tests.journeys.processes import program, server, until

SITES = ["01", "38", "48", "79", "96"]
HOLDER, FIDGETS = "38", ("48", "79", "96")
BACK_WITHIN = 10.0


@pytest.mark.timeout(120)
async def test_killed_server_loses_no_acknowledged_move_and_the_sites_come_back(tmp_path: Path) -> None:
    async with server(tmp_path / "data") as one:
        tokens = await tokens_of(one, "organizer", "chair", "operator", "hub")
        async with caller(one.url, tokens["organizer"]) as organizer, caller(one.url, tokens["chair"]) as chair:
            path = await live_briefing(organizer, SITES)
            links = await links_of(organizer, path)
            credentials = tmp_path / "credentials.json"
            credentials.write_text(json.dumps(credentials_of(one.url, path, tokens, links)), encoding="utf-8")
            arguments = ("simulate", "--credentials-file", credentials, "--no-chair", "--no-hands")
            async with program("endpoints", *arguments):
                await until(lambda: everybody_is_here(chair, path), within=40, what="all sites publish")
                await chair.post(f"{path}/floor/requests", {"endpoint": HOLDER, "speaker": "Lan"})
                await chair.post(f"{path}/floor/grant", {"endpoint": HOLDER})

                acknowledged = await fidget_until_killed(one.kill, chair, path)
                await one.start()
                held = await chair.get(f"{path}/status")
                await until(lambda: everybody_is_here(chair, path), within=BACK_WITHIN, what="the sites are back")

                async def resumed() -> bool:
                    turn = (await chair.get(f"{path}/status"))["floor"]["turn"]
                    return bool(turn["endpoint"] == HOLDER and turn["held_until"] is None)

                await until(resumed, within=5, what="the holder's turn goes on")
                kept = await journal_of(chair, path)
        verified = json.loads(await one.command("verify", "--json"))

    assert held["floor"]["turn"]["endpoint"] == HOLDER
    assert len(acknowledged) > 10
    asked = [one["data"]["topic"] for one in kept if one["kind"] == "FloorRequested"]
    assert [topic for topic in acknowledged if topic not in asked] == []
    assert [one["seq"] for one in kept] == list(range(1, len(kept) + 1))
    assert [one["sound"] for one in verified] == [True]


async def everybody_is_here(chair: Caller, path: str) -> bool:
    counts = (await chair.get(f"{path}/status"))["counts"]
    return bool(min(counts["present"], counts["checked_in"], counts["publishing"]) == len(SITES))


async def fidget_until_killed(kill: Any, chair: Caller, path: str) -> list[str]:
    """Raise and lower hands as fast as the server takes it, kill it meanwhile; return the acknowledged topics."""
    acknowledged: list[str] = []
    enough = asyncio.Event()

    async def fidget(code: str) -> None:
        for number in itertools.count():
            topic = f"{code}-{number}"
            try:
                await chair.post(f"{path}/floor/requests", {"endpoint": code, "topic": topic})
                acknowledged.append(topic)
                async with chair.http.delete(f"{path}/floor/requests/{code}") as answer:
                    assert answer.status == 204
            except (ClientConnectionError, ClientError):
                return
            if len(acknowledged) > 30:
                enough.set()

    async with asyncio.TaskGroup() as group:
        for code in FIDGETS:
            group.create_task(fidget(code))
        await enough.wait()
        await kill()
    return acknowledged
