"""The record as files: JSON (everything), CSV (a table at a time, for spreadsheets), RTTM (speech, for its tools).

Each names the head of the journal that it was made from, and itself by its label, so that it can be made again and
compared.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from types import MappingProxyType

from server.core.events import Attendance, Delegate, NoteKind, encode, rfc3339
from server.records.attendance import Attended
from server.records.disagreements import Disagreement
from server.records.filed import FiledDocument, FiledPaper
from server.records.label import Label, Part
from server.records.presented import PresentedContent
from server.records.record import Record
from server.records.results import RecordedAmendment, RecordedNote
from server.records.spoken import SpokenSegment, SpokenTurn, seconds_between

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet run a cell as a formula (OWASP, "CSV injection")."""

Cell = str | int | float | bool | datetime | None


def as_json(record: Record, label: Label) -> bytes:
    """Write the whole record; times are RFC 3339 in UTC, durations seconds."""
    whole = {"export": label.text, **encode(record)}
    return json.dumps(whole, ensure_ascii=False, indent=2).encode() + b"\n"


def as_csv(record: Record, label: Label) -> bytes:
    """Write one table (RFC 4180), with a byte order mark because Excel takes UTF-8 without one for something else.

    The last line is a comment: `# journal head`, its seq, its hash and the label. Durations are whole seconds: a
    spreadsheet set to Vietnamese takes 12.345 for twelve thousand; JSON has the milliseconds.
    """
    columns, rows = _TABLES[Part(label.form.part)](record)
    footer = ("# journal head", record.head.seq, record.head.hash, label.text)
    return written(columns, [*rows, (*footer, *[""] * (len(columns) - len(footer)))])


def written(columns: Iterable[str], rows: Iterable[Iterable[Cell]]) -> bytes:
    """Write a table for spreadsheets (RFC 4180), with a byte order mark."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(columns)
    table.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_rttm(record: Record, label: Label) -> bytes:
    """Write the speech that others could hear as SPEAKER lines (Rich Transcription Time Marked, NIST RT-09).

    Times are seconds since the lobby opened, to the millisecond. A speaker is CODE_NAME, without spaces. The comments
    are one word each: the most used reader of the format, pyannote, takes every line for fields.
    """
    origin = record.briefing.opened_at
    lines = [
        f";;{label.text}",
        f";;journal-head={record.head.seq}:{record.head.hash}",
        f";;origin={rfc3339(origin) if origin else 'never-opened'}",
    ]
    if origin is not None:
        lines += [_speaker_line(record, segment, origin) for segment in record.speech if segment.on_air]
    return "".join(f"{line}\n" for line in lines).encode()


def _speaker_line(record: Record, segment: SpokenSegment, origin: datetime) -> str:
    start = seconds_between(origin, segment.started_at)
    speaker = "_".join([segment.endpoint, *segment.name.split()])
    return f"SPEAKER {record.briefing.id} 1 {start:.3f} {segment.seconds:.3f} <NA> <NA> {speaker} <NA> <NA>"


def _cell(value: Cell) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return str(round(value))
        case datetime():
            return rfc3339(value)
        case int():
            return str(value)
    return defused(value)


def defused(text: str) -> str:
    """Return the text so that no spreadsheet runs it: an apostrophe before what would begin a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


Table = tuple[tuple[str, ...], Iterable[tuple[Cell, ...]]]


def _turns(record: Record) -> Table:
    columns = tuple(field.name for field in fields(SpokenTurn))
    return columns, (tuple(getattr(turn, column) for column in columns) for turn in record.turns)


def _speech(record: Record) -> Table:
    columns = tuple(field.name for field in fields(SpokenSegment))
    return columns, (tuple(getattr(segment, column) for column in columns) for segment in record.speech)


def _disagreements(record: Record) -> Table:
    columns = tuple(field.name for field in fields(Disagreement))
    return columns, (tuple(getattr(one, column) for column in columns) for one in record.disagreements)


def _presented(record: Record) -> Table:
    columns = tuple(field.name for field in fields(PresentedContent))
    return columns, (tuple(getattr(one, column) for column in columns) for one in record.presented)


