"""Making clips beside the event loop: first what every site needs to come in, then the wide pictures."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from endpoints import clips, wordlists
from endpoints.clips import AudioClip, Library, VideoClip
from endpoints.encoding import HIGH, LOW
from endpoints.participant import Repertoire
from endpoints.places import HUB_CARD, card_of
from endpoints.voices import HUB_VOICE, VOICES
from endpoints.wordlists import Place

WORKERS = 2

Made = TypeVar("Made")


class Studio:
    """Repertoires from a library of clips, made in threads."""

    def __init__(self, directory: Path) -> None:
        self._library = Library(directory)
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="clips")
        self._reports: list[AudioClip] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def prepare(self) -> None:
        """Make what sites share: the reports, each in one of the voices."""
        self._reports = [await self._run(partial(self._report, number)) for number in range(len(VOICES))]

    async def _run(self, make: Callable[[], Made]) -> Made:
        return await asyncio.get_running_loop().run_in_executor(self._threads, make)

    def _report(self, number: int) -> AudioClip:
        bodies = wordlists.bodies()
        return self._library.speech(bodies[number % len(bodies)], VOICES[number])

    async def of_site(self, place: Place) -> Repertoire:
        """Return a site's clips, without the wide picture."""
        return await self._run(partial(self._site, place))

    def _site(self, place: Place) -> Repertoire:
        number = sum(place.code.encode()) % len(VOICES)
        greeting = self._library.speech(wordlists.greeting(place.name), VOICES[number])
        return Repertoire(
            silence=self._library.silence(),
            voice=clips.joined(greeting, self._reports[number]),
            low=self._library.picture(card_of(place), LOW),
        )

    async def of_hub(self) -> Repertoire:
        """Return the hub's clips, the wide picture with them: it is on air from the start."""
        return await self._run(self._hub)

    def _hub(self) -> Repertoire:
        return Repertoire(
            silence=self._library.silence(),
            voice=self._library.speech(wordlists.hub_speech(), HUB_VOICE),
            low=self._library.picture(HUB_CARD, LOW),
            high=self._library.picture(HUB_CARD, HIGH),
        )

    async def wide_picture(self, place: Place) -> VideoClip:
        """Return the picture a site sends when the server allows it the full rate."""
        return await self._run(partial(self._library.picture, card_of(place), HIGH))
