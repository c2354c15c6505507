"""Recordings as tests look at them: made by a forwarding unit, and read by FFmpeg's demuxers and decoders."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import av

from server.core import tape
from server.core.ids import BriefingId, EndpointCode
from server.core.tape import Part
from server.media.plane import Program
from server.media.sfu.settings import SfuSettings
from server.media.sfu.sfu import Sfu
from tests.media.cameras import Room, play
from tests.media.peers import GIAO_BAN
from tests.media.wire import Entrance, publishing

PATIENCE = 40
"""Seconds a test waits for what must come: recorders are processes, and machines may be busy."""


@asynccontextmanager
async def recording_unit(folder: Path, *, low: int = 0) -> AsyncIterator[Sfu]:
    """Start a forwarding unit that may record below a folder."""
    settings = SfuSettings(recording_dir=str(folder), recording_low=low)
    unit = await Sfu.start(host="127.0.0.1", port=0, settings=settings)
    try:
        yield unit
    finally:
        await unit.stop()


@asynccontextmanager
async def on_camera(
    sfu: Entrance, source: EndpointCode, room: Room, *, briefing: BriefingId = GIAO_BAN, content: bool = False
) -> AsyncIterator[None]:
    """Publish what is seen and heard in a room, or present it."""
    room = replace(room, has_sound=not content)
    async with publishing(sfu, source, briefing=briefing, content=content) as wire, asyncio.TaskGroup() as group:
        playing = group.create_task(play(wire, room))
        yield
        playing.cancel()


def record(sfu: Sfu, on_air: EndpointCode | None = None, *, recording: bool = True) -> None:
    """Put a site, or the hub, on the stage, and record it."""
    sfu.route(GIAO_BAN, Program(on_air, recording=recording))


def listed(folder: Path, briefing: BriefingId = GIAO_BAN) -> tuple[Part, ...]:
    """Read the list of a recording; of one that has not begun it is empty."""
    path = folder / briefing / tape.MANIFEST
    return tape.parts(path.read_text("utf-8")) if path.exists() else ()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds that no event tells."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - files grow by themselves
            await asyncio.sleep(0.05)


async def grown(folder: Path, number: int, octets: int, briefing: BriefingId = GIAO_BAN) -> None:
    """Wait until a part has so many bytes on disk."""

    def has() -> bool:
        parts = listed(folder, briefing)
        if len(parts) < number:
            return False
        return (folder / briefing / parts[number - 1].file).stat().st_size >= octets

    await until(has)


async def finished(folder: Path, count: int) -> tuple[Part, ...]:
    """Wait until so many parts have ended, and return them."""
    await until(lambda: sum(part.sealed is not None for part in listed(folder)) >= count)
    return listed(folder)


@dataclass(frozen=True, slots=True)
class Film:
    """What is in a file."""

    codecs: tuple[str, ...]
    pictures: int  # that decode
    sizes: frozenset[tuple[int, int]]
    sounds: tuple[int, ...]  # packets of each sound track
    seconds: float  # from the first picture or sound to the last
    longest_gap: float  # seconds between two pictures


def watch(path: Path) -> Film:
    """Read a file from its beginning to its end, and decode every picture."""
    moments: list[float] = []
    sizes: set[tuple[int, int]] = set()
    sounds: dict[int, int] = {}
    ends: list[float] = []
    with av.open(path) as film:
        sounds = {stream.index: 0 for stream in film.streams.audio}
        codecs = tuple(stream.codec_context.name for stream in film.streams)
        for packet in film.demux():
            if packet.pts is None:
                continue
            ends.append(float(packet.pts * packet.time_base))
            if packet.stream.index in sounds:
                sounds[packet.stream.index] += 1
            else:
                for frame in packet.decode():
                    assert isinstance(frame, av.VideoFrame)
                    assert frame.time is not None
                    moments.append(frame.time)
                    sizes.add((frame.width, frame.height))
    gaps = [after - before for before, after in pairwise(moments)]
    return Film(
        codecs,
        len(moments),
        frozenset(sizes),
        tuple(sounds.values()),
        max(ends, default=0.0) - min(ends, default=0.0),
        max(gaps, default=0.0),
    )
