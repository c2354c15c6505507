"""The event stream: server-sent events read from bytes, and a connection to it that comes back by itself."""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from endpoints.api import Api, Trouble, raise_refusal
from endpoints.backoff import Backoff

LARGEST = 8 << 20  # bytes of one event


class Garbled(ConnectionError):
    """What came is no event stream."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it came."""

    name: str
    id: str | None
    data: bytes


class Parser:
    """Bytes in, events out (HTML Living Standard, section 9.2.6). Lines end in LF or CRLF."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Yield the events that are complete with this chunk. Raises Garbled for one without an end."""
        *blocks, self._pending = (self._pending + chunk).replace(b"\r\n", b"\n").split(b"\n\n")
        if len(self._pending) > LARGEST:
            raise Garbled("an event without an end")
        for block in blocks:
            if event := _event(block):
                yield event


def _event(block: bytes) -> Event | None:
    """Read the lines of one event; None for a comment."""
    name, identity, data = "message", None, []
    for line in block.split(b"\n"):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            data.append(value)
        elif field == b"event":
            name = value.decode(errors="replace")
        elif field == b"id":
            identity = value.decode(errors="replace")
    return Event(name, identity, b"\n".join(data)) if data else None


class Stream:
    """A caller's event stream, followed for as long as `follow` runs."""

    def __init__(self, api: Api, chance: random.Random) -> None:
        self.connected = False
        self.connections = 0
        self._api = api
        self._backoff = Backoff(chance)
        self._last_id: str | None = None

    async def follow(self, on_event: Callable[[Event], None], on_lost: Callable[[], None]) -> None:
        """Give every event to `on_event`, exactly once for those with an id, over as many connections as it takes.

        `on_lost` is called when a connection breaks. After 15 s of silence one counts as broken.
        """
        while True:
            wait = 0.0
            try:
                await self._read(on_event)
            except Trouble as trouble:
                wait = getattr(trouble, "retry_after", 0.0)
            if self.connected:
                self.connected = False
                on_lost()
            await asyncio.sleep(self._backoff.wait(at_least=wait))

    async def _read(self, on_event: Callable[[Event], None]) -> None:
        parser = Parser()
        async with self._api.stream(self._last_id) as response:
            await raise_refusal(response)
            self.connected = True
            self.connections += 1
            async for chunk in response.content.iter_any():
                for event in parser.feed(chunk):
                    self._last_id = event.id or self._last_id
                    on_event(event)
                    self._backoff.reset()
