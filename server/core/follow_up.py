"""Following up what meetings came to: which notes of all briefings are asked for, and where they are."""

from dataclasses import dataclass
from datetime import date, datetime

from server.core.events import NoteKind, TaskState
from server.core.ids import BriefingId, EndpointCode, RosterName
from server.core.state import TASKS

FOLLOWED = TASKS | {NoteKind.RECOMMENDATION}
"""The kinds of note that somebody has to do something about."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which notes of all briefings; None: whichever."""

    kinds: frozenset[NoteKind] = FOLLOWED
    unfinished: bool = False  # only what remains to be done
    state: TaskState | None = None
    late_on: date | None = None  # only what is unfinished after its last day, on that day
    roster: RosterName | None = None
    endpoint: EndpointCode | None = None
    owner: str = ""  # the owner, or a recommendation's addressee


@dataclass(frozen=True, slots=True)
class Found:
    """Where a note is, and what is said of its briefing."""

    briefing: BriefingId
    title: str
    starts_at: datetime
    roster: RosterName
    number: int
