"""Which stretches of which files show a turn, and where each turn lies when the stage's files are played in order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from server.core import tape
from server.core.events import RecordingFailed, RecordingFlaw, RecordingResumed, RecordingStarted, RecordingStopped
from server.core.journal import Entry
from server.core.tape import Part, Slot
from server.records.chapters import timestamp, title
from server.records.spoken import SpokenTurn, meant

_LEAST: Final = timedelta(milliseconds=200)
"""What is shorter shows nothing of a turn."""

_NEARLY: Final = 500
"""Milliseconds at either end for which no file is cut."""

_MISSED: Final = timedelta(seconds=10)
"""A turn that was recorded less than this, and less than half, is missing."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one file."""

    part: Part
    begins: int  # milliseconds into the file
    ends: int

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the file, but for what nobody notices."""
        length = self.part.sealed.milliseconds if self.part.sealed else 0
        return self.begins <= _NEARLY and self.ends >= length - _NEARLY

    @property
    def began_at(self) -> datetime:
        """When what it shows first happened."""
        return self.part.began_at + timedelta(milliseconds=self.begins)


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which the stage was to be recorded."""

    began_at: datetime
    ended_at: datetime


def spans(entries: Iterable[Entry]) -> tuple[Span, ...]:
    """Find when the stage was to be recorded and the recorder was well, in order."""
    found: list[Span] = []
    began_at: datetime | None = None
    for entry in entries:
        match entry.event:
            case RecordingStarted() | RecordingResumed():
                began_at = began_at or entry.at
            case RecordingStopped() | RecordingFailed() if began_at is not None:
                found.append(Span(began_at, entry.at))
                began_at = None
    return tuple(found)


def pieces(parts: Iterable[Part], turn: SpokenTurn, now: datetime) -> tuple[Piece, ...]:
    """Find what shows who spoke in a turn, in order; of one that goes on, what there is until now."""
    return _within(turn, now, (part for part in tape.of(Slot.STAGE, parts) if part.source == turn.endpoint))


def presented(parts: Iterable[Part], turn: SpokenTurn, now: datetime) -> tuple[Piece, ...]:
    """Find what shows that which was presented during a turn, by whomever, in order."""
    return _within(turn, now, tape.of(Slot.CONTENT, parts))


def is_unfinished(parts: Iterable[Part], turn: SpokenTurn) -> bool:
    """Whether who spoke in a turn is in a file that has no end yet: it is being written, or was cut off."""
    unfinished = (part for part in tape.of(Slot.STAGE, parts) if part.sealed is None and part.source == turn.endpoint)
    return any(turn.ended_at is None or part.began_at < turn.ended_at for part in unfinished)


def _within(turn: SpokenTurn, now: datetime, parts: Iterable[Part]) -> tuple[Piece, ...]:
    """Return what of finished parts lies in a turn."""
    end = turn.ended_at or now
    found = (_piece(part, turn.granted_at, end) for part in parts if part.sealed)
    return tuple(piece for piece in found if piece is not None)


def _piece(part: Part, begin: datetime, end: datetime) -> Piece | None:
    begin, end = max(begin, part.began_at), min(end, part.ended_at)
    if end - begin < _LEAST:
        return None
    return Piece(part, _milliseconds(begin - part.began_at), _milliseconds(end - part.began_at))


def starts(parts: Sequence[Part]) -> tuple[int, ...]:
    """Tell where each part begins, in milliseconds, when all are played one after another."""
    return tuple(tape.milliseconds(parts[:place]) for place in range(len(parts)))


def chapters(parts: Sequence[Part], turns: Iterable[SpokenTurn], now: datetime) -> str:
    """Write WebVTT chapters: each turn where it lies when all parts of the stage are played one after another."""
    parts = tape.of(Slot.STAGE, parts)
    begins = dict(zip((part.number for part in parts), starts(parts), strict=True))
    cues = []
    for turn in meant(turns):
        if found := pieces(parts, turn, now):
            first, last = found[0], found[-1]
            begin, end = begins[first.part.number] + first.begins, begins[last.part.number] + last.ends
            cues.append(f"{turn.number}\n{timestamp(begin / 1000)} --> {timestamp(end / 1000)}\n{title(turn)}\n")
    return "\n".join(["WEBVTT\n", *cues])


def playlist(parts: Iterable[Part]) -> str:
    """Write an M3U playlist of the stage's files in their order, lengths in seconds."""
    stage = tape.of(Slot.STAGE, parts)
    lines = (f"#EXTINF:{tape.milliseconds((part,)) / 1000:.3f},{part.source}\n{part.file}" for part in stage)
    return "\n".join(["#EXTM3U", *lines, ""])


def missing(parts: Sequence[Part], turns: Iterable[SpokenTurn], spans: Sequence[Span]) -> tuple[RecordingFlaw, ...]:
    """Name the turns that were granted while the stage was to be recorded, and are not in any file."""
    return tuple(
        RecordingFlaw(f"turn {turn.number}", "not_recorded")
        for turn in turns
        if turn.ended_at is not None and _is_missing(parts, turn, spans)
    )


def _is_missing(parts: Sequence[Part], turn: SpokenTurn, spans: Sequence[Span]) -> bool:
    due = sum((_overlap(turn, span) for span in spans), timedelta())
    shown = timedelta(milliseconds=sum(piece.ends - piece.begins for piece in pieces(parts, turn, turn.granted_at)))
    return due - shown > _MISSED and shown < due / 2


def _overlap(turn: SpokenTurn, span: Span) -> timedelta:
    end = min(turn.ended_at or span.ended_at, span.ended_at)
    return max(timedelta(), end - max(turn.granted_at, span.began_at))


def _milliseconds(time: timedelta) -> int:
    return round(time / timedelta(milliseconds=1))
