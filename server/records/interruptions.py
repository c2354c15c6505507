"""When those who had the floor could not be heard: their line was lost, or the chair interrupted, muted, or slipped."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from server.core.events import MoveUndone
from server.core.ids import HUB
from server.core.journal import Entry
from server.core.state.floor import MOVES, Floor

Span = tuple[datetime, datetime]

FOR_EVER = datetime.max.replace(tzinfo=UTC)
"""The end of what has none yet."""


def interruptions(entries: Iterable[Entry]) -> Mapping[int, Sequence[Span]]:
    """Return when each turn could not be heard, by its number, in order."""
    floor, found = Floor(), defaultdict[int, list[Span]](list)
    number, since = 0, FOR_EVER  # of the turn that waits, and since when
    for entry in entries:
        if type(entry.event) not in MOVES:
            continue
        before, floor = floor, MOVES[type(entry.event)](floor, entry.event, entry.at)
        if isinstance(entry.event, MoveUndone):
            _add_gap(found, before, floor, entry.at)
        waits = _waiting(floor)
        if waits != number:
            if number:
                found[number].append((since, entry.at))
            number, since = waits, entry.at
    if number:
        found[number].append((since, FOR_EVER))
    return found


def _add_gap(found: Mapping[int, list[Span]], before: Floor, after: Floor, at: datetime) -> None:
    """Note the time between the end of a turn and the moment when that end was taken back."""
    was = before.turn.number if before.turn else 0
    if after.turn is not None and after.turn.number != was and before.undoable is not None:
        found[after.turn.number].append((before.undoable.at, at))


def _waiting(floor: Floor) -> int:
    """Return the number of the turn that cannot be heard; 0: none."""
    turn = floor.turn
    if turn is None:
        return 0
    waits = turn.waiting_since is not None or (floor.muted and turn.endpoint != HUB)
    return turn.number if waits else 0


def without(whole: Span, holes: Iterable[Span]) -> Iterator[Span]:
    """Yield the stretches of a time that lie in no hole, in order."""
    start, end = whole
    since = start
    for hole_start, hole_end in sorted(holes):
        if since < min(hole_start, end):
            yield since, min(hole_start, end)
        since = max(since, hole_end)
    if since < end:
        yield since, end
