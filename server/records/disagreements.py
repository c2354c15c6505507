"""Where the two records of speaking disagree: what was granted, and what was heard. Told, never corrected."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from server.core.ids import HUB, EndpointCode
from server.core.journal import Entry
from server.core.state.floor import MOVES, Floor, Turn
from server.records.spoken import SpokenSegment, SpokenTurn, seconds_between

SILENT_FOR = timedelta(seconds=20)
"""Nothing heard for this long within a turn is a silent holder ..."""

SILENT_TURN = timedelta(seconds=5)
"""... and so is a whole turn without a word, unless it was shorter than this: a slip of the hand."""

WITHOUT_FLOOR = timedelta(seconds=3)
"""Speech off the air during another's turn, taken together, from which it is told: less is a word to a neighbour."""

RAN_ON = timedelta(seconds=2)
"""Speech after the end of one's own turn from which it is told: less is the end of a sentence."""

AT_ONCE = timedelta(seconds=1)
"""Speech that begins this soon after a turn has ended, or after speech that goes on with it, goes on with it."""

Span = tuple[datetime, datetime]


class Disagreeing(StrEnum):
    """How the two records may disagree."""

    SILENT_HOLDER = "silent_holder"  # it had the floor, and nothing was heard of it
    WITHOUT_FLOOR = "without_floor"  # it was heard off the air while another had the floor
    RAN_ON = "ran_on"  # it was still heard after its turn had ended


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The floor said one thing and the microphones another."""

    kind: Disagreeing
    endpoint: EndpointCode
    name: str
    turn: int  # the number of its own turn; for speech without the floor, of the other's
    speaker: str  # named for its own turn
    started_at: datetime
    ended_at: datetime
    seconds: float  # of silence, or of speech


def disagreements(
    entries: Sequence[Entry],
    turns: Sequence[SpokenTurn],
    speech: Iterable[SpokenSegment],
    names: Callable[[EndpointCode], str],
) -> tuple[Disagreement, ...]:
    """Compare the turns with the speech; in the order begun. A turn that still runs counts up to the last entry."""
    heard = _by_site(speech)
    waiting, until = _waiting(entries), entries[-1].at
    found: list[Disagreement] = []
    ran_on: set[SpokenSegment] = set()
    for turn in turns:
        found += _silences(turn, heard[turn.endpoint], waiting[turn.number], until)
        after = _after(turn, heard[turn.endpoint])
        ran_on.update(after)
        found += _overrun(turn, after)
    outside = {
        site: [one for one in segments if not one.on_air and one not in ran_on]
        for site, segments in heard.items()
        if site != HUB
    }
    for turn in turns:
        for site, segments in outside.items():
            if site != turn.endpoint:
                found += _intrusion(turn, until, site, names(site), segments)
    return tuple(sorted(found, key=lambda one: (one.started_at, one.endpoint)))


def _by_site(speech: Iterable[SpokenSegment]) -> Mapping[EndpointCode, Sequence[SpokenSegment]]:
    grouped: defaultdict[EndpointCode, list[SpokenSegment]] = defaultdict(list)
    for segment in speech:
        grouped[segment.endpoint].append(segment)
    return grouped


def _waiting(entries: Iterable[Entry]) -> Mapping[int, Sequence[Span]]:
    """Return when each turn waited, by number: its line was lost, the chair interrupted, or everybody was muted."""
    floor, found = Floor(), defaultdict[int, list[Span]](list)
    number, since = 0, None  # of the turn that waits, and since when
    for entry in entries:
        if type(entry.event) not in MOVES:
            continue
        floor = MOVES[type(entry.event)](floor, entry.event, entry.at)
        waits = floor.turn.number if floor.turn is not None and _waits(floor, floor.turn) else 0
        if waits != number:
            if since is not None:
                found[number].append((since, entry.at))
            number, since = waits, entry.at if waits else None
    if since is not None:
        found[number].append((since, datetime.max.replace(tzinfo=UTC)))
    return found


def _waits(floor: Floor, turn: Turn) -> bool:
    return turn.waiting_since is not None or (floor.muted and turn.endpoint != HUB)


def _silences(
    turn: SpokenTurn, speech: Iterable[SpokenSegment], waiting: Iterable[Span], until: datetime
) -> Iterator[Disagreement]:
    """Yield the stretches of a turn without a word: the whole of it, or those that are long."""
    sounds = [(one.started_at, one.ended_at) for one in speech if one.turn == turn.number]
    quiet = list(_between((turn.granted_at, turn.ended_at or until), [*sounds, *waiting]))
    for start, end in quiet:
        if end - start >= (SILENT_FOR if sounds else SILENT_TURN):
            yield _told(Disagreeing.SILENT_HOLDER, turn, start, end, seconds_between(start, end))


def _between(whole: Span, holes: Iterable[Span]) -> Iterator[Span]:
    """Yield the stretches of a time that lie in no hole."""
    start, end = whole
    since = start
    for hole_start, hole_end in sorted(holes):
        if since < min(hole_start, end):
            yield since, min(hole_start, end)
        since = max(since, hole_end)
    if since < end:
        yield since, end


def _after(turn: SpokenTurn, speech: Iterable[SpokenSegment]) -> Sequence[SpokenSegment]:
    """Return the speech that went on when the turn had ended."""
    end = turn.ended_at
    chain: list[SpokenSegment] = []
    for one in speech:
        if end is None or one.on_air or one.started_at < turn.granted_at:
            continue
        latest = chain[-1].ended_at if chain else end
        if abs(one.started_at - latest) <= AT_ONCE:
            chain.append(one)
    return chain


def _overrun(turn: SpokenTurn, after: Sequence[SpokenSegment]) -> Iterator[Disagreement]:
    if after and turn.ended_at is not None and after[-1].ended_at - turn.ended_at > RAN_ON:
        spoken = sum(one.seconds for one in after)
        yield _told(Disagreeing.RAN_ON, turn, turn.ended_at, after[-1].ended_at, spoken)


def _told(kind: Disagreeing, turn: SpokenTurn, start: datetime, end: datetime, seconds: float) -> Disagreement:
    return Disagreement(kind, turn.endpoint, turn.name, turn.number, turn.speaker, start, end, round(seconds, 3))


def _intrusion(
    turn: SpokenTurn, until: datetime, site: EndpointCode, name: str, speech: Iterable[SpokenSegment]
) -> Iterator[Disagreement]:
    """Tell what a site said during another's turn, as one."""
    end = turn.ended_at or until
    within = [
        (max(one.started_at, turn.granted_at), min(one.ended_at, end))
        for one in speech
        if one.started_at < end and one.ended_at > turn.granted_at
    ]
    spoken = sum((finish - start for start, finish in within), timedelta(0))
    if spoken >= WITHOUT_FLOOR:
        kind, seconds = Disagreeing.WITHOUT_FLOOR, round(spoken.total_seconds(), 3)
        yield Disagreement(kind, site, name, turn.number, "", within[0][0], within[-1][1], seconds)
