"""What events leave in the tables that reports read: pure, from entries to statements.

A kind that is not in the table below changes no read row of its own; the briefing's row is the journal's business.
"""

import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any

from sqlalchemy import Executable, bindparam, insert, update

from server.core import events as e
from server.core.events import encode
from server.core.journal import Entry
from server.store.tables import CheckInRow, ConnectionRow, FileRow, ResultEntryRow, SpeechRow, TurnRow, table_of

Values = list[dict[str, Any]]
"""One dictionary of values for each row that a statement touches."""

Result = (
    e.NoteTaken
    | e.NoteAmended
    | e.NoteRemoved
    | e.NoteRestored
    | e.RecommendationAnswered
    | e.TaskMoved
    | e.NoteCarriedOver
    | e.TaskAppraised
    | e.RecordAmended
)

_CONNECTION = table_of(ConnectionRow)
_CHECK_IN = table_of(CheckInRow)
_TURN = table_of(TurnRow)
_SPEECH = table_of(SpeechRow)
_RESULT_ENTRY = table_of(ResultEntryRow)
_FILE = table_of(FileRow)


def statements(entries: Sequence[Entry]) -> Iterator[tuple[Executable, Values]]:
    """Return the statements to execute, in order; neighbours of one kind share one."""
    for kind, run in groupby(entries, key=lambda entry: type(entry.event)):
        if kind in _WRITES:
            statement, values_of = _WRITES[kind]
            yield statement, [values_of(entry, entry.event) for entry in run]


def _made(entry: Entry) -> dict[str, Any]:
    return {"briefing_id": entry.briefing, "seq": entry.seq}


def _joined(entry: Entry, event: e.EndpointJoined) -> dict[str, Any]:
    return _made(entry) | {"endpoint": event.endpoint, "connection": event.connection, "joined_at": entry.at}


def _left(entry: Entry, event: e.EndpointLeft) -> dict[str, Any]:
    return {
        "of_briefing": entry.briefing,
        "of_endpoint": event.endpoint,
        "of_connection": event.connection,
        "left_at": entry.at,
        "reason": event.reason.value,
    }


def _checked_in(entry: Entry, event: e.EndpointCheckedIn) -> dict[str, Any]:
    attested = event.check_in
    return _made(entry) | {
        "endpoint": event.endpoint,
        "revision": event.revision,
        "at": entry.at,
        "local_chair": attested.local_chair,
        "headcount": attested.headcount,
        "delegates": encode(attested.delegates),
    }


def _granted(entry: Entry, event: e.FloorGranted) -> dict[str, Any]:
    return _made(entry) | {
        "endpoint": event.endpoint,
        "speaker": event.speaker,
        "topic": event.topic,
        "granted_at": entry.at,
    }


def _turn_ended(entry: Entry, event: e.TurnEnded) -> dict[str, Any]:
    return {
        "of_briefing": entry.briefing,
        "of_endpoint": event.endpoint,
        "ended_at": event.ended_at,
        "reason": event.reason.value,
    }


def _turn_reopened(entry: Entry, event: e.MoveUndone) -> dict[str, Any]:
    return {"of_briefing": entry.briefing, "of_endpoint": event.endpoint, "of_granted_at": event.started_at}


def _heard(entry: Entry, event: e.SpeechDetected) -> dict[str, Any]:
    return _made(entry) | {
        "endpoint": event.endpoint,
        "started_at": event.started_at,
        "ended_at": event.ended_at,
        "on_air": event.on_air,
        "loudest": event.loudest,
    }


def _result(entry: Entry, _event: Result) -> dict[str, Any]:
    return _made(entry)


def _named(entry: Entry, event: e.DocumentAttached | e.PaperHandedIn) -> dict[str, Any]:
    return _made(entry) | {"sha256": event.file.sha256}


_END_CONNECTION = (
    update(_CONNECTION)
    .where(
        _CONNECTION.c.briefing_id == bindparam("of_briefing"),
        _CONNECTION.c.endpoint == bindparam("of_endpoint"),
        _CONNECTION.c.connection == bindparam("of_connection"),
        _CONNECTION.c.left_at.is_(None),
    )
    .values(left_at=bindparam("left_at"), reason=bindparam("reason"))
)

_END_TURN = (
    update(_TURN)
    .where(
        _TURN.c.briefing_id == bindparam("of_briefing"),
        _TURN.c.endpoint == bindparam("of_endpoint"),
        _TURN.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("ended_at"), reason=bindparam("reason"))
)

_REOPEN_TURN = (
    update(_TURN)
    .where(
        _TURN.c.briefing_id == bindparam("of_briefing"),
        _TURN.c.endpoint == bindparam("of_endpoint"),
        _TURN.c.granted_at == bindparam("of_granted_at"),
    )
    .values(ended_at=None, reason=None)
)

_WRITES: Mapping[type[e.Event], tuple[Executable, Callable[[Entry, Any], dict[str, Any]]]] = MappingProxyType(
    {
        e.EndpointJoined: (insert(_CONNECTION), _joined),
        e.EndpointLeft: (_END_CONNECTION, _left),
        e.EndpointCheckedIn: (insert(_CHECK_IN), _checked_in),
        e.FloorGranted: (insert(_TURN), _granted),
        e.TurnEnded: (_END_TURN, _turn_ended),
        e.MoveUndone: (_REOPEN_TURN, _turn_reopened),
        e.SpeechDetected: (insert(_SPEECH), _heard),
        e.DocumentAttached: (insert(_FILE), _named),
        e.PaperHandedIn: (insert(_FILE), _named),
        **dict.fromkeys(typing.get_args(Result), (insert(_RESULT_ENTRY), _result)),
    }
)
