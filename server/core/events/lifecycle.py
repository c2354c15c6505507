"""The life of a briefing: its plan, its phases, and its place on the agenda."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.core.events.floor import QueuePolicy
from server.core.ids import EndpointCode, RosterName


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


class ClosedBecause(StrEnum):
    """Why a briefing closed."""

    CHAIR = "chair"
    HARD_END = "hard_end"


@dataclass(frozen=True, slots=True)
class BriefingDrafted:
    """An organizer wrote down a briefing."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class BriefingEdited:
    """The plan was changed; it is kept whole, as it then was."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class BriefingScheduled:
    """The briefing was published to its sites."""


@dataclass(frozen=True, slots=True)
class BriefingOpened:
    """The lobby is open: sites may join and check in."""


@dataclass(frozen=True, slots=True)
class BriefingStarted:
    """The meeting has begun."""


@dataclass(frozen=True, slots=True)
class BriefingClosed:
    """The meeting is over."""

    reason: ClosedBecause


@dataclass(frozen=True, slots=True)
class BriefingCancelled:
    """The meeting will not take place."""

    reason: str


@dataclass(frozen=True, slots=True)
class AgendaMoved:
    """The chair moved to another agenda item."""

    index: int
