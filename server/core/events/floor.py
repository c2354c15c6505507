"""The floor: hands are raised, turns are given, held and ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.core.ids import EndpointCode


class QueuePolicy(StrEnum):
    """By which rule the queue is ordered. What the chair has put in order stays before what the rule orders."""

    ASKED = "asked"  # in the order of asking
    AGENDA = "agenda"  # by agenda item: the registered speakers of an item, then the hands raised during it
    LEAST_SPOKEN = "least_spoken"  # who has had the floor for the shortest time first
    CHAIR = "chair"  # the chair's own order; whoever asks comes last


class TurnEndedBecause(StrEnum):
    """Why a turn ended."""

    RELEASED = "released"  # the speaker gave the floor back
    REVOKED = "revoked"  # the chair took it
    PREEMPTED = "preempted"  # the chair gave it to another
    LOST = "lost"  # the site dropped and did not return in time
    CLOSED = "closed"  # the briefing ended
    UNDONE = "undone"  # the chair had not meant to give it


class UndoneMove(StrEnum):
    """What the chair took back."""

    TURN_ENDED = "turn_ended"
    GRANTED = "granted"
    DENIED = "denied"
    REORDERED = "reordered"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class FloorRequested:
    """Somebody asked to speak: a site raised its hand, somebody in the hub's room did, or the plan names them."""

    endpoint: EndpointCode
    speaker: str
    topic: str
    request: int = 0  # its number in this briefing: 1, 2, 3, ...; 0 in journals that did not count yet
    asked_by: str = ""  # who asked on the speaker's behalf; nobody: the endpoint itself
    registered: bool = False  # in the plan, beforehand
    item: int | None = None  # the agenda item it belongs to, counted from 0


@dataclass(frozen=True, slots=True)
class RequestWithdrawn:
    """A raised hand came down."""

    endpoint: EndpointCode
    request: int = 0  # 0: the only one it had


@dataclass(frozen=True, slots=True)
class RequestAmended:
    """Another speaker or another topic, at the same place in the queue."""

    endpoint: EndpointCode
    request: int
    speaker: str
    topic: str


@dataclass(frozen=True, slots=True)
class RequestDenied:
    """The chair took a request out of the queue."""

    endpoint: EndpointCode
    request: int
    reason: str


@dataclass(frozen=True, slots=True)
class QueueReordered:
    """The chair changed the order of the queue."""

    endpoints: tuple[EndpointCode, ...]
    reason: str
    requests: tuple[int, ...] = ()  # the same order by number; nothing in journals that did not count yet


@dataclass(frozen=True, slots=True)
class QueuePolicySet:
    """The queue follows another rule from now on; what the chair had put in order is ordered by it, too."""

    policy: QueuePolicy
    reason: str


@dataclass(frozen=True, slots=True)
class EndpointPutOnDeck:
    """The chair asked a waiting site to get ready."""

    endpoint: EndpointCode
    request: int = 0


@dataclass(frozen=True, slots=True)
class EndpointSkipped:
    """It was this site's turn and it could not be seen or heard: another was given the floor, it keeps its place."""

    endpoint: EndpointCode
    request: int
    reason: str


@dataclass(frozen=True, slots=True)
class FloorGranted:
    """A site, or somebody in the hub's room, may speak: a turn began."""

    endpoint: EndpointCode
    speaker: str
    topic: str
    turn: int = 0  # its number in this briefing: 1, 2, 3, ...; 0 in journals that did not count yet
    request: int = 0  # the request it answers; 0: none, it was invited
    allotted: int | None = None  # seconds; None: no limit
    out_of_order: bool = False  # the chair passed over others who waited
    recalled: bool = False  # it had spoken before and was called back
    reason: str = ""  # of the chair, for passing over others


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
class TurnPaused:
    """The chair interrupted the speaker, who keeps the turn and is not heard meanwhile."""

    endpoint: EndpointCode


@dataclass(frozen=True, slots=True)
class TurnContinued:
    """The chair gave the interrupted speaker the floor back."""

    endpoint: EndpointCode


@dataclass(frozen=True, slots=True)
class TurnExtended:
    """The speaker's time was made longer, or shorter."""

    endpoint: EndpointCode
    seconds: int  # more; negative: less
    allotted: int  # seconds in all, from now on


@dataclass(frozen=True, slots=True)
class EveryoneMuted:
    """Nobody but the hub is heard until the chair says so."""


@dataclass(frozen=True, slots=True)
class MuteLifted:
    """Whoever has the floor may be heard again."""


@dataclass(frozen=True, slots=True)
class MoveUndone:
    """The chair took the last move back; the turn that began then, if one did, goes on."""

    what: UndoneMove
    endpoint: EndpointCode | None = None
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """A site's turn is over."""

    endpoint: EndpointCode
    started_at: datetime
    ended_at: datetime
    reason: TurnEndedBecause
    speaker: str = ""
    topic: str = ""
