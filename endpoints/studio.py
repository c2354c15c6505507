"""Making clips in processes of their own, so that encoding never holds up the sites that already send."""

import asyncio
import ctypes
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Self, TypeVar

from endpoints import clips, wordlists
from endpoints.clips import AudioClip, Library, NotMade, VideoClip
from endpoints.encoding import HIGH, LOW, Rendition
from endpoints.participant import Repertoire
from endpoints.places import HUB_CARD, card_of
from endpoints.voices import HUB_VOICE, VOICES
from endpoints.wordlists import Place

WORKERS = 2
NICENESS = 5
PR_SET_PDEATHSIG = 1  # prctl(2)

Made = TypeVar("Made")


class Studio:
    """Repertoires from a directory of clips; what it lacks is made by workers, which start when they are needed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._library = Library(directory, may_make=False)
        self._workers = ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn"), initializer=_step_aside)
        self._reports: list[AudioClip] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._workers.shutdown(wait=True, cancel_futures=True)

    async def prepare(self) -> None:
        """Get what sites share: the reports, each in one of the voices."""
        self._reports = await asyncio.gather(*(self._get(partial(_report, number)) for number in range(len(VOICES))))

    async def of_site(self, place: Place) -> Repertoire:
        """Return a site's clips, without the wide picture; `prepare` comes first."""
        number = voice_of(place)
        made, greeting = await self._get(partial(_of_site, place, number))
        return replace(made, voice=clips.joined(greeting, self._reports[number]))

    async def of_hub(self) -> Repertoire:
        """Return the hub's clips, the wide picture with them: it is on air from the start."""
        return await self._get(_of_hub)

    async def wide_picture(self, place: Place) -> VideoClip:
        """Return the picture a site sends when the server allows it the full rate."""
        return await self._get(partial(_wide_picture, place))

    async def dark_picture(self, rendition: Rendition) -> VideoClip:
        """Return what a covered camera shows."""
        return await self._get(partial(Library.dark, rendition=rendition))

    async def amplified(self, place: Place, gain: float) -> AudioClip:
        """Return a site's greeting through a desk that is turned up or down by a factor."""
        text, voice = wordlists.greeting(place.name), VOICES[voice_of(place)]
        return await self._get(partial(Library.amplified, text=text, voice=voice, gain=gain))

    async def _get(self, get: Callable[[Library], Made]) -> Made:
        """Read clips from the directory; have them made first when some are missing."""
        try:
            return get(self._library)
        except NotMade:
            await asyncio.get_running_loop().run_in_executor(self._workers, _make, self._directory, get)
            return get(self._library)


def voice_of(place: Place) -> int:
    """Return the number of the voice that a site speaks with."""
    return sum(place.code.encode()) % len(VOICES)


def _report(number: int, library: Library) -> AudioClip:
    bodies = wordlists.bodies()
    return library.speech(bodies[number % len(bodies)], VOICES[number])


def _of_site(place: Place, number: int, library: Library) -> tuple[Repertoire, AudioClip]:
    """Return what a site can send, so far with its greeting alone for a voice; and the greeting."""
    greeting = library.speech(wordlists.greeting(place.name), VOICES[number])
    picture = library.picture(card_of(place), LOW)
    return Repertoire(silence=library.silence(), room=library.room(), voice=greeting, low=picture), greeting


def _of_hub(library: Library) -> Repertoire:
    return Repertoire(
        silence=library.silence(),
        room=library.room(),
        voice=library.speech(wordlists.hub_speech(), HUB_VOICE),
        low=library.picture(HUB_CARD, LOW),
        high=library.picture(HUB_CARD, HIGH),
    )


def _wide_picture(place: Place, library: Library) -> VideoClip:
    return library.picture(card_of(place), HIGH)


def _make(directory: Path, get: Callable[[Library], object]) -> None:
    """Have clips made and kept: runs in a worker."""
    get(Library(directory))


def _step_aside() -> None:
    """Let those who send go first; leave Ctrl+C to the process that is asked to stop, and end when it is killed."""
    os.nice(NICENESS)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
