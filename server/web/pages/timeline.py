"""Speaking drawn to scale: the whole meeting on one axis, and each turn as a bar. Lengths are in a width of 1000."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.core.ids import HUB
from server.records.record import Record
from server.records.spoken import SpokenTurn

WIDTH = 1000.0
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 240)
"""Minutes between marks on the axis."""

MOST_MARKS = 10


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a line."""

    x: float
    width: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment on the axis."""

    x: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole meeting: what was granted above, what was heard on air below."""

    granted: tuple[Span, ...]
    heard: tuple[Span, ...]  # of sites
    hub: tuple[Span, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One turn: how long it was granted, to the scale of the longest turn, and where in it somebody was heard."""

    width: float
    heard: tuple[Span, ...]


def timeline_of(record: Record) -> Timeline | None:
    """Lay the meeting out from its beginning, or a turn before it, to its end so far; None before anything happened."""
    begin = min((at for at in (record.briefing.started_at, *_granted_at(record)) if at), default=None)
    end = record.briefing.ended_at or record.as_of
    if begin is None or end <= begin:
        return None
    scale = WIDTH / (end - begin).total_seconds()

    def span(start: datetime, stop: datetime, label: str) -> Span:
        return Span(seconds(begin, start) * scale, seconds(start, stop) * scale, label)

    on_air = [piece for piece in record.speech if piece.on_air and piece.ended_at > begin]
    return Timeline(
        granted=tuple(
            span(turn.granted_at, turn.ended_at or end, f"{turn.number}. {turn.name}") for turn in record.turns
        ),
        heard=tuple(span(one.started_at, one.ended_at, one.name) for one in on_air if one.endpoint != HUB),
        hub=tuple(span(one.started_at, one.ended_at, one.name) for one in on_air if one.endpoint == HUB),
        marks=tuple(Mark(seconds(begin, at) * scale, at) for at in marks_between(begin, end)),
    )


def _granted_at(record: Record) -> tuple[datetime, ...]:
    return tuple(turn.granted_at for turn in record.turns)


def bars_of(record: Record) -> dict[int, Bar]:
    """Return every turn's bar, by its number."""
    length = {turn.number: seconds(turn.granted_at, turn.ended_at or record.as_of) for turn in record.turns}
    longest = max(length.values(), default=0.0)
    scale = WIDTH / longest if longest > 0 else 0.0
    return {turn.number: Bar(length[turn.number] * scale, heard_in(record, turn, scale)) for turn in record.turns}


def heard_in(record: Record, turn: SpokenTurn, scale: float) -> tuple[Span, ...]:
    """Return where in its turn a site was heard, cut to the turn."""
    stop = turn.ended_at or record.as_of
    pieces = [
        (max(piece.started_at, turn.granted_at), min(piece.ended_at, stop))
        for piece in record.speech
        if piece.turn == turn.number
    ]
    return tuple(
        Span(seconds(turn.granted_at, start) * scale, seconds(start, end) * scale, turn.name) for start, end in pieces
    )


def marks_between(begin: datetime, end: datetime) -> list[datetime]:
    """Return round moments, ten at most, from the first after the beginning."""
    minutes = seconds(begin, end) / 60
    step = timedelta(minutes=next((step for step in STEPS if minutes / step <= MOST_MARKS), STEPS[-1]))
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight + step * -((midnight - begin) // step)
    count = max(0, (end - first) // step + 1)
    return [first + step * place for place in range(count)]


def seconds(start: datetime, stop: datetime) -> float:
    """Return how long it is from one moment to another, never less than nothing."""
    return max(0.0, (stop - start).total_seconds())
