"""What recording costs: the recorder's processor, the way of a packet with and without it, and the disk.

The service is the real one, its media in a process of its own; recording is off and on in turn, in the same run.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from endpoints import rtp
from endpoints.h264 import units
from endpoints.sdp import H264
from server.core import tape
from server.media.sfu.codec import Codec
from tests.bench.clip import PICTURES_PER_SECOND, VIDEO_SSRC, Clip
from tests.bench.delay import House
from tests.bench.forwarding import Cost, Load, measure
from tests.bench.machine import cpu_seconds, family
from tests.journeys import calls
from tests.journeys.processes import server, until
from tests.media.cameras import video

_RECORDER = "server.media.recording.helper"
_STARTS_WITHIN = 10.0  # seconds
_ROLES = ("organizer", "chair", "operator", "hub")
_FILLER = 12  # NAL unit type of what a decoder drops (H.264, table 7-1)


class Film(Clip):
    """A clip that can be recorded: its keyframes begin with real parameter sets."""

    def packets(self, picture: int) -> Iterator[bytes]:
        """Yield the packets of 40 ms; see `Clip`."""
        if picture % PICTURES_PER_SECOND:
            return super().packets(picture)
        first, *others = super().packets(picture)
        return chain([self._sets(picture), self._again(first)], others[1:])

    def _sets(self, picture: int) -> bytes:
        """Write the parameter sets, and what makes the packet as long as the others."""
        sets = [unit for unit in units(video(Codec.H264, "lit")[0]) if unit[0] & 0x1F in {7, 8}]
        short = self.size - 1 - sum(2 + len(unit) for unit in sets) - 2
        aggregated = [*sets, bytes((_FILLER,)) + bytes(short - 1)]
        payload = b"\x78" + b"".join(len(unit).to_bytes(2) + unit for unit in aggregated)
        return self._packet(picture, 0, payload)

    def _again(self, first: bytes) -> bytes:
        """Write the beginning of the picture, which is the second packet now."""
        number = int.from_bytes(first[2:4])
        return first[:2] + ((number + 1) & 0xFFFF).to_bytes(2) + first[4:]

    def _packet(self, picture: int, part: int, payload: bytes) -> bytes:
        sequence, timestamp = picture * self.parts + part & 0xFFFF, 3_600 * picture & 0xFFFFFFFF
        return rtp.write(
            payload, payload_type=H264, marker=False, sequence=sequence, timestamp=timestamp, ssrc=VIDEO_SSRC
        )


LOAD = Load(20, Film(parts=6, size=1_230), even=True)
"""1.5 Mbit/s, packets one by one."""


@dataclass(frozen=True, slots=True)
class Taped:
    """One measurement with recording, and the one before it without."""

    without: Cost
    recorded: Cost
    recorder: float  # share of one core that the recorder process took
    megabytes: float  # on disk, of an hour


class Studio(House):
    """A service that may record."""

    def __init__(self, service: object, path: str, tokens: dict[str, str], http: object, folder: Path) -> None:
        super().__init__(service, path, tokens, http)  # type: ignore[arg-type]  # as its parent has them
        self.folder = folder / path.rsplit("/", 1)[1]

    async def record(self, move: str) -> None:
        """Begin to record, or end: `start`, `stop`."""
        await self._call("POST", f"{self._path}/recording/{move}", "chair")

    async def recorder(self) -> int:
        """Wait for the recorder process."""

        async def found() -> int | None:
            return next((pid for pid, module in family(self.pids[0]).items() if module == _RECORDER), None)

        pid: int = await until(found, within=_STARTS_WITHIN, what="there is a recorder")
        return pid

    async def sealed(self, count: int) -> tape.Sealed:
        """Wait until so many files have ended, and tell of the last."""

        async def found() -> list[tape.Sealed]:
            parts = tape.parts((self.folder / tape.MANIFEST).read_text("utf-8"))
            ended = [part.sealed for part in parts if part.sealed]
            return ended[count - 1 :]

        ends: list[tape.Sealed] = await until(found, within=_STARTS_WITHIN, what="the file has ended")
        return ends[0]


async def measure_all(runs: int, seconds: float) -> list[Taped]:
    """Measure without and with recording in turn."""
    async with _studio() as studio:
        return [await _measured(studio, seconds, run) for run in range(1, runs + 1)]


async def _measured(studio: Studio, seconds: float, run: int) -> Taped:
    without = await measure(studio, LOAD, seconds)
    await studio.record("start")
    recorder = await studio.recorder()
    before = cpu_seconds(recorder)
    recorded = await measure(studio, LOAD, seconds)
    used = cpu_seconds(recorder) - before
    await studio.record("stop")
    sealed = await studio.sealed(run)
    hour = 3_600_000 / sealed.milliseconds
    return Taped(without, recorded, 1_000 * used / sealed.milliseconds, hour * sealed.octets / 1e6)


@asynccontextmanager
async def _studio() -> AsyncIterator[Studio]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        settings = {"GIAOBAN_MEDIA_PROCESSES": "1", "GIAOBAN_RECORDING_DIR": str(folder / "recordings")}
        async with server(folder, **settings) as service, aiohttp.ClientSession() as http:
            tokens = {role: (await service.command("token", "add", "bench", "--role", role)).strip() for role in _ROLES}
            async with calls.caller(service.url, tokens["organizer"]) as organizer:
                path = await calls.live_briefing(organizer, ["01", "38", "96"])
            yield Studio(service, path, tokens, http, folder / "recordings")
