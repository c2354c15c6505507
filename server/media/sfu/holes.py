"""Numbers that a stream never sent: what a publisher's line has lost is no loss of its receivers' lines."""

from collections import deque
from dataclasses import dataclass

from server.media.sfu.rtcp import ReceiverReport

_RECENT = 64  # holes that a receiver's latest report may not know yet


class Holes:
    """A running count, by extended sequence numbers."""

    __slots__ = ("_count", "_recent")

    def __init__(self) -> None:
        self._count = 0
        self._recent: deque[tuple[int, int]] = deque(maxlen=_RECENT)

    def note(self, highest: int, count: int) -> None:
        """Take note of `count` numbers left out before `highest`, the newest sent; of -1 when one came late."""
        self._count += count
        self._recent.append((highest, count))

    def until(self, number: int) -> int:
        """Count those that a receiver knows whose newest number is this."""
        later = 0
        for highest, count in reversed(self._recent):
            if highest <= number:
                break
            later += count
        return self._count - later

    def copy(self) -> "Holes":
        """Return a count that goes on by itself."""
        twin = Holes()
        twin._count, twin._recent = self._count, self._recent.copy()
        return twin


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the packets between two reports of one receiver on one stream."""

    sent: int
    lost: float

    @property
    def loss(self) -> float:
        """The share of them that was lost, 0..1."""
        return self.lost / self.sent if self.sent else 0.0


class Deliveries:
    """What one receiver's reports on one stream say."""

    __slots__ = ("_highest", "_unsent")

    def __init__(self) -> None:
        self._highest: int | None = None
        self._unsent = 0

    def take(self, report: ReceiverReport, unsent: int) -> Delivery:
        """Return what became of the packets since the last report; `unsent` is `Stream.unsent` for this one."""
        expected = report.highest - (report.highest if self._highest is None else self._highest)
        missing = unsent - self._unsent
        self._highest, self._unsent = report.highest, unsent
        if expected <= max(0, missing):
            return Delivery(0, 0.0)
        return Delivery(expected - missing, max(0.0, expected * report.fraction_lost / 256 - missing))
