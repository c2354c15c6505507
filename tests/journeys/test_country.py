"""The whole country at once: 63 simulated sites join, check in, publish and receive for as long as one looks."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.calls import caller
from tests.journeys.processes import demo, until


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
    ):
        path = f"/api/v1/briefings/{credentials['briefing_id']}"

        async def everybody_receives() -> bool:
            return not silent(await operator.get(f"{path}/status"))

        await until(everybody_receives, within=15, what="every site receives")
        seen: list[dict[str, Any]] = []
        for _ in range(seconds):
            seen.append(await operator.get(f"{path}/status"))
            await asyncio.sleep(1)  # the length of the watch, not a wait for something

    counts = seen[-1]["counts"]
    assert (counts["present"], counts["checked_in"], counts["publishing"]) == (63, 63, 63)
    assert [silent(status) for status in seen] == [[]] * seconds
