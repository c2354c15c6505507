"""What the meeting comes to: the rules of the secretary's notes, of what becomes of them, and of amendments.

Notes may be taken while the briefing runs and after it has ended; an entry about an entry never changes it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from server.core.briefing import require
from server.core.deadlines import day, deadline
from server.core.errors import Conflict, Invalid, NotFound
from server.core.events import (
    AmendmentSubject,
    Event,
    Note,
    NoteAmended,
    NoteCarriedOver,
    NoteKind,
    NoteRemoved,
    NoteRestored,
    NoteTaken,
    RecommendationAnswered,
    RecordAmended,
    SecretaryNamed,
    TaskAppraised,
    TaskMoved,
    TaskState,
)
from server.core.ids import Actor, BriefingId, EndpointCode
from server.core.presence import NotInvited
from server.core.queue import ReasonNeeded
from server.core.state import TASKS, Briefing, Noted, Phase
from server.core.text import require_whole

LONGEST_NOTE = 5000
"""Characters of a note, an answer, an appraisal or an amendment."""

LONGEST_NAME = 300
"""Characters of an owner, an addressee, a co-operating body, a reason or a comment."""

MOST_NOTES = 2000
MOST_PARTNERS = 30
MOST_REVISIONS = 500
MOST_AMENDMENTS = 1000

_TASK = frozenset({"endpoint", "owner", "partners", "due"})
FIELDS: Mapping[NoteKind, frozenset[str]] = MappingProxyType(
    {
        NoteKind.RECOMMENDATION: frozenset({"endpoint", "addressee"}),
        NoteKind.CONCLUSION: frozenset(),
        NoteKind.TASK: _TASK,
        NoteKind.REPORT: _TASK,
        NoteKind.REMARK: frozenset({"endpoint"}),
    }
)
"""What each kind of note says besides its text, its moment and its turn."""

_OPTIONAL = _TASK | {"addressee"}

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


class NoSuchNote(NotFound):
    """There is no note of that number; it may belong to another briefing."""

    code = "no_such_note"


class NoteIsRemoved(Conflict):
    """This note has been removed; restore it first."""

    code = "note_is_removed"


class NoteIsThere(Conflict):
    """This note has not been removed; there is nothing to restore."""

    code = "note_is_there"


class StaleNote(Conflict):
    """Somebody else changed this note since you read it; read it again and repeat your change."""

    code = "stale_note"


class NoteText(Invalid):
    """A note needs a text of at most 5000 characters, and its names and reasons at most 300; correct it."""

    code = "note_text"


class NoteField(Invalid):
    """This kind of note has no such field; leave it out, or choose another kind."""

    code = "note_field"


class NoteMoment(Invalid):
    """A note is about a moment between the opening of the lobby and now; correct the time."""

    code = "note_moment"


class NoSuchTurn(Invalid):
    """No turn of that number has been given yet; look at the turns again."""

    code = "no_such_turn"


class TooManyNotes(Conflict):
    """This briefing has as many notes, or changes of one note, as it can have."""

    code = "too_many_notes"


class KindFixed(Conflict):
    """Something has become of this note already, so its kind stays; remove it and write another."""

    code = "kind_fixed"


class NotATask(Conflict):
    """Only tasks and reports have states and appraisals, only recommendations have answers; choose another note."""

    code = "not_a_task"


class IllegalTaskMove(Conflict):
    """The task is not in a state that allows this; look at its present state."""

    code = "illegal_task_move"


class DayToCome(Invalid):
    """What has happened did not happen on a day to come; correct the date."""

    code = "day_to_come"


class NowhereToCarry(Invalid):
    """What is carried over goes on in another briefing, or in a year to come; name one of the two."""

    code = "nowhere_to_carry"


def keep_minutes(briefing: Briefing, _now: datetime, *, secretary: Actor, name: str) -> tuple[Event, ...]:
    """Name who begins to write notes as a secretary.

    Who begins after the meeting has ended, when others have kept its minutes, puts them right and keeps them not.
    """
    named = briefing.results.secretaries
    if secretary in named or (named and briefing.phase is Phase.CLOSED):
        return ()
    return (SecretaryNamed(secretary, name),)


def take(briefing: Briefing, now: datetime, *, note: Note) -> tuple[Event, ...]:
    """Write a note down. Its number is the next one of the briefing.

    The same about the same moment is the same note: a request made again, for its answer was lost, changes nothing.
    """
    require(briefing, "note")
    if _numbers(briefing, note):
        return ()
    _check(briefing, now, note)
    if len(briefing.results.notes) >= MOST_NOTES:
        raise TooManyNotes(f"{MOST_NOTES} notes")
    return (NoteTaken(len(briefing.results.notes) + 1, note),)


def number_of(briefing: Briefing, note: Note) -> int:
    """Return the number of exactly this note. Raises NoSuchNote where it has not been taken, or is removed."""
    if not (numbers := _numbers(briefing, note)):
        raise NoSuchNote
    return numbers[0]


def _numbers(briefing: Briefing, note: Note) -> list[int]:
    return [number for number, one in briefing.results.notes.items() if one.note == note and not one.removed]


def amend(
    briefing: Briefing, now: datetime, *, number: int, note: Note, reason: str = "", revision: int | None = None
) -> tuple[Event, ...]:
    """Write a note anew, whole; after the briefing has ended, with a reason. The same again changes nothing.

    `revision` is the one the writer had read, None to write over anything. Raises StaleNote.
    """
    before = _standing(briefing, number, revision)
    if note == before.note:
        return ()
    _check(briefing, now, note)
    _check_reason(reason, needed=briefing.phase is Phase.CLOSED)
    if note.kind is not before.note.kind and _has_come_of(before):
        raise KindFixed(str(number))
    return (NoteAmended(number, note, reason),)


def remove(
    briefing: Briefing, _now: datetime, *, number: int, reason: str, revision: int | None = None
) -> tuple[Event, ...]:
    """Let a note count no more, and say why."""
    _standing(briefing, number, revision)
    _check_reason(reason, needed=True)
    return (NoteRemoved(number, reason),)


def restore(briefing: Briefing, _now: datetime, *, number: int) -> tuple[Event, ...]:
    """Let a removed note count again."""
    if not _known(briefing, number).removed:
        raise NoteIsThere(str(number))
    return (NoteRestored(number),)


def answer(
    briefing: Briefing, _now: datetime, *, number: int, by: str, text: str, on: str, today: date
) -> tuple[Event, ...]:
    """Note what was answered to a recommendation; `on` is the day, `today` the day where the meeting is."""
    if _standing(briefing, number).note.kind is not NoteKind.RECOMMENDATION:
        raise NotATask(str(number))
    _check_text(text)
    _check_names(by)
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
    _check_reason(event.comment, needed=event.state is TaskState.RETURNED)
    deadline(event.due)
    _check_past(event.on, today)
    return (replace(event, number=number),)


def carry_over(
    briefing: Briefing, _now: datetime, *, number: int, event: NoteCarriedOver, today: date
) -> tuple[Event, ...]:
    """Let a task, or a recommendation nobody has answered, go on in another briefing or a year to come.

    The same again changes nothing, unless it sets another date.
    """
    before = _standing(briefing, number)
    if before.note.kind not in TASKS | {NoteKind.RECOMMENDATION}:
        raise NotATask(str(number))
    if before.finished:
        raise IllegalTaskMove(str(number))
    _require_legal(before, TaskState.CARRIED_OVER)
    _check_destination(briefing, event, today)
    _check_reason(event.comment)
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
    _check_text(text)
    _check_names(by)
    deadline(due)
    return (TaskAppraised(number, by, text, due),)


def amend_record(
    briefing: Briefing,
    _now: datetime,
    *,
    subject: AmendmentSubject,
    text: str,
    reason: str,
    turn: int | None = None,
    endpoint: EndpointCode | None = None,
) -> tuple[Event, ...]:
    """Put something beside the record of a closed briefing; what it is about stays as it is."""
    require(briefing, "amend_record")
    _check_text(text)
    _check_reason(reason, needed=True)
    if (turn is None) is (subject is AmendmentSubject.TURN):
        raise NoSuchTurn("an amendment of a turn names it, and no other does")
    if (endpoint is None) is (subject is AmendmentSubject.ATTENDANCE):
        raise NotInvited("an amendment of an attendance names its site, and no other does")
    _check_places(briefing, turn, endpoint)
    if briefing.results.amendments >= MOST_AMENDMENTS:
        raise TooManyNotes(f"{MOST_AMENDMENTS} amendments")
    return (RecordAmended(briefing.results.amendments + 1, subject, text, reason, turn, endpoint),)


def _known(briefing: Briefing, number: int) -> Noted:
    """Return a note, removed or not, of a briefing whose notes may be changed."""
    require(briefing, "note")
    noted = briefing.results.notes.get(number)
    if noted is None:
        raise NoSuchNote(str(number))
    if noted.revision >= MOST_REVISIONS:
        raise TooManyNotes(f"{MOST_REVISIONS} changes")
    return noted


def _standing(briefing: Briefing, number: int, revision: int | None = None) -> Noted:
    """Return a note that counts, in the revision that was read."""
    noted = _known(briefing, number)
    if revision is not None and revision != noted.revision:
        raise StaleNote(f"you read revision {revision}, it is {noted.revision} now")
    if noted.removed:
        raise NoteIsRemoved(str(number))
    return noted


def _task(briefing: Briefing, number: int) -> Noted:
    noted = _standing(briefing, number)
    if noted.note.kind not in TASKS:
        raise NotATask(str(number))
    return noted


def _require_legal(before: Noted, state: TaskState) -> None:
    if before.state not in LEGAL[state]:
        raise IllegalTaskMove(f"a task that is {before.state} cannot become {state}")


def _has_come_of(noted: Noted) -> bool:
    """Whether something hangs on the note's kind: answers, appraisals, or a state."""
    return noted.answers + noted.appraisals > 0 or noted.state is not TaskState.OPEN


