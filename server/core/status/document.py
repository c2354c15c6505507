"""The status document and its parts, as `docs/protocol.md` has it: shapes alone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.core.events import AgendaItem, BriefingKind, QueuePolicy, UndoneMove
from server.core.history import AsOf
from server.core.ids import Actor, BriefingId, EndpointCode
from server.core.line import LineHealth
from server.core.readiness import Readiness
from server.core.state import Phase


@dataclass(frozen=True, slots=True)
class Place:
    """What a roster says of an endpoint."""

    name: str
    region: str


@dataclass(frozen=True, slots=True)
class CheckInStatus:
    """A check-in in numbers."""

    at: datetime
    revision: int
    local_chair: str
    headcount: int
    present: int
    absent: int


@dataclass(frozen=True, slots=True)
class EndpointStatus:
    """One endpoint's line of the status page."""

    code: EndpointCode
    name: str
    region: str
    presence: str  # absent, present, lost
    late: bool
    last_seen: datetime | None
    check_in: CheckInStatus | None
    publishing: bool
    stopped: str | None  # why it sends no more, in the journal's word; None while it sends, or never did
    health: LineHealth | None


@dataclass(frozen=True, slots=True)
class TurnStatus:
    """Who speaks."""

    endpoint: EndpointCode  # a site's, or the hub's for somebody in its room
    name: str
    speaker: str
    topic: str
    started_at: datetime
    held_until: datetime | None
    number: int  # of the turn in this briefing
    paused: bool  # the chair has interrupted it
    allotted: int | None  # seconds; None: no limit
    spent: float  # seconds of it so far
    standing: bool  # its clock stands: the turn is held or paused


@dataclass(frozen=True, slots=True)
class RequestStatus:
    """Who waits."""

    endpoint: EndpointCode
    name: str
    speaker: str
    topic: str
    asked_at: datetime
    request: int  # its number in this briefing
    asked_by: str  # who asked on the speaker's behalf
    registered: bool  # in the plan, beforehand
    item: int | None  # the agenda item it belongs to
    placed: bool  # the chair has put it where it is
    spent: float  # seconds of turns that are over


@dataclass(frozen=True, slots=True)
class UndoStatus:
    """The chair's last move, while it may be taken back."""

    what: UndoneMove
    at: datetime


@dataclass(frozen=True, slots=True)
class FloorStatus:
    """The floor as everybody sees it."""

    turn: TurnStatus | None
    queue: tuple[RequestStatus, ...]
    on_deck: tuple[EndpointCode, ...]
    policy: QueuePolicy
    muted: bool  # nobody but the hub may be heard
    undo: UndoStatus | None
    deck: tuple[Readiness, ...] = ()  # whether those who get ready could be seen and heard now
    called: tuple[int, ...] = ()  # the requests that get ready, in the order in which they are called


@dataclass(frozen=True, slots=True)
class Deputy:
    """Somebody at the chair's page who does not act as the chair."""

    actor: Actor
    name: str


@dataclass(frozen=True, slots=True)
class ChairStatus:
    """Who acts as the chair, and who could."""

    actor: Actor | None  # None: nobody
    name: str
    since: datetime | None
    attended: bool  # a page holds the lease
    deputies: tuple[Deputy, ...]


@dataclass(frozen=True, slots=True)
class ContentStatus:
    """Who presents."""

    presenter: EndpointCode  # a site's, or the hub's
    name: str
    since: datetime
    publishing: bool  # a picture of it arrives


class RecordingState(StrEnum):
    """How a recording that runs fares."""

    RECORDING = "recording"
    FAILED = "failed"  # nothing is written at the moment


@dataclass(frozen=True, slots=True)
class RecordingStatus:
    """The stage is being recorded, and everybody is told."""

    since: datetime
    state: RecordingState


@dataclass(frozen=True, slots=True)
class RehearsalStatus:
    """The room is open to rehearse."""

    number: int
    since: datetime
    until: datetime  # when it ends by itself


@dataclass(frozen=True, slots=True)
class PlannedRehearsal:
    """A rehearsal to come."""

    number: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class GoStatus:
    """What an operator decided over all lines."""

    go: bool
    at: datetime
    name: str  # whose decision it is
    not_go: tuple[EndpointCode, ...]  # the sites that were not go then
    names: tuple[str, ...]  # of those sites, in their order
    note: str


@dataclass(frozen=True, slots=True)
class AgendaStatus:
    """The agenda and the place on it."""

    items: tuple[AgendaItem, ...]
    current: int | None


@dataclass(frozen=True, slots=True)
class HubStatus:
    """The hub's own media."""

    publishing: bool
    health: LineHealth | None


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers everybody asks for."""

    endpoints: int
    present: int
    checked_in: int
    publishing: int
    late: int
    headcount: int


@dataclass(frozen=True, slots=True)
class MediaStatus:
    """The media plane as a whole."""

    since: datetime | None  # when it came up: a session made earlier may be gone; None: it is down


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something is wrong with the service itself, not with a site."""

    code: str  # stable; what there is stands in `docs/protocol.md`
    since: datetime


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """How the service itself is."""

    media: MediaStatus
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """The status document of `docs/protocol.md`."""

    id: BriefingId
    seq: int
    now: datetime
    title: str
    kind: BriefingKind
    state: Phase
    starts_at: datetime
    ends_at: datetime
    opened_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    counts: Counts
    floor: FloorStatus
    content: ContentStatus | None  # None: nobody presents
    recording: RecordingStatus | None  # None: nothing is recorded
    chair: ChairStatus
    agenda: AgendaStatus
    hub: HubStatus
    endpoints: tuple[EndpointStatus, ...]
    media: MediaStatus
    alarms: tuple[Alarm, ...]
    rehearsal: RehearsalStatus | None = None  # None: none runs
    rehearsals: tuple[PlannedRehearsal, ...] = ()  # to come, the earliest first
    go: GoStatus | None = None  # None: nothing was decided, or it does not count any more
    as_of: AsOf | None = None  # None: this is the present
