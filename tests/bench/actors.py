"""Who is heard and seen in the latency benchmarks: a red, silent hub and a blue site that never stops talking."""

import asyncio
import math
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from endpoints import encoding
from endpoints.api import Api
from endpoints.clips import AudioClip, AudioFrame, Library, VideoClip
from endpoints.drawing import Card
from endpoints.encoding import HIGH
from endpoints.peer import Ground
from endpoints.publication import Publication
from endpoints.rtp import SILENCE, level_extension
from endpoints.sender import Sender
from endpoints.subscription import Subscription
from endpoints.voices import Sound

_RED, _BLUE = (90, 220), (220, 90)  # U and V of a whole picture (ITU-R BT.601)
_TONE, _LOUDNESS = 440.0, 8_000  # Hz, and of 32,768


class Listener(Subscription):
    """A subscriber that notices when the stage is audible: a packet whose level is not silence."""

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground)
        self._audible: asyncio.Future[float] | None = None

    def audible(self) -> "asyncio.Future[float]":
        """Return the time of the next audible packet, in seconds of the loop's clock, once it has come."""
        self.reception.streams["stage", "audio"].loudest = SILENCE
        self._audible = asyncio.get_running_loop().create_future()
        return self._audible

    def rtp(self, packet: bytes, now: float) -> None:
        """Count a packet, and listen."""
        super().rtp(packet, now)
        loudest = self.reception.streams["stage", "audio"].loudest
        if self._audible is not None and not self._audible.done() and loudest < SILENCE:
            self._audible.set_result(now)


@asynccontextmanager
async def hub(ground: Ground, api: Api, clips: Path) -> AsyncIterator[Publication]:
    """Publish as the hub: red, and silent."""
    library = Library(clips)
    async with _publishing(ground, api, library.silence(), library.picture(Card(("HUB",), _RED), HIGH)) as running:
        yield running


@asynccontextmanager
async def speaker(ground: Ground, api: Api, clips: Path) -> AsyncIterator[Publication]:
    """Publish as a site: blue, and audible, whether it has the floor or not."""
    async with coloured(ground, api, clips, _BLUE, _TONE) as running:
        yield running


@asynccontextmanager
async def coloured(
    ground: Ground, api: Api, clips: Path, chroma: tuple[int, int], tone: float
) -> AsyncIterator[Publication]:
    """Publish as a site in a colour (U and V, ITU-R BT.601), with a steady tone, in Hz."""
    picture = Library(clips).picture(Card(("SITE",), chroma), HIGH)
    async with _publishing(ground, api, _tone(tone), picture) as running:
        yield running


@asynccontextmanager
async def listener(ground: Ground, api: Api) -> AsyncIterator[Listener]:
    """Subscribe to the stage and the hub."""
    made = Listener(ground)
    await made.open(api)
    try:
        yield made
    finally:
        await made.close()


@asynccontextmanager
async def _publishing(ground: Ground, api: Api, sound: AudioClip, picture: VideoClip) -> AsyncIterator[Publication]:
    made = Publication(ground, Sender(sound, picture), lambda: None)
    await made.open(api)
    try:
        yield made
    finally:
        await made.close()


def _tone(frequency: float) -> AudioClip:
    """Make a second of a steady tone."""
    rate = encoding.OPUS_RATE
    samples = array("h", (round(_LOUDNESS * math.sin(2 * math.pi * frequency * at / rate)) for at in range(rate)))
    return AudioClip(
        tuple(
            AudioFrame(payload, level_extension(level, voice=True))
            for payload, level in encoding.opus(Sound(rate, samples.tobytes()))
        )
    )
