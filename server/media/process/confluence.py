"""What several media processes say, as if one had said it: the levels and the health of a briefing are put together."""

from collections.abc import Iterable, Iterator

from server.core.ids import BriefingId, EndpointCode, MediaId
from server.media.plane import Health, Levels, MediaEvent, Published, PublisherHealth, Unpublished


class Confluence:
    """The events of all processes on their way to one reader. Facts pass at once, each process's in their order."""

    def __init__(self) -> None:
        self._up: set[int] = set()
        self._there: dict[MediaId, Published] = {}
        self._levels: dict[BriefingId, dict[int, Levels]] = {}  # of the running window
        self._health: dict[BriefingId, dict[int, Health]] = {}  # the latest
        self._spoken: dict[BriefingId, set[int]] = {}  # whose health is newer than what was told last

    def begin(self, place: int, there: Iterable[Published]) -> None:
        """Expect a process to speak, and know what it publishes already."""
        self._up.add(place)
        self._there.update((one.media, one) for one in there)

    def end(self, place: int) -> None:
        """Expect nothing of a process any more."""
        self._up.discard(place)
        for parts in self._health.values():
            parts.pop(place, None)

    def put(self, place: int, event: MediaEvent) -> Iterator[MediaEvent]:
        """Take what one process says; return what is to be told."""
        match event:
            case Levels():
                yield from self._hear(place, event)
            case Health():
                yield from self._sum_up(place, event)
            case Published():
                self._there[event.media] = event
                yield event
            case Unpublished():
                self._there.pop(event.media, None)
                yield event
            case _:
                yield event

    def forget(self, briefing: BriefingId) -> None:
        """Let go of a briefing that is over."""
        for of in (self._levels, self._health, self._spoken):
            of.pop(briefing, None)

    def _hear(self, place: int, levels: Levels) -> Iterator[Levels]:
        """Close a window when everybody has spoken, or somebody speaks a second time: who is silent says nothing."""
        window = self._levels.setdefault(levels.briefing, {})
        if place in window:
            yield _merged(window.values())
            window.clear()
        window[place] = levels
        if window.keys() >= self._up:
            yield _merged(window.values())
            window.clear()

    def _sum_up(self, place: int, health: Health) -> Iterator[Health]:
        """Tell the health of everybody when every process has spoken, or one speaks a second time."""
        self._health.setdefault(health.briefing, {})[place] = health
        spoken = self._spoken.setdefault(health.briefing, set())
        if place in spoken:
            spoken.clear()
            yield self._whole(health)
        spoken.add(place)
        if spoken >= self._up:
            spoken.clear()
            yield self._whole(health)

    def _whole(self, latest: Health) -> Health:
        """Put together the latest numbers of everybody who is there: no more, and above all no fewer."""
        parts = self._health[latest.briefing].values()
        known = {one.media: one for part in parts for one in part.publishers}
        there = [one for one in self._there.values() if one.briefing == latest.briefing]
        return Health(
            briefing=latest.briefing,
            at=latest.at,
            publishers=tuple(known.get(one.media) or _newcomer(one) for one in there),
            subscribers=tuple(one for part in parts for one in part.subscribers),
        )


def _merged(parts: Iterable[Levels]) -> Levels:
    """Make one window of several that are less than one apart; of a source that is in two, the louder counts."""
    windows = sorted(parts, key=lambda one: one.at)
    loudest: dict[EndpointCode, int] = {}
    for source, level in (pair for one in windows for pair in one.levels):
        loudest[source] = min(level, loudest.get(source, level))
    first = windows[0]
    return Levels(first.briefing, first.at, max(one.window for one in windows), tuple(loudest.items()))


def _newcomer(one: Published) -> PublisherHealth:
    """Say of a publisher that it is there, before its first second is over."""
    return PublisherHealth(one.source, one.media, 0, 0.0, None, 0.0, 0.0, 0, content=one.content)
