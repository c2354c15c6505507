"""The whole country at once: 63 simulated sites join, check in, publish and receive for as long as one looks."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.calls import Caller, caller
from tests.journeys.processes import demo, until

WEEK = 11
"""Briefings: the one that is live, and those that are planned."""


def silent(status: dict[str, Any]) -> list[str]:
    """Name the sites that receive nothing."""
    return [
        one["code"]
        for one in status["endpoints"]
        if one["health"] is None or one["health"]["received"] is None or one["health"]["received"]["bitrate"] < 20_000
    ]


@pytest.mark.alone
@pytest.mark.timeout(240)
@pytest.mark.parametrize("seconds", [8, pytest.param(60, marks=pytest.mark.soak)])
async def test_sixty_three_sites_check_in_and_receive_all_the_time(tmp_path: Path, seconds: int) -> None:
    async with (
        demo(tmp_path) as credentials,
        caller(credentials["base_url"], credentials["tokens"]["operator"]) as operator,
        caller(credentials["base_url"], credentials["tokens"]["organizer"]) as organizer,
    ):
        path = f"/api/v1/briefings/{credentials['briefing_id']}"

        async def everybody_receives() -> bool:
            return not silent(await operator.get(f"{path}/status"))

        week = await planned(organizer)
        await until(everybody_receives, within=15, what="every site receives")
        seen: list[dict[str, Any]] = []
        for _ in range(seconds):
            seen.append(await operator.get(f"{path}/status"))
            await asyncio.sleep(1)  # the length of the watch, not a wait for something

    counts = seen[-1]["counts"]
    assert (counts["present"], counts["checked_in"], counts["publishing"]) == (63, 63, 63)
    assert [silent(status) for status in seen] == [[]] * seconds
    assert week == {
        "states": {"live": 1, "rehearsal": 1, "scheduled": 3, "draft": 6},
        "answers": {"accepted": 35, "declined": 6, "moved": 4, "tentative": 6, "waiting": 12},
        "documents": 2,
        "papers": [32, 21],
        "refused": True,
        "checked": True,
    }


async def planned(organizer: Caller) -> dict[str, Any]:
    """Return what the demo has planned besides the briefing that is live, once a line of it is checked."""

    async def whole() -> list[Any]:
        briefings: list[Any] = (await organizer.get("/api/v1/briefings"))["briefings"]
        return briefings if len(briefings) == WEEK else []

    briefings = await until(whole, within=60, what="the week is planned")
    path = f"/api/v1/briefings/{next(one['id'] for one in briefings if one['state'] == 'rehearsal')}"

    async def checks() -> list[str]:
        sites = (await organizer.get(f"{path}/line-checks"))["sites"]
        return [one["state"] for one in sites if one["found"] and one["found"]["simulated"]]

    async def dead() -> int:
        return int((await organizer.get("/api/v1/outbox"))["counts"]["dead"])

    checked = await until(checks, within=60, what="a line is checked")
    briefings = await whole()
    refused = await until(dead, within=60, what="a mail is refused")
    invitations, handed = await organizer.get(f"{path}/invitations"), await organizer.get(f"{path}/documents")
    return {
        "states": Counter(one["state"] for one in briefings),
        "answers": Counter(one["standing"] for one in invitations["endpoints"]),
        "documents": len(handed["documents"]),
        "papers": [sum(bool(one["versions"]) for one in paper["owed"]) for paper in handed["papers"]],
        "refused": refused > 0,
        "checked": set(checked) <= {"go", "no_go"},
    }
