"""How long packets are under way while the server has other work: media in its process, and in one of its own.

The service is the real one (`giaoban serve`), on SQLite. Its work is a database that stands still for two seconds while
people want something written; the export of a long record, again and again; and a migration, in another process.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import aiohttp

from endpoints import sdp
from endpoints.sdp import Answer
from server.core import events as e
from server.core.state import Briefing, fold
from server.store.database import Database
from server.store.ledger import StoredLedger
from tests.bench import clip
from tests.bench.forwarding import Load, measure
from tests.bench.gateway import Caller
from tests.core.cast import HA_NOI, ID, at, plan, told
from tests.journeys import calls
from tests.journeys.processes import Server, media_process, server

LOAD = Load(20, clip.STAGE, even=True)
"""Packets one by one: any of them may meet what holds the process up. Every receiver looks at the time."""

TURNS = 5_000
"""Turns of the long record, far more than any meeting has: so that one export takes long."""

_STALL = 2.0  # seconds
_ROLES = ("organizer", "chair", "operator", "hub")


@dataclass(frozen=True, slots=True)
class Delays:
    """One measurement."""

    milliseconds: Sequence[float]  # of each packet, from the publisher's send to the receiver's kernel
    lost: float  # share


class House:
    """A running service with a live briefing, as a gateway: its media, and what else it can be made to do."""

    name = "Giao Ban"

    def __init__(self, service: Server, path: str, tokens: Mapping[str, str], http: aiohttp.ClientSession) -> None:
        assert service.process is not None
        own = service.settings["GIAOBAN_MEDIA_PROCESSES"] == "1"
        self.pids: Sequence[int] = (media_process(service.process) if own else service.process.pid,)
        self._service = service
        self._path = path
        self._tokens = tokens
        self._http = http

    async def publish(self, caller: Caller) -> Answer:
        """Let the hub send."""
        text = sdp.publishing(
            caller.credentials, caller.fingerprint, audio=clip.AUDIO_SSRC, video=clip.VIDEO_SSRC, cname="bench"
        )
        return await self._exchange("whip", text, "hub")

    async def watch(self, caller: Caller) -> Answer:
        """Let an operator receive."""
        text = sdp.subscribing(caller.credentials, caller.fingerprint, pairs=1)
        return await self._exchange("whep", text, "operator")

    async def rest(self) -> None:
        """Do nothing else."""
        await asyncio.Event().wait()

    async def stall(self) -> None:
        """Hold the database for two seconds, again and again, while hands are raised that cannot be written down."""
        while True:
            holding = asyncio.to_thread(_hold, self._service.folder / "giaoban.sqlite3")
            await asyncio.gather(holding, *(self._raise_hand(code) for code in ("01", "38", "96")))

    async def export(self) -> None:
        """Have the long record exported and its journal verified, one after the other."""
        while True:
            for what in ("record?format=json", "record?format=rttm", "verify"):
                await self._call("GET", f"/api/v1/briefings/{ID}/{what}", "organizer")

    async def migrate(self) -> None:
        """Bring the schema up to date, again and again."""
        while True:
            await self._service.command("migrate")

    async def _raise_hand(self, code: str) -> None:
        await self._call("POST", f"{self._path}/floor/requests", "chair", json={"endpoint": code})
        await self._call("DELETE", f"{self._path}/floor/requests/{code}", "chair")

    async def _exchange(self, verb: str, text: str, role: str) -> Answer:
        headers = {"Content-Type": "application/sdp"}
        url = f"/{verb}/{self._path.rsplit('/', 1)[1]}"
        return sdp.read_answer(await self._call("POST", url, role, data=text, headers=headers))

    async def _call(
        self, method: str, path: str, role: str, *, headers: Mapping[str, str] = MappingProxyType({}), **body: object
    ) -> str:
        headers = {"Authorization": f"Bearer {self._tokens[role]}", **headers}
        async with self._http.request(method, self._service.url + path, headers=headers, **body) as answer:  # type: ignore[arg-type]  # json or data
            return await answer.text()


WORK: Mapping[str, Callable[[House], Coroutine[None, None, None]]] = MappingProxyType(
    {
        "nothing else": House.rest,
        "the database stands still": House.stall,
        "a long record is exported": House.export,
        "the schema is migrated": House.migrate,
    }
)
"""What the service does meanwhile."""


async def measure_all(processes: int, seconds: float) -> dict[str, Delays]:
    """Measure the delays during each kind of work, with that many media processes (0: media in the server)."""
    async with _house(processes) as house:
        return {name: await _during(house, work, seconds) for name, work in WORK.items()}


async def _during(house: House, work: Callable[[House], Coroutine[None, None, None]], seconds: float) -> Delays:
    async with asyncio.TaskGroup() as group:
        working = group.create_task(work(house))
        cost = await measure(house, LOAD, seconds)
        working.cancel()
    return Delays(cost.delays, cost.lost)


@asynccontextmanager
async def _house(processes: int) -> AsyncIterator[House]:
    with TemporaryDirectory() as folder:
        await _write_long_record(Path(folder))
        async with (
            server(Path(folder), GIAOBAN_MEDIA_PROCESSES=str(processes), GIAOBAN_RATE_ON_AIR="8000000") as service,
            aiohttp.ClientSession() as http,
        ):
            tokens = {role: (await service.command("token", "add", "bench", "--role", role)).strip() for role in _ROLES}
            async with calls.caller(service.url, tokens["organizer"]) as organizer:
                path = await calls.live_briefing(organizer, ["01", "38", "96"])
            yield House(service, path, tokens, http)


async def _write_long_record(folder: Path) -> None:
    """Put a meeting that is over into the database, before the service is there."""
    entries = told(_long_story())
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'giaoban.sqlite3'}")
    try:
        await StoredLedger(database).append(entries, before=Briefing(ID), after=fold(Briefing(ID), entries))
    finally:
        await database.close()


def _long_story() -> Iterator[tuple[float, e.Event]]:
    yield from ((0.0, one) for one in (e.BriefingDrafted(plan()), e.BriefingScheduled(), e.BriefingOpened()))
    yield 0.0, e.BriefingStarted()
    for turn in range(TURNS):
        began, ended = 2.0 * turn, 2.0 * turn + 1
        yield began, e.FloorRequested(HA_NOI, "Ông Minh", "Lũ lụt")
        yield began, e.FloorGranted(HA_NOI, "Ông Minh", "Lũ lụt")
        yield ended, e.TurnEnded(HA_NOI, at(began), at(ended), e.TurnEndedBecause.RELEASED, "Ông Minh", "Lũ lụt")
    yield 2.0 * TURNS, e.BriefingClosed(e.ClosedBecause.CHAIR)


def _hold(file: Path) -> None:
    """Let nobody else write for a while."""
    with sqlite3.connect(file, timeout=10.0, isolation_level=None) as lock:
        lock.execute("BEGIN IMMEDIATE")
        time.sleep(_STALL)
        lock.execute("COMMIT")
    lock.close()
