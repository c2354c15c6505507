"""The life of a briefing: its plan, its phases, and its place on the agenda."""

from dataclasses import dataclass
from enum import StrEnum

from server.core.events.plan import Plan
from server.core.events.series import CalendarDate
from server.core.ids import BriefingId


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

    date: CalendarDate | None = None  # what calendars know it by for ever; None: by its own UID


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
    together: tuple[BriefingId, ...] = ()  # dates of a series that one mail takes off: of the journal of the first


@dataclass(frozen=True, slots=True)
class AgendaMoved:
    """The chair moved to another agenda item."""

    index: int
