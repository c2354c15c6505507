"""Many sites, the hub and the scripted chair in one process."""

import asyncio
import json
import random
import resource
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp

from endpoints.api import Api, Invitation
from endpoints.chair import Pace, ScriptedChair
from endpoints.participant import Participant
from endpoints.peer import Ground
from endpoints.places import place_of
from endpoints.secure import Certificate
from endpoints.site import Habits, Site
from endpoints.studio import Studio
from endpoints.view import HUB
from endpoints.wheel import Wheel
from endpoints.wire import Wire

RAMP = 0.1  # seconds between two sites
TELL_EVERY = 1.0  # seconds


@dataclass(frozen=True)
class Credentials:
    """The credentials file: `docs/protocol.md`, at its end."""

    base_url: str
    briefing: str
    tokens: dict[str, str]
    sites: dict[str, str]  # code: token

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file."""
        held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        sites = {code: site["token"] for code, site in held["sites"].items()}
        return cls(held["base_url"], held["briefing_id"], held["tokens"], sites)

    def invitation(self, token: str) -> Invitation:
        """Return what lets the owner of a token in."""
        return Invitation(self.base_url, token, self.briefing)


@dataclass(frozen=True)
class Wishes:
    """What to simulate."""

    sites: int | None = None  # None: all of the file
    media: bool = True
    chair: bool = True
    hub_talks: bool = True  # while nobody has the floor
    habits: Habits = field(default_factory=Habits)
    pace: Pace = field(default_factory=Pace)
    clips: Path = field(default_factory=Path)


class Simulation:
    """A running simulation: an async context around `run`."""

    def __init__(self, credentials: Credentials, wishes: Wishes) -> None:
        self.sites: list[Site] = []
        self.hub: Participant | None = None
        self.chair: ScriptedChair | None = None
        self.wanted = list(credentials.sites)[: wishes.sites]
        self.wheel = Wheel()
        self._credentials = credentials
        self._wishes = wishes
        self._began = time.monotonic()
        self._all_equipped = asyncio.Event()  # every site has what it needs to come in

    async def run(self) -> None:
        """Take part until cancelled."""
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(open_session())
            wire = await stack.enter_async_context(Wire())
            studio = await stack.enter_async_context(Studio(self._wishes.clips))
            group = await stack.enter_async_context(asyncio.TaskGroup())
            ground = Ground(wire, self.wheel, Certificate()) if self._wishes.media else None
            if ground is not None:
                group.create_task(self.wheel.run())
                await studio.prepare()
                group.create_task(self._run_hub(session, ground, studio))
            if self._wishes.chair:
                self.chair = ScriptedChair(self._api(session, "chair"), self._wishes.pace, random.Random())  # noqa: S311
                group.create_task(self.chair.run())
            for code in self.wanted:
                group.create_task(self._run_site(session, code, ground, studio))
                await asyncio.sleep(RAMP)

    def _api(self, session: aiohttp.ClientSession, role: str) -> Api:
        return Api(session, self._credentials.invitation(self._credentials.tokens[role]))

    async def _run_hub(self, session: aiohttp.ClientSession, ground: Ground, studio: Studio) -> None:
        self.hub = Participant(
            self._api(session, "hub"),
            source=HUB,
            speaks=lambda view: self._wishes.hub_talks and view.state == "live" and view.speaking is None,
            chance=random.Random(),  # noqa: S311
            ground=ground,
            repertoire=await studio.of_hub(),
        )
        await self.hub.run()

    async def _run_site(self, session: aiohttp.ClientSession, code: str, ground: Ground | None, studio: Studio) -> None:
        place = place_of(code)
        repertoire = await studio.of_site(place) if ground else None
        api = Api(session, self._credentials.invitation(self._credentials.sites[code]))
        site = Site(api, place, self._wishes.habits, ground=ground, repertoire=repertoire)
        self.sites.append(site)
        if len(self.sites) == len(self.wanted):
            self._all_equipped.set()
        async with asyncio.TaskGroup() as group:
            group.create_task(site.run())
            if repertoire is not None:
                await self._all_equipped.wait()
                repertoire.high = await studio.wide_picture(place)

    @property
    def up(self) -> int:
        """How many sites are connected, checked in and, with media, send and receive."""
        return sum(site.up for site in self.sites)

    async def tell_progress(self) -> None:
        """Say how many sites are up, once a second until all are."""
        while self.up < len(self.wanted):
            await asyncio.sleep(TELL_EVERY)
            say(f"{self.up}/{len(self.wanted)} sites are up")

    def summary(self) -> str:
        """Describe what was done, in a few lines."""
        seconds = max(time.monotonic() - self._began, 1e-9)
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu = used.ru_utime + used.ru_stime
        receptions = [site.participant.received for site in self.sites]
        streams = [stream for reception in receptions for stream in reception.streams.values()]
        packets, octets = sum(stream.packets for stream in streams), sum(stream.octets for stream in streams)
        receiving = sum(reception.packets("stage") > 0 for reception in receptions)
        lines = [
            f"{len(self.sites)} sites for {seconds:.0f} s: {self.up} up, {receiving} receiving the stage",
            f"received on the present subscriptions: {packets} packets, {octets / 1e6:.1f} MB",
            f"CPU: {cpu:.1f} s, {cpu / seconds:.2f} of a core; memory: {used.ru_maxrss // 1024} MiB",
            f"ticks left out: {self.wheel.skipped}",
        ]
        if self.chair is not None:
            lines.append(f"chair: {self.chair.moves} moves, stepped back {self.chair.stepped_back} times")
        return "\n".join(lines)


def open_session() -> aiohttp.ClientSession:
    """Return a session without a limit of connections: each site holds a stream open."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))


def say(line: str) -> None:
    """Write a line for whoever watches."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