def _attendance(record: Record) -> Table:
    columns = tuple(field.name for field in fields(Attended) if field.name not in _IN_WORDS)
    rows = (
        (*(getattr(one, column) for column in columns), len(one.intervals), _present(one), *_named(one))
        for one in record.attendance
    )
    return (*columns, "times_joined", "delegates_present", "delegates", "delegates_announced", "announced"), rows


_IN_WORDS = frozenset({"intervals", "delegates", "announced"})
"""What is counted and written out instead of standing there as it is."""


def _named(one: Attended) -> tuple[Cell, ...]:
    return _people(one.delegates), len(one.announced), _people(one.announced)


def _present(one: Attended) -> int:
    return sum(delegate.attendance is not Attendance.ABSENT for delegate in one.delegates)


def _people(delegates: Iterable[Delegate]) -> str:
    return "; ".join(_person(delegate) for delegate in delegates)


def _person(delegate: Delegate) -> str:
    details = [*delegate.positions, delegate.attendance.value, delegate.reason]
    return f"{delegate.name} ({', '.join(detail for detail in details if detail)})"


_NOTE = ("number", "kind", "text", "endpoint", "name", "turn", "about")
"""The columns of every note."""

_TAKEN = ("taken_at", "taken_by", "revision")
_OF_A_TASK = ("owner", "partners", "due", "state", "done_on", "carried_to", "carried_year")


def _notes(record: Record) -> Table:
    """Return every note, removed ones with the reason."""
    columns = (*_NOTE, *_TAKEN)
    rows = ((*_columns(note, columns), note.removed.reason if note.removed else None) for note in record.notes)
    return (*columns, "removed_because"), rows


def _recommendations(record: Record) -> Table:
    columns = (*_NOTE, "addressee", *_TAKEN)
    rows = (
        (*_columns(note, columns), "; ".join(f"{one.by} ({one.on}): {one.text}" for one in note.answers))
        for note in record.notes
        if note.kind is NoteKind.RECOMMENDATION and note.removed is None
    )
    return (*columns, "answers"), rows


def _tasks(record: Record) -> Table:
    columns = (*_NOTE, *_OF_A_TASK, *_TAKEN)
    return columns, (_columns(note, columns) for note in record.notes if note.is_task and note.removed is None)


def _amendments(record: Record) -> Table:
    columns = tuple(field.name for field in fields(RecordedAmendment))
    return columns, (_columns(one, columns) for one in record.amendments)


def _documents(record: Record) -> Table:
    columns = tuple(field.name for field in fields(FiledDocument) if field.name not in {"endpoints", "fetched"})
    rows = (
        (*(getattr(one, column) for column in columns), "; ".join(one.endpoints), _fetches(one))
        for one in record.documents
    )
    return (*columns, "endpoints", "fetched"), rows


def _fetches(document: FiledDocument) -> str:
    return "; ".join(f"{one.name} ({rfc3339(one.at)})" for one in document.fetched)


def _papers(record: Record) -> Table:
    columns = tuple(field.name for field in fields(FiledPaper))
    return columns, (tuple(getattr(one, column) for column in columns) for one in record.papers)


def _columns(one: RecordedNote | RecordedAmendment, columns: Iterable[str]) -> tuple[Cell, ...]:
    values = (getattr(one, column) for column in columns)
    return tuple("; ".join(value) if isinstance(value, tuple) else value for value in values)


_TABLES: Mapping[Part, Callable[[Record], Table]] = MappingProxyType(
    {
        Part.TURNS: _turns,
        Part.SPEECH: _speech,
        Part.DISAGREEMENTS: _disagreements,
        Part.PRESENTED: _presented,
        Part.ATTENDANCE: _attendance,
        Part.NOTES: _notes,
        Part.RECOMMENDATIONS: _recommendations,
        Part.TASKS: _tasks,
        Part.AMENDMENTS: _amendments,
        Part.DOCUMENTS: _documents,
        Part.PAPERS: _papers,
    }
)
