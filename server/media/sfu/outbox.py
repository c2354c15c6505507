"""The events on their way to the one reader: facts are never dropped, telemetry is when the reader is slow."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from server.media.plane import Health, Levels, MediaEvent, Pictured, RecorderHealth

_MAX_TELEMETRY = 256
_TELEMETRY = Health | Levels | Pictured | RecorderHealth


class Outbox:
    """An ordered queue of events with one reader."""

    def __init__(self) -> None:
        self._waiting: list[MediaEvent] = []
        self._telemetry = 0
        self._arrived = asyncio.Event()
        self._closed = False

    def put(self, event: MediaEvent) -> None:
        """Add an event; never blocks."""
        if isinstance(event, _TELEMETRY):
            if self._telemetry == _MAX_TELEMETRY:
                self._forget_telemetry()
            self._telemetry += 1
        self._waiting.append(event)
        self._arrived.set()

    def close(self) -> None:
        """Let the reader finish what is waiting, then end."""
        self._closed = True
        self._arrived.set()

    async def read(self) -> AsyncIterator[Sequence[MediaEvent]]:
        """Yield the events in order until `close`: each time all that wait, at least one."""
        while True:
            if self._waiting:
                waiting, self._waiting, self._telemetry = self._waiting, [], 0
                yield waiting
                continue
            if self._closed:
                return
            self._arrived.clear()
            await self._arrived.wait()

    def _forget_telemetry(self) -> None:
        """Drop all waiting telemetry at once: old levels are of no use to a reader that far behind."""
        self._waiting = [event for event in self._waiting if not isinstance(event, _TELEMETRY)]
        self._telemetry = 0
