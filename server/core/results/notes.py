"""The rules of the secretary's notes: taken, written anew, removed and restored."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from server.core.briefing import require
from server.core.deadlines import deadline
from server.core.events import (
    Event,
    Note,
    NoteAmended,
    NoteKind,
    NoteRemoved,
    NoteRestored,
    NoteTaken,
    SecretaryNamed,
    TaskState,
)
from server.core.ids import Actor
from server.core.results.checks import (
    MOST_NOTES,
    MOST_PARTNERS,
    check_names,
    check_places,
    check_reason,
    check_text,
    known,
    standing,
)
from server.core.results.refusals import (
    KindFixed,
    NoSuchNote,
    NoteField,
    NoteIsThere,
    NoteMoment,
    TooManyNotes,
)
from server.core.state import Briefing, Noted, Phase

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
    before = standing(briefing, number, revision)
    if note == before.note:
        return ()
    _check(briefing, now, note)
    check_reason(reason, needed=briefing.phase is Phase.CLOSED)
    if note.kind is not before.note.kind and _has_come_of(before):
        raise KindFixed(str(number))
    return (NoteAmended(number, note, reason),)


def remove(
    briefing: Briefing, _now: datetime, *, number: int, reason: str, revision: int | None = None
) -> tuple[Event, ...]:
    """Let a note count no more, and say why."""
    standing(briefing, number, revision)
    check_reason(reason, needed=True)
    return (NoteRemoved(number, reason),)


def restore(briefing: Briefing, _now: datetime, *, number: int) -> tuple[Event, ...]:
    """Let a removed note count again."""
    if not known(briefing, number).removed:
        raise NoteIsThere(str(number))
    return (NoteRestored(number),)


def _has_come_of(noted: Noted) -> bool:
    """Whether something hangs on the note's kind: answers, appraisals, or a state."""
    return noted.answers + noted.appraisals > 0 or noted.state is not TaskState.OPEN


def _check(briefing: Briefing, now: datetime, note: Note) -> None:
    """Raise a refusal for a note that nobody can mean."""
    check_text(note.text)
    check_names(note.addressee, note.owner, *note.partners)
    if len(note.partners) > MOST_PARTNERS or not all(one.strip() for one in note.partners):
        raise NoteField(f"at most {MOST_PARTNERS} co-operating bodies, each with a name")
    odd = sorted(field for field in _OPTIONAL - FIELDS[note.kind] if getattr(note, field))
    if odd:
        raise NoteField(", ".join(odd))
    deadline(note.due)
    check_places(briefing, note.turn, note.endpoint)
    if briefing.opened_at is None or not briefing.opened_at <= note.about <= now:
        raise NoteMoment
