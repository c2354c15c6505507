"""What the meeting comes to: the secretary's notes, what becomes of them, and amendments of the record."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.core.ids import Actor, BriefingId, EndpointCode


class NoteKind(StrEnum):
    """What a note writes down."""

    RECOMMENDATION = "recommendation"  # a site asks or proposes something, and is owed an answer
    CONCLUSION = "conclusion"  # of the chair
    TASK = "task"  # somebody is to do something
    REPORT = "report"  # a task whose result is handed in
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Note:
    """What the secretary wrote down. Which fields a kind uses is in `server.core.results`; the others are empty."""

    kind: NoteKind
    text: str
    about: datetime  # the moment of the meeting it belongs to
    turn: int | None = None  # the number of the turn it belongs to
    endpoint: EndpointCode | None = None  # the site that recommends, or that the task is for
    addressee: str = ""  # who is to answer a recommendation
    owner: str = ""  # who is to do a task; a site is named by `endpoint`
    partners: tuple[str, ...] = ()  # the bodies that co-operate
    due: str = ""  # 2026-12-15, 2026-12 or 2026-Q4; nothing: no date was set


class TaskState(StrEnum):
    """How far a task is. Whether it is late follows from its date and today's, so it is no state."""

    OPEN = "open"
    IN_WORK = "in_work"
    DONE = "done"  # and a report: handed in
    CARRIED_OVER = "carried_over"  # to another briefing, or another year
    RETURNED = "returned"  # to be done again, or better


class AmendmentSubject(StrEnum):
    """What an amendment of the record is about."""

    TURN = "turn"
    ATTENDANCE = "attendance"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SecretaryNamed:
    """Somebody has begun to write notes as a secretary, and so keeps the minutes."""

    secretary: Actor
    name: str  # as the account had it then


@dataclass(frozen=True, slots=True)
class NoteTaken:
    """The secretary wrote something down."""

    number: int  # in this briefing: 1, 2, 3, ...
    note: Note


@dataclass(frozen=True, slots=True)
class NoteAmended:
    """A note was written anew; it is kept whole, as it then was."""

    number: int
    note: Note
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NoteRemoved:
    """A note does not count any more."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class NoteRestored:
    """A removed note counts again."""

    number: int


@dataclass(frozen=True, slots=True)
class RecommendationAnswered:
    """Whoever was asked has answered; a later answer does not replace an earlier one."""

    number: int
    by: str
    text: str
    on: str  # the day of the answer, 2026-12-15


@dataclass(frozen=True, slots=True)
class TaskMoved:
    """A task is further, or not as far as it seemed."""

    number: int
    state: TaskState
    on: str  # the day it became so, 2026-12-15
    comment: str = ""
    due: str = ""  # from now on; nothing: as before


@dataclass(frozen=True, slots=True)
class NoteCarriedOver:
    """What is unfinished goes on in another briefing, or another year."""

    number: int
    briefing: BriefingId | None = None
    year: int | None = None
    comment: str = ""
    due: str = ""  # from now on; nothing: as before


@dataclass(frozen=True, slots=True)
class TaskAppraised:
    """Somebody commented on what was done, or handed in."""

    number: int
    by: str
    text: str
    due: str = ""  # until when the comment is to be dealt with


@dataclass(frozen=True, slots=True)
class RecordAmended:
    """Something is to be read beside the record of a closed briefing; what it is about stays as it is."""

    number: int  # in this briefing: 1, 2, 3, ...
    subject: AmendmentSubject
    text: str
    reason: str
    turn: int | None = None  # of a turn: its number
    endpoint: EndpointCode | None = None  # of an attendance: the site
