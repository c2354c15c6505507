"""A line check as a site's page makes it (docs/protocol.md): it is measured on what is really sent and received.

A simulated site has no loudspeaker, so it listens for no echo and says so; what it finds is marked as simulated.
"""

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from endpoints import preview, sender
from endpoints.api import Api, Trouble
from endpoints.clips import AudioClip, VideoClip
from endpoints.encoding import HIGH
from endpoints.participant import GOODBYE
from endpoints.peer import Ground
from endpoints.publication import Publication
from endpoints.rtcp import Block

SETTLE = 2.0  # seconds until both sides have told each other of the line
WATCH = 6.0  # seconds


@dataclass(frozen=True, slots=True)
class Desk:
    """What stands at a site: what its camera shows, what its microphone hears, and how much its line loses."""

    microphone: AudioClip
    camera: VideoClip | None = None  # None: there is none
    narrow: VideoClip | None = None  # the same picture, as it is sent while the server allows no more
    loss: float = 0.0  # of packets, 0..1


@dataclass(frozen=True, slots=True)
class Counted:
    """What was sent so far, and what became of it."""

    at: float  # seconds
    octets: int
    told: dict[int, Block]


class LineCheck:
    """One check of one site's line."""

    def __init__(self, api: Api, ground: Ground, desk: Desk, chance: random.Random) -> None:
        self._api = api
        self._desk = desk
        self._sender = sender.Sender(desk.microphone, desk.narrow)
        self._publication = Publication(
            ground, self._sender, self._adapt, loses=lambda: desk.loss > 0 and chance.random() < desk.loss
        )

    async def run(self, person: str, phone: str) -> dict[str, Any]:
        """Check, and return where the site stands; `person` is responsible there. Raises one of `api.Trouble`."""
        await self._api.begin_line_check()
        try:
            found = await self._found()
            return await self._api.write_line_check({"person": person, "phone": phone, "simulated": True, **found})
        finally:
            await self._leave()

    async def _found(self) -> dict[str, Any]:
        picture, sound = await asyncio.to_thread(_devices, self._desk)
        line = await self._line()
        began = time.monotonic()
        octets = await self._api.ballast()
        return {
            "camera": "works" if self._desk.camera else "missing",
            "microphone": "works",
            "picture": picture,
            "sound": sound,
            "line": {**line, "download": _rate(octets, time.monotonic() - began)},
        }

    async def _line(self) -> dict[str, Any]:
        """Send for a while; a line over which no connection comes about is a finding too."""
        try:
            await self._publication.open(self._api)
        except (TimeoutError, ConnectionError):
            if self._publication.resource is None:
                raise  # the service itself is away
            return {"way": "none", "upload": 0}
        await asyncio.sleep(SETTLE)
        before = self._count()
        await asyncio.sleep(WATCH)
        return {"way": "direct", **self._carried(before, self._count())}

    def _carried(self, before: Counted, after: Counted) -> dict[str, Any]:
        trip = self._publication.peer.round_trip
        clocks = {self._sender.audio.ssrc: 48_000, self._sender.video.ssrc: 90_000}
        jitters = [1000 * block.jitter / clocks[ssrc] for ssrc, block in after.told.items()]
        return {
            "upload": _rate(after.octets - before.octets, after.at - before.at),
            "round_trip": None if trip is None else round(1000 * trip),
            "jitter": round(max(jitters)) if jitters else None,
            "loss_up": _lost(before.told, after.told),
        }

    def _count(self) -> Counted:
        return Counted(time.monotonic(), self._publication.octets, dict(self._publication.told))

    def _adapt(self) -> None:
        """Send the picture that the server's estimate allows."""
        desk = self._desk
        wanted = desk.camera if self._publication.estimate >= HIGH.bitrate else desk.narrow
        if wanted is not None:
            self._sender.show(wanted)

    async def _leave(self) -> None:
        await self._publication.close()
        if self._publication.resource is not None:
            with suppress(*Trouble):
                async with asyncio.timeout(GOODBYE):
                    await self._api.end(self._publication.resource)


def _devices(desk: Desk) -> tuple[dict[str, int] | None, dict[str, int]]:
    return preview.seen(desk.camera) if desk.camera else None, preview.heard(desk.microphone, WATCH)


def _rate(octets: int, seconds: float) -> int:
    """Return bit/s, as many as the contract takes."""
    return min(10_000_000_000, round(8 * octets / max(seconds, 1e-6)))


def _lost(before: dict[int, Block], after: dict[int, Block]) -> int | None:
    """Return how much did not arrive between two reports, in per mille; None when too little was told."""
    spans = [(before[ssrc], block) for ssrc, block in after.items() if ssrc in before]
    expected = sum(late.highest - early.highest for early, late in spans)
    lost = sum(late.lost - early.lost for early, late in spans)
    return None if expected <= 0 else min(1000, max(0, round(1000 * lost / expected)))
