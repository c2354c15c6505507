"""The feed of one room: what has happened, what is the case now, and how the lines are, to everybody who listens.

Entries are kept in order for each listener; of the status and the telemetry only the latest matters. A listener that
falls too far behind is closed: it comes back with the last entry it has seen, and misses nothing.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from server.core.events import (
    AgendaMoved,
    BriefingCancelled,
    BriefingClosed,
    BriefingOpened,
    BriefingScheduled,
    BriefingStarted,
    ContentEnded,
    ContentGiven,
    ContentHeld,
    EndpointPutOnDeck,
    EveryoneMuted,
    FloorGranted,
    FloorRequested,
    MoveUndone,
    MuteLifted,
    QueuePolicySet,
    QueueReordered,
    RecordingFailed,
    RecordingResumed,
    RecordingStarted,
    RecordingStopped,
    RehearsalBegan,
    RehearsalDropped,
    RehearsalEnded,
    RehearsalPlanned,
    RequestAmended,
    RequestWithdrawn,
    TurnContinued,
    TurnEnded,
    TurnExtended,
    TurnHeld,
    TurnPaused,
    TurnResumed,
    encode,
    kind_of,
    rfc3339,
)
from server.core.ids import EndpointCode
from server.core.journal import Entry, canonical

MOST_BEHIND = 5000
"""Entries a listener may be behind before it is closed."""

PUBLIC = (
    BriefingScheduled,
    BriefingOpened,
    BriefingStarted,
    BriefingClosed,
    BriefingCancelled,
    AgendaMoved,
    FloorRequested,
    RequestAmended,
    RequestWithdrawn,
    QueuePolicySet,
    QueueReordered,
    EndpointPutOnDeck,
    FloorGranted,
    TurnHeld,
    TurnResumed,
    TurnPaused,
    TurnContinued,
    TurnExtended,
    EveryoneMuted,
    MuteLifted,
    MoveUndone,
    TurnEnded,
    ContentGiven,
    ContentHeld,
    ContentEnded,
    RecordingStarted,
    RecordingFailed,
    RecordingResumed,
    RecordingStopped,
    RehearsalPlanned,
    RehearsalDropped,
    RehearsalBegan,
    RehearsalEnded,
)
"""What every site may know; of all other events it sees its own only."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who listens: the staff see everything, a site (or the hub) what is public and what is its own."""

    staff: bool
    endpoint: EndpointCode | None = None

    def may_see(self, entry: Entry) -> bool:
        """Whether an entry is for this audience."""
        if self.staff or isinstance(entry.event, PUBLIC):
            return True
        return self.endpoint is not None and getattr(entry.event, "endpoint", None) == self.endpoint


@dataclass(eq=False, slots=True)
class Listener:
    """One open stream."""

    audience: Audience
    _entries: deque[bytes] = field(default_factory=deque)
    _latest: dict[str, bytes] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False

    async def frames(self, patience: float) -> list[bytes]:
        """Wait for something to send, `patience` seconds at most; entries come before the status that follows them."""
        if not self._news.is_set() and not self.closed:
            try:
                await asyncio.wait_for(self._news.wait(), patience)
            except TimeoutError:
                return []
        self._news.clear()
        frames = [*self._entries, *self._latest.values()]
        self._entries.clear()
        self._latest.clear()
        return frames

    def put_entry(self, frame: bytes) -> None:
        """Queue one entry's frame; a listener too far behind is closed."""
        if len(self._entries) >= MOST_BEHIND:
            self.close()
            return
        self._entries.append(frame)
        self._news.set()

    def put_latest(self, name: str, frame: bytes) -> None:
        """Replace what was to be sent under this name."""
        self._latest[name] = frame
        self._news.set()

    def close(self) -> None:
        """End the stream after what is queued."""
        self.closed = True
        self._news.set()


class Feed:
    """Everybody who listens to one room."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()

    @property
    def sites(self) -> set[EndpointCode]:
        """The sites that listen."""
        codes = (listener.audience.endpoint for listener in self.listeners)
        return {code for code in codes if code is not None}

    def listen(self, audience: Audience) -> Listener:
        """Add a listener; it gets everything announced from now on."""
        listener = Listener(audience)
        self.listeners.add(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        """Remove a listener."""
        self.listeners.discard(listener)

    def announce(self, entries: Iterable[Entry]) -> None:
        """Tell everybody, in order, what may be told to them; each frame is made once."""
        for entry in entries:
            frame = frame_of(entry)
            for listener in self.listeners:
                if listener.audience.may_see(entry):
                    listener.put_entry(frame)

    def show(self, name: str, *, staff: bytes, sites: bytes | None) -> None:
        """Replace the latest frame of a name; `sites` None: the sites are not shown it."""
        for listener in self.listeners:
            frame = staff if listener.audience.staff else sites
            if frame is not None:
                listener.put_latest(name, frame)

    def show_to(self, endpoint: EndpointCode, name: str, frame: bytes) -> None:
        """Replace the latest frame of a name on the streams of one site."""
        for listener in self.listeners:
            if listener.audience.endpoint == endpoint:
                listener.put_latest(name, frame)

    def show_out(self, endpoint: EndpointCode) -> None:
        """End the streams of one site."""
        for listener in self.listeners:
            if listener.audience.endpoint == endpoint:
                listener.close()

    def close(self) -> None:
        """End every stream."""
        for listener in self.listeners:
            listener.close()


def frame_of(entry: Entry) -> bytes:
    """Write one entry as a server-sent event; its id is the seq to resume from."""
    return sse("journal", canonical(body_of(entry)), event_id=str(entry.seq))


def body_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as clients see it; `docs/protocol.md`, event stream."""
    return {
        "seq": entry.seq,
        "at": rfc3339(entry.at),
        "actor": entry.actor,
        "kind": kind_of(entry.event),
        "data": encode(entry.event),
    }


def sse(name: str, data: str, *, event_id: str | None = None) -> bytes:
    """Write one server-sent event (HTML standard, section 9.2); `data` is JSON on one line."""
    head = f"id: {event_id}\n" if event_id is not None else ""
    return f"{head}event: {name}\ndata: {data}\n\n".encode()
