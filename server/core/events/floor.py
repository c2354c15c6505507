"""The floor: hands are raised, turns are given, held and ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.core.ids import EndpointCode


class TurnEndedBecause(StrEnum):
    """Why a turn ended."""

    RELEASED = "released"  # the speaker gave the floor back
    REVOKED = "revoked"  # the chair took it
    PREEMPTED = "preempted"  # the chair gave it to another
    LOST = "lost"  # the site dropped and did not return in time
    CLOSED = "closed"  # the briefing ended


@dataclass(frozen=True, slots=True)
class FloorRequested:
    """A site raised its hand."""

    endpoint: EndpointCode
    speaker: str
    topic: str


@dataclass(frozen=True, slots=True)
class RequestWithdrawn:
    """A raised hand came down."""

    endpoint: EndpointCode


@dataclass(frozen=True, slots=True)
class QueueReordered:
    """The chair changed the order of the queue."""

    endpoints: tuple[EndpointCode, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class EndpointPutOnDeck:
    """The chair asked a waiting site to get ready."""

    endpoint: EndpointCode


@dataclass(frozen=True, slots=True)
class FloorGranted:
    """A site may speak: its turn began."""

    endpoint: EndpointCode
    speaker: str
    topic: str


@dataclass(frozen=True, slots=True)
class TurnHeld:
    """The speaking site dropped; its turn waits until then for its media, or for the site if it had none."""

    endpoint: EndpointCode
    until: datetime
    media: bool


@dataclass(frozen=True, slots=True)
class TurnResumed:
    """The speaking site came back in time."""

    endpoint: EndpointCode


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """A site's turn is over."""

    endpoint: EndpointCode
    started_at: datetime
    ended_at: datetime
    reason: TurnEndedBecause
    speaker: str = ""
    topic: str = ""