def _destination(noted: Noted) -> tuple[BriefingId | None, int | None]:
    return (noted.carried_to, noted.carried_year) if noted.state is TaskState.CARRIED_OVER else (None, None)


def _check(briefing: Briefing, now: datetime, note: Note) -> None:
    """Raise a refusal for a note that nobody can mean."""
    _check_text(note.text)
    _check_names(note.addressee, note.owner, *note.partners)
    if len(note.partners) > MOST_PARTNERS or not all(one.strip() for one in note.partners):
        raise NoteField(f"at most {MOST_PARTNERS} co-operating bodies, each with a name")
    odd = sorted(field for field in _OPTIONAL - FIELDS[note.kind] if getattr(note, field))
    if odd:
        raise NoteField(", ".join(odd))
    deadline(note.due)
    _check_places(briefing, note.turn, note.endpoint)
    if briefing.opened_at is None or not briefing.opened_at <= note.about <= now:
        raise NoteMoment


def _check_places(briefing: Briefing, turn: int | None, endpoint: EndpointCode | None) -> None:
    if turn is not None and not 1 <= turn <= briefing.floor.turns:
        raise NoSuchTurn(str(turn))
    if endpoint is not None and endpoint not in briefing.planned.endpoints:
        raise NotInvited(endpoint)


def _check_destination(briefing: Briefing, event: NoteCarriedOver, today: date) -> None:
    if (event.briefing is None) is (event.year is None) or event.briefing == briefing.id:
        raise NowhereToCarry
    if event.year is not None and not today.year <= event.year <= today.year + 10:
        raise NowhereToCarry(str(event.year))


def _check_text(text: str) -> None:
    if not text.strip() or len(text) > LONGEST_NOTE:
        raise NoteText
    require_whole(text)


def _check_names(*texts: str) -> None:
    if any(len(text) > LONGEST_NAME for text in texts):
        raise NoteText
    require_whole(*texts)


def _check_reason(reason: str, *, needed: bool = False) -> None:
    if needed and not reason.strip():
        raise ReasonNeeded
    _check_names(reason)


def _check_past(on: str, today: date) -> None:
    if day(on) > today:
        raise DayToCome(on)
