"""What the meeting came to: notes with all that became of them, and amendments; from the journal alone.

What a note says now stands first, how it came to that behind it: nothing that was ever written is lost.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.core.deadlines import Lateness, day, deadline, lateness
from server.core.errors import Invalid
from server.core.events import (
    AmendmentSubject,
    Note,
    NoteAmended,
    NoteCarriedOver,
    NoteKind,
    NoteRemoved,
    NoteRestored,
    NoteTaken,
    RecommendationAnswered,
    RecordAmended,
    TaskAppraised,
    TaskMoved,
    TaskState,
)
from server.core.ids import Actor, BriefingId, EndpointCode
from server.core.journal import Entry
from server.core.state import TASKS, Noted, Results
from server.core.state.results import MOVES

NAMELESS = ""
"""How no site is called."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a note said from a moment on."""

    at: datetime
    author: Actor
    reason: str
    note: Note
    name: str  # of its endpoint


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a recommendation."""

    at: datetime
    author: Actor
    by: str
    text: str
    on: str  # the day of the answer


@dataclass(frozen=True, slots=True)
class Move:
    """A task came into a state."""

    at: datetime
    author: Actor
    state: TaskState
    on: str  # the day; nothing for what was carried over
    comment: str
    due: str  # from then on; nothing: as before
    briefing: BriefingId | None  # where to it was carried over
    year: int | None


@dataclass(frozen=True, slots=True)
class Appraisal:
    """A comment on what was done or handed in."""

    at: datetime
    author: Actor
    by: str
    text: str
    due: str
    settled: bool  # the task was done, again, after it


@dataclass(frozen=True, slots=True)
class Removal:
    """A note does not count."""

    at: datetime
    author: Actor
    reason: str


@dataclass(frozen=True, slots=True)
class Restoration:
    """A note that had been removed counts again."""

    at: datetime
    author: Actor


@dataclass(frozen=True, slots=True)
class RecordedNote:
    """A note as it stands, and how it came to that."""

    number: int
    kind: NoteKind
    text: str
    about: datetime  # the moment of the meeting it belongs to
    turn: int | None
    endpoint: EndpointCode | None
    name: str  # of the endpoint
    addressee: str
    owner: str
    partners: tuple[str, ...]
    due: str  # 2026-12-15, 2026-12, 2026-Q4 or nothing
    state: TaskState
    done_on: str
    carried_to: BriefingId | None
    carried_year: int | None
    finished: bool
    revision: int
    taken_at: datetime
    taken_by: Actor
    removed: Removal | None
    restored: Restoration | None  # the last time, of a note that counts
    versions: tuple[Version, ...]  # in the order written; the last is what it says now, but for a date set since
    answers: tuple[Answer, ...]
    moves: tuple[Move, ...]
    appraisals: tuple[Appraisal, ...]

    @property
    def is_task(self) -> bool:
        """Whether it has a task's states."""
        return self.kind in TASKS

    @property
    def written(self) -> Version:
        """What was written down last: with the date that the meeting set, whatever has become of that since."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class RecordedAmendment:
    """Something to be read beside the record; what it is about stays as it is."""

    number: int
    at: datetime
    author: Actor
    subject: AmendmentSubject
    turn: int | None
    endpoint: EndpointCode | None
    name: str  # of the endpoint
    text: str
    reason: str


Names = Callable[[EndpointCode], str]


def results(entries: Iterable[Entry], names: Names) -> tuple[tuple[RecordedNote, ...], tuple[RecordedAmendment, ...]]:
    """Return the notes and the amendments of one briefing, each by number; removed notes too.

    `entries` are all of a journal, or those about notes alone.
    """
    state, about, amendments = Results(), dict[int, list[Entry]](), list[RecordedAmendment]()
    for entry in entries:
        event = entry.event
        if type(event) not in MOVES:
            continue
        state = MOVES[type(event)](state, event, entry.at)
        if isinstance(event, RecordAmended):
            amendments.append(_amendment(entry, event, names))
        elif (number := getattr(event, "number", None)) is not None:
            about.setdefault(number, []).append(entry)
    notes = (_recorded(number, noted, about[number], names) for number, noted in sorted(state.notes.items()))
    return tuple(notes), tuple(amendments)


def lateness_of(note: RecordedNote, today: date) -> Lateness | None:
    """Say how late a task is, or was when it was done; None without a date, and for what is no task."""
    if not note.is_task:
        return None
    try:
        due = deadline(note.due)
        return None if due is None else lateness(due, day(note.done_on) if note.done_on else today)
    except Invalid:  # a journal may hold what the rules would have refused
        return None


def is_overdue(note: RecordedNote, today: date) -> bool:
    """Whether something remains to be done, and its last day has passed: of the task, or of what was said of it."""
    if note.finished or not note.is_task:
        return False
    done = note.state is TaskState.DONE
    dues = [one.due for one in note.appraisals if not one.settled] if done else [note.due]
    return any(_is_past(due, today) for due in dues)


def _is_past(due: str, today: date) -> bool:
    try:
        read = deadline(due)
    except Invalid:  # a journal may hold what the rules would have refused
        return False
    return read is not None and read.last < today


def _recorded(number: int, noted: Noted, entries: Sequence[Entry], names: Names) -> RecordedNote:
    """Put one note together from its state and the entries about it."""
    note, first = noted.note, next(entry for entry in entries if isinstance(entry.event, NoteTaken))
    return RecordedNote(
        number=number,
        kind=note.kind,
        text=note.text,
        about=note.about,
        turn=note.turn,
        endpoint=note.endpoint,
        name=_name(note.endpoint, names),
        addressee=note.addressee,
        owner=note.owner,
        partners=note.partners,
        due=note.due,
        state=noted.state,
        done_on=noted.done_on,
        carried_to=noted.carried_to,
        carried_year=noted.carried_year,
        finished=noted.finished,
        revision=noted.revision,
        taken_at=first.at,
        taken_by=first.actor,
        removed=_removal(entries) if noted.removed else None,
        restored=None if noted.removed else _restoration(entries),
        versions=_versions(entries, names),
        answers=_answers(entries),
        moves=_moves(entries),
        appraisals=_appraisals(entries),
    )


def _versions(entries: Sequence[Entry], names: Names) -> tuple[Version, ...]:
    return tuple(version for entry in entries if (version := _version(entry, names)) is not None)


def _version(entry: Entry, names: Names) -> Version | None:
    match entry.event:
        case NoteTaken(note=note):
            return Version(entry.at, entry.actor, "", note, _name(note.endpoint, names))
        case NoteAmended(note=note, reason=reason):
            return Version(entry.at, entry.actor, reason, note, _name(note.endpoint, names))
    return None


def _answers(entries: Sequence[Entry]) -> tuple[Answer, ...]:
    given = [(entry, entry.event) for entry in entries]
    return tuple(
        Answer(entry.at, entry.actor, event.by, event.text, event.on)
        for entry, event in given
        if isinstance(event, RecommendationAnswered)
    )


def _moves(entries: Sequence[Entry]) -> tuple[Move, ...]:
    return tuple(move for entry in entries if (move := _move(entry)) is not None)


def _move(entry: Entry) -> Move | None:
    match entry.event:
        case TaskMoved() as event:
            return Move(entry.at, entry.actor, event.state, event.on, event.comment, event.due, None, None)
        case NoteCarriedOver() as event:
            carried = TaskState.CARRIED_OVER
            return Move(entry.at, entry.actor, carried, "", event.comment, event.due, event.briefing, event.year)
    return None


def _appraisals(entries: Sequence[Entry]) -> tuple[Appraisal, ...]:
    """Return the comments; what was done after one has settled it."""
    done = [
        entry.seq for entry in entries if isinstance(entry.event, TaskMoved) and entry.event.state is TaskState.DONE
    ]
    last_done = max(done, default=0)
    made = [(entry, entry.event) for entry in entries]
    return tuple(
        Appraisal(entry.at, entry.actor, event.by, event.text, event.due, last_done > entry.seq)
        for entry, event in made
        if isinstance(event, TaskAppraised)
    )


def _removal(entries: Sequence[Entry]) -> Removal | None:
    """Return the last removal, of a note that is removed."""
    for entry in reversed(entries):
        if isinstance(entry.event, NoteRemoved):
            return Removal(entry.at, entry.actor, entry.event.reason)
        if isinstance(entry.event, NoteRestored):
            return None
    return None


def _restoration(entries: Sequence[Entry]) -> Restoration | None:
    """Return when a note that counts was restored last."""
    restored = [entry for entry in entries if isinstance(entry.event, NoteRestored)]
    return Restoration(restored[-1].at, restored[-1].actor) if restored else None


def _amendment(entry: Entry, event: RecordAmended, names: Names) -> RecordedAmendment:
    return RecordedAmendment(
        number=event.number,
        at=entry.at,
        author=entry.actor,
        subject=event.subject,
        turn=event.turn,
        endpoint=event.endpoint,
        name=_name(event.endpoint, names),
        text=event.text,
        reason=event.reason,
    )


def _name(endpoint: EndpointCode | None, names: Names) -> str:
    return NAMELESS if endpoint is None else names(endpoint)
