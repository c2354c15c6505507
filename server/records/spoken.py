"""Who spoke: the turns that were granted, and the speech that was heard."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from server.core.events import FloorGranted, MoveUndone, SpeechDetected, TurnEnded, TurnEndedBecause, TurnExtended
from server.core.ids import EndpointCode
from server.core.journal import Entry
from server.core.state.floor import MOVES, Floor, Turn
from server.records.interruptions import FOR_EVER, Span, interruptions, without

SLIVER = timedelta(milliseconds=300)
"""Speech this short before or after a turn's edge is not cut off there: levels come in windows, and a turn does not."""


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A site had the floor. One that has it still has no end."""

    number: int  # 1, 2, 3, ... in the order granted
    endpoint: EndpointCode
    name: str
    speaker: str
    topic: str
    granted_at: datetime
    ended_at: datetime | None
    seconds: float | None
    reason: TurnEndedBecause | None
    heard_seconds: float  # of detected speech on air within the turn
    waited_seconds: float = 0.0  # of it in which the site could not speak: its line was lost, or the chair interrupted
    allotted: int | None = None  # seconds; None: no limit
    out_of_order: bool = False  # the chair passed over others who waited
    recalled: bool = False  # it had spoken before and was called back
    why: str = ""  # what the chair said of that


@dataclass(frozen=True, slots=True)
class SpokenSegment:
    """Somebody was heard speaking at a site or at the hub."""

    endpoint: EndpointCode
    name: str
    started_at: datetime
    ended_at: datetime
    seconds: float
    on_air: bool  # whether others could hear it
    loudest: int  # -dBov
    turn: int | None  # the number of the turn it falls into
    speaker: str = ""  # named for that turn


def spoken(
    entries: Sequence[Entry], names: Callable[[EndpointCode], str]
) -> tuple[tuple[SpokenTurn, ...], tuple[SpokenSegment, ...]]:
    """Return the turns in the order granted and the speech in the order begun.

    Speech falls into a turn when it was on air and is within it. The hub is always on air, and a site is that has two
    turns in a row: their speech is cut where a turn begins, ends or is interrupted, so that each speaker has their own.
    Pieces that touch within one turn are put together again.
    """
    turns, heard = _told(entries, names)
    heard.sort(key=lambda event: event.started_at)
    audible = _audible(turns, interruptions(entries))
    segments = [_segment(piece, turn, names) for event in heard for piece, turn in _shared_out(event, audible)]
    segments.sort(key=lambda segment: segment.started_at)
    return _with_heard_seconds(turns, segments), _joined(segments)


def _told(
    entries: Iterable[Entry], names: Callable[[EndpointCode], str]
) -> tuple[Sequence[SpokenTurn], list[SpeechDetected]]:
    """Return the turns, in the order granted, and the speech as it was detected."""
    floor = Floor()
    by_number: dict[int, SpokenTurn] = {}
    heard: list[SpeechDetected] = []
    for entry in entries:
        if isinstance(entry.event, SpeechDetected):
            heard.append(entry.event)
        elif type(entry.event) in MOVES:
            floor = MOVES[type(entry.event)](floor, entry.event, entry.at)
            _follow(by_number, floor, entry, names)
    return list(by_number.values()), heard


def _follow(turns: dict[int, SpokenTurn], floor: Floor, entry: Entry, names: Callable[[EndpointCode], str]) -> None:
    """Note what an entry, after which the floor is as given, has made of the turns."""
    turn = floor.turn
    match entry.event:
        case FloorGranted() as event if turn is not None:
            turns[turn.number] = _begun(turn, event, names(event.endpoint))
        case TurnEnded() as event if floor.past:
            past = floor.past[-1]
            turns[past.number] = _ended(turns[past.number], event, past.spent.total_seconds())
        case TurnExtended(allotted=allotted) if turn is not None:
            turns[turn.number] = replace(turns[turn.number], allotted=allotted)
        case MoveUndone() if turn is not None:  # the turn that was cut short goes on
            cut = turns[turn.number]
            turns[turn.number] = replace(cut, ended_at=None, seconds=None, reason=None, waited_seconds=0.0)


def _begun(turn: Turn, event: FloorGranted, name: str) -> SpokenTurn:
    return SpokenTurn(
        number=turn.number,
        endpoint=turn.endpoint,
        name=name,
        speaker=turn.speaker,
        topic=turn.topic,
        granted_at=turn.started_at,
        ended_at=None,
        seconds=None,
        reason=None,
        heard_seconds=0.0,
        allotted=turn.allotted,
        out_of_order=event.out_of_order,
        recalled=event.recalled,
        why=event.reason,
    )


def _ended(turn: SpokenTurn, event: TurnEnded, spent: float) -> SpokenTurn:
    seconds = seconds_between(turn.granted_at, event.ended_at)
    waited = max(0.0, round(seconds - spent, 3))
    return replace(turn, ended_at=event.ended_at, seconds=seconds, reason=event.reason, waited_seconds=waited)


Audible = Mapping[EndpointCode, Sequence[tuple[Span, SpokenTurn]]]
"""When the turns of each endpoint could be heard, in order."""


def _audible(turns: Iterable[SpokenTurn], interrupted: Mapping[int, Sequence[Span]]) -> Audible:
    found: defaultdict[EndpointCode, list[tuple[Span, SpokenTurn]]] = defaultdict(list)
    for turn in turns:
        whole = (turn.granted_at, turn.ended_at or FOR_EVER)
        found[turn.endpoint] += [(span, turn) for span in without(whole, interrupted.get(turn.number, ()))]
    return found


def _shared_out(event: SpeechDetected, audible: Audible) -> Iterator[tuple[SpeechDetected, SpokenTurn | None]]:
    """Cut speech at the edges of its endpoint's turns, and say which turn each piece falls into."""
    spans = audible.get(event.endpoint, ()) if event.on_air else ()
    for start, end in pairwise(_cut(event, sorted({edge for span, _ in spans for edge in span}))):
        piece = replace(event, started_at=start, ended_at=end)
        within = [turn for span, turn in spans if _shared(span, piece) > timedelta(0)]
        yield piece, max(within, key=lambda turn: _overlap(turn, piece), default=None)


