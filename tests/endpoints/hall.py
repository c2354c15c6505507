"""A real service with a live briefing, and simulated sites that come to it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from endpoints import rosters
from endpoints.simulation import Credentials, Simulation, Wishes
from endpoints.site import Site
from tests.service import Service, secret_of, service, site

POLL = 0.02  # seconds


@dataclass(frozen=True)
class Hall:
    """A live briefing of some sites."""

    service: Service
    path: str
    codes: tuple[str, ...]

    @property
    def credentials(self) -> Credentials:
        """What the simulator is given."""
        tokens = {role: secret_of(role) for role in ("organizer", "chair", "operator", "hub")}
        sites = {code: secret_of(site(self.path, code)) for code in self.codes}
        return Credentials(self.service.url, self.path.rpartition("/")[2], tokens, sites)

    async def floor(self, move: str, code: str) -> None:
        """Make a move of the floor as the chair; granting raises the site's hand first."""
        if move == "grant":
            asked = {"endpoint": code, "speaker": "Người phát biểu", "topic": "Báo cáo"}
            assert (await self.service.call("POST", f"{self.path}/floor/requests", "chair", asked)).status == 201
        assert (await self.service.call("POST", f"{self.path}/floor/{move}", "chair", {"endpoint": code})).status == 204

    async def status(self) -> Any:
        """Return the status document."""
        return (await self.service.call("GET", f"{self.path}/status", "operator")).body


@asynccontextmanager
async def live_briefing(data_dir: Path, sites: int, **settings: Any) -> AsyncIterator[Hall]:
    """Serve a briefing that is live."""
    codes = tuple(unit.code for unit in rosters.load("63").units[:sites])
    async with service(data_dir, **settings) as running:
        yield Hall(running, await running.briefing(sites=codes), codes)


@asynccontextmanager
async def simulated(credentials: Credentials, wishes: Wishes) -> AsyncIterator[Simulation]:
    """Run a simulation while the context lasts."""
    simulation = Simulation(credentials, wishes)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(simulation.run())
        try:
            yield simulation
        finally:
            running.cancel()


async def eventually(condition: Callable[[], bool], *, within: float = 60.0) -> None:
    """Wait until something is so. Raises TimeoutError when it does not come about in time (seconds)."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - the outside world sets no event
            await asyncio.sleep(POLL)


def heard(one: Site, slot: str) -> int:
    """Return the loudest level (-dBov) a site has received in a slot."""
    stream = one.participant.received.streams.get((slot, "audio"))
    return stream.loudest if stream else 127


def pictures(one: Site, slot: str) -> int:
    """Count the pictures a site has received in a slot."""
    stream = one.participant.received.streams.get((slot, "video"))
    return stream.frames if stream else 0


def free_port(kind: socket.SocketKind) -> int:
    """Find a port that is free now, for a service that must return to it."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
