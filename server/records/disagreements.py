"""Where the two records of speaking disagree: what was granted, and what was heard. Told, never corrected."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.core.events import BriefingCancelled, BriefingClosed
from server.core.ids import HUB, EndpointCode
from server.core.journal import Entry
from server.core.speech import HANG_OVER, LONGEST
from server.records.interruptions import Span, interruptions, without
from server.records.spoken import SpokenSegment, SpokenTurn, meant, seconds_between

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

UNTOLD = LONGEST + HANG_OVER
"""How long somebody may have been speaking before any of it is written down."""


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
    """Compare the turns with the speech; in the order begun. A turn that still runs counts up to the last entry.

    A turn that the chair took back at once was none: who had the floor before and went on did not intrude.
    """
    heard, turns = _by_site(speech), meant(turns)
    interrupted, until = interruptions(entries), entries[-1].at
    told_until = until if any(isinstance(one.event, _ENDS) for one in entries) else until - UNTOLD
    found: list[Disagreement] = []
    ran_on: set[SpokenSegment] = set()
    for turn in turns:
        found += _silences(turn, heard[turn.endpoint], interrupted.get(turn.number, ()), told_until)
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


_ENDS = (BriefingClosed, BriefingCancelled)
"""With these, what is still being said is written down."""


def _by_site(speech: Iterable[SpokenSegment]) -> Mapping[EndpointCode, Sequence[SpokenSegment]]:
    grouped: defaultdict[EndpointCode, list[SpokenSegment]] = defaultdict(list)
    for segment in speech:
        grouped[segment.endpoint].append(segment)
    return grouped


def _silences(
    turn: SpokenTurn, speech: Iterable[SpokenSegment], interrupted: Iterable[Span], told_until: datetime
) -> Iterator[Disagreement]:
    """Yield the stretches of a turn without a word: the whole of it, or those that are long.

    `told_until` is up to when all that was said is known; what a site said is known when its turn ends.
    """
    sounds = [(one.started_at, one.ended_at) for one in speech if one.turn == turn.number]
    ended = turn.ended_at or told_until
    end = ended if turn.ended_at is not None and turn.endpoint != HUB else min(ended, told_until)
    for start, stop in without((turn.granted_at, end), [*sounds, *interrupted]):
        if stop - start >= (SILENT_FOR if sounds else SILENT_TURN):
            yield _told(Disagreeing.SILENT_HOLDER, turn, start, stop, seconds_between(start, stop))


def _after(turn: SpokenTurn, speech: Iterable[SpokenSegment]) -> Sequence[SpokenSegment]:
    """Return the speech that went on when the turn had ended, also when that began while it was interrupted."""
    latest = turn.ended_at
    chain: list[SpokenSegment] = []
    for one in speech:
        if latest is None or one.on_air or one.ended_at <= latest or one.started_at < turn.granted_at:
            continue
        if one.started_at - latest <= AT_ONCE:
            chain.append(one)
            latest = one.ended_at
    return chain


def _overrun(turn: SpokenTurn, after: Sequence[SpokenSegment]) -> Iterator[Disagreement]:
    end = turn.ended_at
    if after and end is not None and after[-1].ended_at - end > RAN_ON:
        spoken = sum(seconds_between(max(one.started_at, end), one.ended_at) for one in after)
        yield _told(Disagreeing.RAN_ON, turn, end, after[-1].ended_at, spoken)


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
