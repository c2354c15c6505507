"""What a room needs from outside: where journals are kept, who is told, and the rules that are bound to a call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from server.core.events import Event
from server.core.ids import Actor, BriefingId, EndpointCode
from server.core.journal import Entry
from server.core.state import Briefing
from server.core.status import PlaceOf, ServiceStatus

if TYPE_CHECKING:
    from server.live.room import Room

Decision = Callable[[Briefing, datetime], tuple[Event, ...]]
"""A rule of the core with its arguments bound: state and now in, events out, or a UserError and nothing happens."""


@dataclass(frozen=True, slots=True)
class Move:
    """What was decided in one room, and is not stored yet."""

    before: Briefing
    entries: Sequence[Entry]
    after: Briefing


class Ledger(Protocol):
    """Where journals are kept."""

    async def append(self, entries: Sequence[Entry], *, before: Briefing, after: Briefing) -> bool:
        """Store entries and their read rows in one transaction; False when another writer was first."""

    async def load(self, briefing: BriefingId, *, after: int = 0) -> Sequence[Entry]:
        """Return the entries after a seq, in order."""

    async def hear(self, briefing: BriefingId, actor: Actor, at: datetime) -> None:
        """Let every process that serves these journals know that the acting chair's page was heard of."""

    async def heard(self, briefing: BriefingId, actor: Actor) -> datetime | None:
        """Return when a process last heard of somebody's page; None: never, or nobody knows."""


class Route(Protocol):
    """Tells the media plane what a briefing's program is, at once."""

    def __call__(
        self,
        briefing: BriefingId,
        on_air: EndpointCode | None,
        on_deck: tuple[EndpointCode, ...],
        presenting: EndpointCode | None,
        /,
        *,
        recording: bool,
    ) -> None:
        """Put a site (None: only the hub) on air, warm up the next ones, show one's content, write the stage down."""


@dataclass(frozen=True, slots=True)
class World:
    """What a room needs from outside."""

    ledger: Ledger
    grace: timedelta  # how long a speaker that dropped keeps the floor, and a presenter the content slot
    clock: Callable[[], datetime]
    route: Route
    place_of: Callable[[Briefing], PlaceOf]
    service: Callable[[], ServiceStatus]  # how the service itself is
    changed: Callable[[Room], None]  # called after each change, to have the status shown
    moved: Callable[[Briefing, Briefing], Awaitable[None]]  # called after a change of plan, phase or reminders
