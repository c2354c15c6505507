"""Scenes on a stage: the sounds sent over real WebRTC to the real service, and the record it makes of them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from endpoints.api import Api, Refused
from endpoints.clips import AudioClip, Library, VideoClip, home
from endpoints.drawing import Card, Size
from endpoints.encoding import Rendition
from endpoints.peer import Ground
from endpoints.publication import Publication
from endpoints.sender import TICK, Sender
from endpoints.view import HUB
from tests.bench.house import House
from tests.bench.scene import Cue, Scene
from tests.bench.sounds import Spans, frames_of, joined, without

_TINY = Rendition(Size(96, 54), rate=1, bitrate=20_000, keyframe_every=1)
"""A picture that costs nothing: this is about sound."""

_LEAD = 0.5  # seconds until a scene begins
_WRITTEN = 2.5  # seconds after a scene until all that was heard has been written down
_AT_ONCE = 8  # sites that come in together


class Microphone(Sender):
    """A sender that plays a scene by the loop's clock: frame after frame at its time, whatever was late before."""

    def __init__(self, room: AudioClip, picture: VideoClip, clock: Callable[[], float]) -> None:
        super().__init__(room, picture)
        self._clock = clock
        self._zero = float("inf")  # when tick 0 was due
        self._begins = 0.0
        self._first: int | None = None  # the tick of the scene's first frame, once it is known
        self.sent: set[int] = set()  # the frames of the scene that have left, or been lost on the line
        self._scene: AudioClip | None = None
        self._lost: frozenset[int] = frozenset()

    def play(self, scene: AudioClip, lost: frozenset[int], begins: float) -> None:
        """Play a sound once, its first frame taken up at a time of the loop's and sent when it is whole.

        The frames `lost` are not sent.
        """
        self._scene, self._lost, self._begins, self._first = scene, lost, begins + TICK, None
        self.sent = set()

    def packets(self, tick: int) -> Iterator[bytes]:
        """Yield what is due; what the line loses has had its sequence number."""
        self._zero = min(self._zero, self._clock() - tick * TICK)  # what is called late does not count
        if self._first is None:
            self._first = round((self._begins - self._zero) / TICK)
        place = tick - self._first
        if self._scene is None or not 0 <= place < len(self._scene.frames):
            yield from super().packets(tick)
            return
        room, self._sound, self._sound_place = self._sound, self._scene, place
        due = list(super().packets(tick))
        self._sound, self._sound_place = room, place % len(room.frames)
        self.sent.add(place)
        if place not in self._lost:
            yield from due


@dataclass(frozen=True, slots=True)
class Granted:
    """The chair's call and the moment it was made, in seconds since 1970: the middle of asking and being answered."""

    cue: Cue
    at: float
    took: float  # seconds


@dataclass(frozen=True, slots=True)
class Played:
    """A scene that was played."""

    scene: Scene
    began: float  # seconds since 1970
    granted: tuple[Granted, ...]
    rttm: str  # the speech that others could hear
    record: dict[str, Any]  # everything
    unsent: dict[str, Spans]  # what this machine was too busy to send, so that nobody could have heard it

    def truth(self, *, on_air: bool) -> dict[str, Spans]:
        """Return who truly spoke when, as far as it was sent; `on_air`: where others could hear it."""
        found = self.scene.truth(self.on_air if on_air else None)
        return {source: without(spans, self.unsent[source]) for source, spans in found.items()}

    @property
    def on_air(self) -> dict[str, Spans]:
        """When each site truly had the floor, in seconds of the scene, by the chair's calls."""
        found: dict[str, Spans] = {}
        for begun, ended in zip(self.granted[::2], self.granted[1::2], strict=True):
            found.setdefault(begun.cue.endpoint, []).append((begun.at - self.began, ended.at - self.began))
        return found

    def second_of(self, moment: str) -> float:
        """Return the second of the scene at which something happened (RFC 3339)."""
        return datetime.fromisoformat(moment).timestamp() - self.began


