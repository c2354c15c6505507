"""What the media plane said, kept for tests to wait on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from server.media.plane import MediaEvent, MediaPlane

E = TypeVar("E", bound=MediaEvent)


class Diary:
    """The one reader of a plane's events."""

    def __init__(self) -> None:
        self.events: list[MediaEvent] = []
        self._changed = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def of(cls, plane: MediaPlane) -> AsyncIterator["Diary"]:
        """Keep a diary of a media plane."""
        diary = cls()
        async with asyncio.TaskGroup() as group:
            reader = group.create_task(diary._read(plane))
            yield diary
            reader.cancel()

    def all(self, kind: type[E]) -> list[E]:
        """List the events of one kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    async def first(self, kind: type[E], where: Callable[[E], bool] = lambda _: True, *, after: int = 0) -> E:
        """Wait for an event; `after` skips as many of the diary's first events."""
        async with asyncio.timeout(20):
            while True:
                for event in self.events[after:]:
                    if isinstance(event, kind) and where(event):
                        return event
                self._changed.clear()
                await self._changed.wait()

    async def _read(self, plane: MediaPlane) -> None:
        async for happened in plane.events():
            self.events.extend(happened)
            self._changed.set()
