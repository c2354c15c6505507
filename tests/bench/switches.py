"""How often the dominant speaker changes wrongly: our decision over recorded traces, beside "the loudest wins"."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from endpoints.rtp import SILENCE
from server.core import speech
from server.core.ids import HUB, EndpointCode
from tests.bench import traces
from tests.bench.sounds import Spans
from tests.bench.traces import WINDOW, Trace

RECORDED = Path(__file__).with_name("recorded")
"""Traces of discussions that `make bench` has played: six people at six places, who also speak at the same time."""

JUST_NOW = 0.5
"""Seconds: whoever has spoken in the last of them may well be taken for the speaker."""

_DECISION = round(speech.DECISION.total_seconds() / WINDOW)  # windows
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

Decided = Iterator[str | None]
"""Who dominates, window by window."""


@dataclass(frozen=True, slots=True)
class Switches:
    """How one way of deciding fared."""

    seconds: float
    all: int
    false: int  # to somebody who had not spoken just before
    astray: float  # share of the time in which one alone spoke that another dominated

    @property
    def false_per_hour(self) -> float:
        """False switches in an hour."""
        return 3600 * self.false / self.seconds


def recorded() -> Iterator[Trace]:
    """Yield the traces that are kept."""
    for path in sorted(RECORDED.glob("*.txt")):
        yield traces.read(path.read_text(encoding="utf-8"))


def ours(trace: Trace) -> Decided:
    """Decide as the service does."""
    state = speech.Speech()
    for window in range(round(trace.seconds / WINDOW)):
        levels = [(EndpointCode(source), told[window]) for source, told in trace.levels.items()]
        at = _BEGINNING + timedelta(seconds=window * WINDOW)
        state, _ = speech.hear(state, at, WINDOW, levels, (HUB,))
        yield speech.dominant(state)


def loudest(trace: Trace) -> Decided:
    """Decide as often for whoever is the loudest then, and stay where all are silent."""
    dominant: str | None = None
    for window in range(round(trace.seconds / WINDOW)):
        levels = {source: told[window] for source, told in trace.levels.items()}
        if window % _DECISION == 0 and min(levels.values()) < SILENCE:
            dominant = min(levels, key=levels.__getitem__)
        yield dominant


def judged(found: Iterable[Trace], decide: Callable[[Trace], Decided]) -> Switches:
    """Count the switches over several traces."""
    seconds, switches, false, alone, astray = 0.0, 0, 0, 0, 0
    for trace in found:
        before: str | None = None
        for window, dominant in enumerate(decide(trace)):
            at = (window + 1) * WINDOW
            if at < trace.scored_from:
                before = dominant
                continue
            seconds += WINDOW
            if dominant != before and before is not None and dominant is not None:
                switches += 1
                false += not _speaks(trace.truth, dominant, at - JUST_NOW, at)
            before = dominant
            only = _alone(trace.truth, at)
            alone += only is not None
            astray += only is not None and dominant != only
    return Switches(seconds, switches, false, astray / max(1, alone))


def _speaks(truth: Mapping[str, Spans], source: str, since: float, until: float) -> bool:
    return any(start < until and end > since for start, end in truth.get(source, []))


def _alone(truth: Mapping[str, Spans], at: float) -> str | None:
    """Return who has spoken alone for the last second."""
    speaking = [source for source in truth if _speaks(truth, source, at - 1.0, at)]
    whole = [s for s in speaking if any(start <= at - 1.0 and end >= at for start, end in truth[s])]
    return whole[0] if len(speaking) == len(whole) == 1 else None
