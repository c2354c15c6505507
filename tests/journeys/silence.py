"""A site whose network goes away without a word, in a network of its own: `unshare --net … python -m` runs it.

The site calls from 127.0.0.2; then nothing that comes from there is carried any more, not even an acknowledgement.
"""

import asyncio
import subprocess
import sys
from pathlib import Path

from aiohttp import ClientSession, TCPConnector

from tests.journeys.processes import until
from tests.programs import program
from tests.service import Service, secret_of, service, site

SITE = "127.0.0.2"
LISTEN = ("link set lo up", "rule add pref 100 lookup local", "rule del pref 0")
SILENCE = f"rule add pref 10 from {SITE} blackhole"


def network(change: str) -> None:
    """Change the network of this process."""
    subprocess.run([program("ip"), *change.split()], check=True)


async def seconds_until_lost(folder: Path) -> float:
    """Connect a site, silence it, and return how long it still counts as present."""
    loop = asyncio.get_running_loop()
    connector = TCPConnector(local_addr=(SITE, 0))
    async with service(folder, log_level="error") as served, ClientSession(served.url, connector=connector) as http:
        path = await served.briefing()
        headers = {"Authorization": f"Bearer {secret_of(site(path, '38'))}"}
        async with http.get(f"{path}/events", headers=headers) as stream:
            await stream.content.readline()
            await until(lambda: presence_is("present", served, path), within=5, what="the site is present")
            network(SILENCE)
            began = loop.time()
            await until(lambda: presence_is("lost", served, path), within=30, what="the site is lost")
            return loop.time() - began


async def presence_is(wanted: str, served: Service, path: str) -> bool:
    """Whether the operators see the site so."""
    endpoints = (await served.call("GET", f"{path}/status", "operator")).body["endpoints"]
    return any(one["code"] == "38" and one["presence"] == wanted for one in endpoints)


if __name__ == "__main__":
    for change in LISTEN:
        network(change)
    sys.stdout.write(f"{asyncio.run(seconds_until_lost(Path(sys.argv[1])))}\n")