def _cut(event: SpeechDetected, edges: Iterable[datetime]) -> Sequence[datetime]:
    """Return where the pieces of some speech begin, and its end; none of them is a sliver."""
    places = [event.started_at]
    for edge in edges:
        if places[-1] + SLIVER <= edge <= event.ended_at - SLIVER:
            places.append(edge)
    return (*places, event.ended_at)


def _shared(span: Span, heard: SpeechDetected) -> timedelta:
    """Return the time both share; negative when they do not meet."""
    return min(span[1], heard.ended_at) - max(span[0], heard.started_at)


def _segment(event: SpeechDetected, turn: SpokenTurn | None, names: Callable[[EndpointCode], str]) -> SpokenSegment:
    return SpokenSegment(
        event.endpoint,
        names(event.endpoint),
        event.started_at,
        event.ended_at,
        seconds_between(event.started_at, event.ended_at),
        event.on_air,
        event.loudest,
        None if turn is None else turn.number,
        "" if turn is None else turn.speaker,
    )


def _overlap(turn: SpokenTurn, heard: SpeechDetected | SpokenSegment) -> float:
    """Return the seconds both share; negative when they do not meet."""
    end = heard.ended_at if turn.ended_at is None else min(turn.ended_at, heard.ended_at)
    return (end - max(turn.granted_at, heard.started_at)).total_seconds()


def _with_heard_seconds(turns: Sequence[SpokenTurn], segments: Iterable[SpokenSegment]) -> tuple[SpokenTurn, ...]:
    heard = [0.0] * len(turns)
    for segment in segments:
        if segment.turn is not None:
            heard[segment.turn - 1] += _overlap(turns[segment.turn - 1], segment)
    return tuple(replace(turn, heard_seconds=round(own, 3)) for turn, own in zip(turns, heard, strict=True))


def _joined(segments: Iterable[SpokenSegment]) -> tuple[SpokenSegment, ...]:
    """Put the pieces of one stretch of speech together: detection cuts long ones so that a crash loses little."""
    whole: list[SpokenSegment] = []
    last: dict[EndpointCode, int] = {}
    for piece in segments:
        place = last.get(piece.endpoint)
        if place is not None and _continues(whole[place], piece):
            whole[place] = _together(whole[place], piece)
        else:
            last[piece.endpoint] = len(whole)
            whole.append(piece)
    return tuple(whole)


def _continues(before: SpokenSegment, after: SpokenSegment) -> bool:
    return (before.ended_at, before.on_air, before.turn) == (after.started_at, after.on_air, after.turn)


def _together(first: SpokenSegment, second: SpokenSegment) -> SpokenSegment:
    return replace(
        first,
        ended_at=second.ended_at,
        seconds=seconds_between(first.started_at, second.ended_at),
        loudest=min(first.loudest, second.loudest),
    )


def meant(turns: Iterable[SpokenTurn]) -> tuple[SpokenTurn, ...]:
    """Leave out the turns that the chair took back at once: papers do not tell of them, the record does."""
    return tuple(turn for turn in turns if turn.reason is not TurnEndedBecause.UNDONE)


def seconds_between(start: datetime, end: datetime) -> float:
    """Return a duration in seconds, to the millisecond."""
    return round((end - start).total_seconds(), 3)
