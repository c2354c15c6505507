"""The results' state: the notes as they now stand, and what each event makes of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from server.core import events as e
from server.core.ids import Actor, BriefingId


@dataclass(frozen=True, slots=True)
class Noted:
    """One note as it now stands."""

    note: e.Note
    revision: int = 1  # how often anything about it was written down
    removed: bool = False
    state: e.TaskState = e.TaskState.OPEN  # of a task, or a recommendation that is carried over
    done_on: str = ""  # the day a task was done; nothing while it is not
    answers: int = 0  # to a recommendation
    appraisals: int = 0  # of a task
    pending: tuple[str, ...] = ()  # until when its appraisals are to be dealt with, since it was done last
    carried_to: BriefingId | None = None
    carried_year: int | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing remains to be done: a recommendation is answered, a task done and no appraisal of it open."""
        if self.note.kind is e.NoteKind.RECOMMENDATION:
            return self.answers > 0
        return self.note.kind not in TASKS or (self.state is e.TaskState.DONE and not self.pending)


TASKS = frozenset({e.NoteKind.TASK, e.NoteKind.REPORT})
"""The kinds of note that have a task's states."""


@dataclass(frozen=True, slots=True)
class Results:
    """What the meeting has come to so far."""

    notes: Mapping[int, Noted] = field(default_factory=lambda: MappingProxyType({}))  # by number, removed ones too
    amendments: int = 0
    secretaries: tuple[Actor, ...] = ()  # who keeps the minutes, in the order in which they began


def _named(results: Results, event: e.SecretaryNamed, _at: datetime) -> Results:
    return replace(results, secretaries=(*results.secretaries, event.secretary))


def _taken(results: Results, event: e.NoteTaken, _at: datetime) -> Results:
    return replace(results, notes=MappingProxyType({**results.notes, event.number: Noted(event.note)}))


def _amended(results: Results, event: e.NoteAmended, _at: datetime) -> Results:
    return _with(results, event.number, note=event.note)


def _removed(results: Results, event: e.NoteRemoved, _at: datetime) -> Results:
    return _with(results, event.number, removed=True)


def _restored(results: Results, event: e.NoteRestored, _at: datetime) -> Results:
    return _with(results, event.number, removed=False)


def _answered(results: Results, event: e.RecommendationAnswered, _at: datetime) -> Results:
    noted = results.notes.get(event.number)
    return results if noted is None else _with(results, event.number, answers=noted.answers + 1)


def _moved(results: Results, event: e.TaskMoved, _at: datetime) -> Results:
    """Change a task's state; what is done, or done again, has dealt with its appraisals."""
    done = {"done_on": event.on, "pending": ()} if event.state is e.TaskState.DONE else {"done_on": ""}
    return _with(_with_due(results, event.number, event.due), event.number, state=event.state, **done)


def _carried_over(results: Results, event: e.NoteCarriedOver, _at: datetime) -> Results:
    return _with(
        _with_due(results, event.number, event.due),
        event.number,
        state=e.TaskState.CARRIED_OVER,
        done_on="",
        carried_to=event.briefing,
        carried_year=event.year,
    )


def _appraised(results: Results, event: e.TaskAppraised, _at: datetime) -> Results:
    noted = results.notes.get(event.number)
    if noted is None:
        return results
    pending = (*noted.pending, event.due) if event.due else noted.pending
    return _with(results, event.number, appraisals=noted.appraisals + 1, pending=pending)


def _record_amended(results: Results, _event: e.RecordAmended, _at: datetime) -> Results:
    return replace(results, amendments=results.amendments + 1)


def _with(results: Results, number: int, **changes: Any) -> Results:
    """Change one note, which makes another revision of it."""
    noted = results.notes.get(number)
    if noted is None:
        return results
    changed = replace(noted, revision=noted.revision + 1, **changes)
    return replace(results, notes=MappingProxyType({**results.notes, number: changed}))


def _with_due(results: Results, number: int, due: str) -> Results:
    """Set another date for a note, as a part of something else that happens to it."""
    noted = results.notes.get(number)
    if noted is None or not due:
        return results
    changed = replace(noted, note=replace(noted.note, due=due))
    return replace(results, notes=MappingProxyType({**results.notes, number: changed}))


MOVES: Mapping[type, Callable[[Results, Any, datetime], Results]] = MappingProxyType(
    {
        e.SecretaryNamed: _named,
        e.NoteTaken: _taken,
        e.NoteAmended: _amended,
        e.NoteRemoved: _removed,
        e.NoteRestored: _restored,
        e.RecommendationAnswered: _answered,
        e.TaskMoved: _moved,
        e.NoteCarriedOver: _carried_over,
        e.TaskAppraised: _appraised,
        e.RecordAmended: _record_amended,
    }
)
