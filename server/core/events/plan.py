"""What an organizer decides about a briefing before it begins: a part of the events that keep it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from server.core.events.floor import QueuePolicy
from server.core.ids import EndpointCode, RosterName


class BriefingKind(StrEnum):
    """What sort of meeting it is."""

    REGULAR = "regular"
    QUICK_NOTIFICATION = "quick_notification"  # one way: the hub speaks, the sites listen
    YEAR_REVIEW = "year_review"


class Classification(StrEnum):
    """How secret a briefing is, the least first (Law on the Protection of State Secrets 2018, article 8)."""

    NONE = "none"
    INTERNAL = "internal"  # not for the public, and no state secret
    CONFIDENTIAL = "confidential"  # Mật
    SECRET = "secret"  # noqa: S105 - Tối mật
    TOP_SECRET = "top_secret"  # noqa: S105 - Tuyệt mật


class ItemKind(StrEnum):
    """The kinds of agenda item, in the order they usually come."""

    OPENING = "opening"
    REPORT = "report"
    DIRECTIVE = "directive"
    DISCUSSION = "discussion"
    CONCLUSION = "conclusion"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class RegisteredSpeaker:
    """Somebody who is to speak, known beforehand."""

    endpoint: EndpointCode  # a site's, or HUB for somebody in the hub's room
    speaker: str
    topic: str = ""


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One line of the agenda."""

    title: str
    minutes: int  # planned
    kind: ItemKind = ItemKind.DISCUSSION
    endpoint: EndpointCode | None = None  # the site that presents it, if one does
    speakers: tuple[RegisteredSpeaker, ...] = ()  # in the order in which they are to speak
    document: str = ""  # what it is about, as the office cites it: "Nghị quyết số 57-NQ/TW"
    id: str = field(default="", compare=False)  # which item of this agenda it is, however it is changed or moved


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a briefing reports on, the last one included: other days than that of the meeting."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a part in the briefing."""

    name: str
    position: str = ""


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody who presides."""

    name: str
    position: str = ""
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Technician:
    """Somebody to call when the technology fails."""

    name: str
    contact: str  # a telephone number, mostly


@dataclass(frozen=True, slots=True)
class ExpectedDelegates:
    """Whom some endpoints are to send."""

    positions: tuple[str, ...]  # in the order in which they are listed at the check-in
    endpoints: tuple[EndpointCode, ...] = ()  # none: every endpoint that no other list names


@dataclass(frozen=True, slots=True)
class Plan:
    """What the organizer decides about a briefing before it begins."""

    title: str
    starts_at: datetime
    ends_at: datetime
    roster: RosterName
    endpoints: tuple[EndpointCode, ...]  # in roster order
    agenda: tuple[AgendaItem, ...] = ()
    names: tuple[str, ...] = ()  # of the endpoints, in their order: what the roster called them when this was written
    turn_minutes: int | None = None  # what a speaker gets; None: no limit
    queue_policy: QueuePolicy = QueuePolicy.ASKED  # as the lobby opens
    kind: BriefingKind = BriefingKind.REGULAR
    number: str = ""  # as the office counts its briefings
    period: Period | None = None
    classification: Classification = Classification.NONE
    presiding: tuple[Official, ...] = ()  # by rank; exactly one leads, when there are any
    moderator: Person | None = None
    secretary: Person | None = None
    technicians: tuple[Technician, ...] = ()
    place: str = ""  # of the hub's room
    dress: str = ""
    notes: str = ""
    expected: tuple[ExpectedDelegates, ...] = ()
