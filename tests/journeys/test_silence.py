"""A network that goes away sends no goodbye: the site is lost all the same, within ten seconds."""

import asyncio
from pathlib import Path

from aiohttp import ClientSession

from tests.journeys.processes import until
from tests.network import network
from tests.service import Service, secret_of, service, site

LOST_WITHIN = 10.0  # seconds


async def test_site_that_falls_silent_is_lost_within_ten_seconds(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    with network() as net:
        here, there = net.host("server"), net.host("site")
        with here.inside():
            async with service(tmp_path, host=here.address, log_level="error") as served:
                path = await served.briefing()
                headers = {"Authorization": f"Bearer {secret_of(site(path, '38'))}"}
                async with ClientSession(served.url, headers=headers) as http:
                    with there.inside():
                        stream = await http.get(f"{path}/events")
                    await stream.content.readline()
                    await until(lambda: presence_is("present", served, path), within=5, what="the site is present")
                    there.cut()
                    began = loop.time()
                    await until(lambda: presence_is("lost", served, path), within=30, what="the site is lost")
                    silent = loop.time() - began

    assert 3.0 < silent <= LOST_WITHIN  # at once would mean that there was a goodbye after all


async def presence_is(wanted: str, served: Service, path: str) -> bool:
    """Whether the operators see the site so."""
    endpoints = (await served.call("GET", f"{path}/status", "operator")).body["endpoints"]
    return any(one["code"] == "38" and one["presence"] == wanted for one in endpoints)
