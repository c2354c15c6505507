"""The rules of what becomes of notes: answers, states of tasks, what is carried over, and appraisals."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from server.core.deadlines import day, deadline
from server.core.events import (
    Event,
    NoteCarriedOver,
    NoteKind,
    RecommendationAnswered,
    TaskAppraised,
    TaskMoved,
    TaskState,
)
from server.core.ids import BriefingId
from server.core.results.checks import check_names, check_reason, check_text, standing
from server.core.results.refusals import DayToCome, IllegalTaskMove, NotATask, NoteField, NowhereToCarry
from server.core.state import TASKS, Briefing, Noted

LEGAL: Mapping[TaskState, frozenset[TaskState]] = MappingProxyType(
    {
        TaskState.OPEN: frozenset({TaskState.IN_WORK, TaskState.DONE, TaskState.CARRIED_OVER}),  # a mistake put right
        TaskState.IN_WORK: frozenset({TaskState.OPEN, TaskState.CARRIED_OVER, TaskState.RETURNED}),
        TaskState.DONE: frozenset({TaskState.OPEN, TaskState.IN_WORK, TaskState.CARRIED_OVER, TaskState.RETURNED}),
        TaskState.CARRIED_OVER: frozenset(
            {TaskState.OPEN, TaskState.IN_WORK, TaskState.CARRIED_OVER, TaskState.RETURNED}
        ),
        TaskState.RETURNED: frozenset({TaskState.DONE}),
    }
)
"""From which states a task may come into each."""


def answer(
    briefing: Briefing, _now: datetime, *, number: int, by: str, text: str, on: str, today: date
) -> tuple[Event, ...]:
    """Note what was answered to a recommendation; `on` is the day, `today` the day where the meeting is."""
    if standing(briefing, number).note.kind is not NoteKind.RECOMMENDATION:
        raise NotATask(str(number))
    check_text(text)
    check_names(by)
    _check_past(on, today)
    return (RecommendationAnswered(number, by, text, on),)


def move(briefing: Briefing, _now: datetime, *, number: int, event: TaskMoved, today: date) -> tuple[Event, ...]:
    """Move a task on; one that is returned needs a comment. What is carried over says where to: `carry_over`.

    What is done may be done again while an appraisal of it is to be dealt with.
    """
    before = _task(briefing, number)
    if event.state is TaskState.CARRIED_OVER:
        raise NowhereToCarry
    if not (event.state is before.state is TaskState.DONE and before.pending):
        _require_legal(before, event.state)
    check_reason(event.comment, needed=event.state is TaskState.RETURNED)
    deadline(event.due)
    _check_past(event.on, today)
    return (replace(event, number=number),)


def carry_over(
    briefing: Briefing, _now: datetime, *, number: int, event: NoteCarriedOver, today: date
) -> tuple[Event, ...]:
    """Let a task, or a recommendation nobody has answered, go on in another briefing or a year to come.

    The same again changes nothing, unless it sets another date.
    """
    before = standing(briefing, number)
    if before.note.kind not in TASKS | {NoteKind.RECOMMENDATION}:
        raise NotATask(str(number))
    if before.finished:
        raise IllegalTaskMove(str(number))
    _require_legal(before, TaskState.CARRIED_OVER)
    _check_destination(briefing, event, today)
    check_reason(event.comment)
    deadline(event.due)
    if event.due and before.note.kind not in TASKS:
        raise NoteField("due")
    again = (event.briefing, event.year) == _destination(before) and event.due in {"", before.note.due}
    return () if again else (replace(event, number=number),)


def appraise(
    briefing: Briefing, _now: datetime, *, number: int, by: str, text: str, due: str = ""
) -> tuple[Event, ...]:
    """Comment on what was done or handed in; `due` is until when the comment is to be dealt with."""
    _task(briefing, number)
    check_text(text)
    check_names(by)
    deadline(due)
    return (TaskAppraised(number, by, text, due),)


def _task(briefing: Briefing, number: int) -> Noted:
    noted = standing(briefing, number)
    if noted.note.kind not in TASKS:
        raise NotATask(str(number))
    return noted


def _require_legal(before: Noted, state: TaskState) -> None:
    if before.state not in LEGAL[state]:
        raise IllegalTaskMove(f"a task that is {before.state} cannot become {state}")


def _destination(noted: Noted) -> tuple[BriefingId | None, int | None]:
    return (noted.carried_to, noted.carried_year) if noted.state is TaskState.CARRIED_OVER else (None, None)


def _check_destination(briefing: Briefing, event: NoteCarriedOver, today: date) -> None:
    if (event.briefing is None) is (event.year is None) or event.briefing == briefing.id:
        raise NowhereToCarry
    if event.year is not None and not today.year <= event.year <= today.year + 10:
        raise NowhereToCarry(str(event.year))


def _check_past(on: str, today: date) -> None:
    if day(on) > today:
        raise DayToCome(on)
