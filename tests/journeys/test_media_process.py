"""The media process dies and the server stays; the server dies and the media goes on. The floor notices neither."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from server.core.ids import BriefingId, EndpointCode, MediaId
from server.media.plane import Answer
from tests.journeys.calls import Caller, caller, credentials_of, journal_of, links_of, live_briefing, tokens_of
from tests.journeys.processes import Server, lives, media_process, program, server, until
from tests.media.process.sound import hears_on, sounding, staying
from tests.media.wire import Wire, publishing, watching

SITES = ["01", "38", "96"]
HOLDER = "38"
BACK_WITHIN = 15.0  # seconds, on a machine that also runs everything else
LONGEST_GAP = 1.5  # seconds, where every other test runs as well; a server takes longer to start on a quiet machine


def turn_of(status: dict[str, Any]) -> dict[str, Any]:
    """Return the turn but for the time it has had, which goes on."""
    return {**status["floor"]["turn"], "spent": None}


@pytest.mark.timeout(120)
async def test_killed_media_process_costs_the_holder_neither_turn_nor_queue(tmp_path: Path) -> None:
    async with briefing(tmp_path) as (one, path, tokens, links), caller(one.url, tokens["chair"]) as chair:
        file = tmp_path / "credentials.json"
        file.write_text(json.dumps(credentials_of(one.url, path, tokens, links)), encoding="utf-8")
        async with program("endpoints", "simulate", "--credentials-file", file, "--no-chair", "--no-hands"):
            await until(lambda: publish(chair, path, *SITES), within=40, what="all sites publish")
            for code in (HOLDER, "96"):
                await chair.post(f"{path}/floor/requests", {"endpoint": code, "speaker": "Lan"})
            await chair.post(f"{path}/floor/grant", {"endpoint": HOLDER})
            before = await chair.get(f"{path}/status")

            assert one.process is not None
            os.kill(media_process(one.process), signal.SIGKILL)
            raised = await until(lambda: alarms(chair, path), within=BACK_WITHIN, what="an alarm")
            await until(lambda: restarted(chair, path), within=BACK_WITHIN, what="the media process is back")
            await until(lambda: publish(chair, path, *SITES), within=BACK_WITHIN, what="the sites are back")
            after = await chair.get(f"{path}/status")
            kinds = [entry["kind"] for entry in await journal_of(chair, path)]

    assert raised[0]["code"] in {"media_down", "media_restarted"}
    assert before["alarms"] == []
    assert after["media"]["since"] > before["media"]["since"]
    assert after["floor"]["queue"] == before["floor"]["queue"]
    assert turn_of(after) == turn_of(before)
    assert kinds.count("TurnHeld") == kinds.count("TurnResumed") == 1
    assert "TurnEnded" not in kinds


@pytest.mark.timeout(120)
async def test_media_goes_on_while_the_server_is_killed_and_started_again(tmp_path: Path) -> None:
    async with briefing(tmp_path) as (one, path, tokens, links):
        assert one.process is not None
        media = media_process(one.process)
        site = Door(one.url, path, links[HOLDER].rsplit("/", 1)[1])
        operator = Door(one.url, path, tokens["operator"])
        async with (
            caller(one.url, tokens["chair"]) as chair,
            publishing(site, EndpointCode(HOLDER)) as holder,
            watching(operator, None) as viewer,
            sounding(holder),
            staying(holder, viewer),
        ):
            await until(lambda: publish(chair, path, HOLDER), within=10, what="the site publishes")
            await chair.post(f"{path}/floor/requests", {"endpoint": HOLDER})
            await chair.post(f"{path}/floor/grant", {"endpoint": HOLDER})
            await hears_on(viewer, 10)
            turn = turn_of(await chair.get(f"{path}/status"))

            async with gaps_of(viewer) as gaps:
                await one.kill()
                await hears_on(viewer, 50)  # a second of sound, and no server anywhere
                await one.start()
                await hears_on(viewer)
                resumed = await chair.get(f"{path}/status")
                await one.hang_up()
                await hears_on(viewer, 50)
                await one.start()
                await hears_on(viewer)
            kinds = [entry["kind"] for entry in await journal_of(chair, path)]

            async with caller(one.url, tokens["organizer"]) as organizer:
                async with organizer.http.delete(f"{path}/join-links/{HOLDER}") as answer:
                    assert answer.status == 204
                await asyncio.wait_for(holder.left.wait(), 10)  # what let it in is gone, whichever server it was

    assert turn_of(resumed) == turn
    assert kinds.count("PublishingStarted") == 1
    assert "PublishingStopped" not in kinds
    assert "TurnHeld" not in kinds
    assert max(gaps) < LONGEST_GAP
    assert not lives(media)


class Door:
    """WHIP and WHEP of a running service, for one caller."""

    def __init__(self, url: str, path: str, token: str) -> None:
        self._url = url
        self._briefing = path.rsplit("/", 1)[1]
        self._token = token

    async def publish(
        self, _briefing: BriefingId, _source: EndpointCode, offer: str, *, content: bool = False
    ) -> Answer:
        return await self._post("whip", offer, "/content" if content else "")

    async def subscribe(self, _briefing: BriefingId, _viewer: EndpointCode | None, offer: str) -> Answer:
        return await self._post("whep", offer)

    async def _post(self, verb: str, offer: str, slot: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/sdp"}
        async with (
            ClientSession(self._url, headers=headers) as http,
            http.post(f"/{verb}/{self._briefing}{slot}", data=offer) as answer,
        ):
            assert answer.status == 201, await answer.text()
            media = answer.headers["Location"].rsplit("/", 1)[1].rpartition(".")[0]
            return Answer(MediaId(media), await answer.text(), answer.headers["ETag"])


@asynccontextmanager
async def briefing(folder: Path) -> AsyncIterator[tuple[Server, str, dict[str, str], dict[str, str]]]:
    """Run a service with a live briefing: the server, the briefing's path, a token of each role, the sites' links."""
    async with server(folder / "data", GIAOBAN_MEDIA_LINGER_SECONDS="60") as one:
        tokens = await tokens_of(one, "organizer", "chair", "operator", "hub")
        async with caller(one.url, tokens["organizer"]) as organizer:
            path = await live_briefing(organizer, SITES)
            links = await links_of(organizer, path)
        yield one, path, tokens, links


@asynccontextmanager
async def gaps_of(viewer: Wire) -> AsyncIterator[list[float]]:
    """Note the seconds between two packets that arrive, as long as the block lasts."""
    gaps: list[float] = []

    async def note() -> None:
        clock, before = asyncio.get_running_loop().time, 0.0
        while True:
            await hears_on(viewer, 1)
            if before:
                gaps.append(clock() - before)
            before = clock()

    async with asyncio.TaskGroup() as group:
        noting = group.create_task(note())
        yield gaps
        noting.cancel()


async def publish(chair: Caller, path: str, *codes: str) -> bool:
    """Whether all of these sites publish, and a turn that was held goes on."""
    status = await chair.get(f"{path}/status")
    sending = {one["code"] for one in status["endpoints"] if one["publishing"]}
    return sending >= set(codes) and not (status["floor"]["turn"] or {}).get("held_until")


async def alarms(chair: Caller, path: str) -> list[dict[str, Any]]:
    """Return what is wrong with the service."""
    found: list[dict[str, Any]] = (await chair.get(f"{path}/status"))["alarms"]
    return found


async def restarted(chair: Caller, path: str) -> bool:
    """Tell whether nothing is wrong but that the media were interrupted."""
    return [alarm["code"] for alarm in await alarms(chair, path)] == ["media_restarted"]
