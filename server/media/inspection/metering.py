"""The levels of publishers that send none: their Opus goes to a helper of its own, window by window."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import islice
from weakref import WeakKeyDictionary

from server.media.inspection.messages import Finding, LevelSample, Measured
from server.media.sfu.publisher import Publisher

Submit = Callable[[LevelSample, Callable[[Finding | None], None]], bool]
"""As in `watch`."""

_PATIENCE = 0.5  # seconds, doubled with each sample of a publisher that has ended the helper
_MOST_PATIENCE = 7  # doublings: about a minute


@dataclass(slots=True)
class Meter:
    """One publisher's stream, as the helper knows it."""

    stream: int
    is_busy: bool = False  # the window before is still being measured
    due: float = 0.0  # not before this moment
    strikes: int = 0  # samples in a row that ended the helper


class Metering:
    """The meters of all publishers that need one. Nothing here awaits, and nothing is decoded."""

    def __init__(self, submit: Submit, limit: int) -> None:
        """At most `limit` publishers are measured in one window."""
        self._submit = submit
        self._limit = limit
        self._meters: WeakKeyDictionary[Publisher, Meter] = WeakKeyDictionary()
        self._made = 0
        self._now = 0.0  # when the last window ended

    def attend(self, publishers: Iterable[Publisher], now: float) -> None:
        """Have measured what came without levels in the window that ends now: it is heard in the next one."""
        self._now = now
        for publisher in islice((one for one in publishers if one.unmeasured), self._limit):
            meter = self._meters.get(publisher) or self._meter(publisher)
            if not meter.is_busy and now >= meter.due:
                sample = LevelSample(meter.stream, tuple(publisher.unmeasured))
                meter.is_busy = self._submit(sample, partial(self._measured, publisher, meter))
            publisher.unmeasured = []

    def _meter(self, publisher: Publisher) -> Meter:
        self._made += 1
        meter = self._meters[publisher] = Meter(self._made)
        return meter

    def _measured(self, publisher: Publisher, meter: Meter, finding: Finding | None) -> None:
        """Note a level; who ends the helper again and again is measured less and less."""
        meter.is_busy = False
        if finding is None:
            meter.strikes = min(meter.strikes + 1, _MOST_PATIENCE)
            meter.due = self._now + _PATIENCE * 2**meter.strikes
            return
        meter.strikes = 0
        if isinstance(finding, Measured):
            publisher.hear_level(finding.level)