class Hall:
    """A service with every microphone open."""

    def __init__(self, running: House, http: aiohttp.ClientSession) -> None:
        self.microphones: dict[str, Microphone] = {}
        self._running = running
        self._http = http
        self._chair = running.api(http, running.tokens["chair"])

    async def play(self, scene: Scene) -> Played:
        """Play a scene in real time, do what the chair does in it, and fetch the record."""
        loop = asyncio.get_running_loop()
        begins = loop.time() + _LEAD
        began = time.time() + _LEAD
        for number, (source, microphone) in enumerate(self.microphones.items()):
            part, room = scene.parts.get(source), scene.rooms[number % len(scene.rooms)]
            microphone.say(room)
            if part is not None and part.sound is not None:
                microphone.play(part.sound, part.lost, begins)
        granted = []
        for cue in scene.cues:
            await asyncio.sleep(begins + cue.at - _ASKED - loop.time())
            granted.append(await self._do(cue, begins + cue.at))
        await asyncio.sleep(begins + scene.seconds + _WRITTEN - loop.time())
        unsent = {source: _gaps(one.sent, scene) for source, one in self.microphones.items() if source in scene.parts}
        return Played(scene, began, tuple(granted), await self._text("rttm"), await self.record(), unsent)

    async def ask_for_the_floor(self, site: str) -> None:
        """Raise a hand, unless its simulated people have."""
        with suppress(Refused):
            await self._running.api(self._http, self._running.sites[site]).raise_hand("Nguyễn Văn Hòa", "")

    async def record(self) -> dict[str, Any]:
        """Return the record as it stands now."""
        written: dict[str, Any] = json.loads(await self._text("json"))
        return written

    async def _do(self, cue: Cue, at: float) -> Granted:
        if cue.move == "grant":
            await self.ask_for_the_floor(cue.endpoint)
        await asyncio.sleep(at - asyncio.get_running_loop().time())
        before = time.time()
        await self._chair.floor(cue.move, cue.endpoint if cue.move == "grant" else None)
        after = time.time()
        return Granted(cue, (before + after) / 2, after - before)

    async def _text(self, form: str) -> str:
        headers = {"Authorization": f"Bearer {self._running.tokens['chair']}"}
        url = f"{self._running.url}{self._running.path}/record?format={form}"
        async with self._http.get(url, headers=headers) as answer:
            answer.raise_for_status()
            return await answer.text()


def _gaps(sent: set[int], scene: Scene) -> Spans:
    """Return when frames were left out: the wheel makes up for stalls of 0.2 s and skips what is longer."""
    missing = sorted(set(range(frames_of(scene.seconds))) - sent)
    return joined(((place * TICK, (place + 1) * TICK) for place in missing), 2 * TICK)


def tiny_picture() -> VideoClip:
    """Return the picture beside a sound that matters alone."""
    return Library(home()).picture(Card(("GB",), (90, 220)), _TINY)


_ASKED = 0.4  # seconds before a grant at which the hand is raised


@asynccontextmanager
async def open_hall(
    running: House, http: aiohttp.ClientSession, ground: Ground, room: AudioClip
) -> AsyncIterator[Hall]:
    """Open the microphones of the hub and of all sites until the block ends."""
    hall, picture = Hall(running, http), tiny_picture()
    async with AsyncExitStack() as stack:
        waiting = asyncio.Semaphore(_AT_ONCE)

        async def come(source: str, api: Api) -> None:
            microphone = Microphone(room, picture, asyncio.get_running_loop().time)
            publication = Publication(ground, microphone, lambda: None)
            async with waiting:
                await publication.open(api)
            stack.push_async_callback(publication.close)
            hall.microphones[source] = microphone

        async with asyncio.TaskGroup() as group:
            for source, token in {HUB: running.tokens["hub"], **running.sites}.items():
                group.create_task(come(source, running.api(http, token)))
        yield hall
