"""The packets of one stream in the order in which they were sent. Pure; time comes with the packets."""

from collections.abc import Iterator

from server.media.sfu.track import Arrival

PATIENCE = 1.0
"""Seconds for which a missing packet is waited for: as long as it is asked for again."""

_MOST_WAITING = 2048  # packets: some seconds of the best picture


class Order:
    """Hands packets on in order; what is missing is waited for, and in the end left out."""

    def __init__(self) -> None:
        self._next: int | None = None
        self._waiting: dict[int, Arrival] = {}  # in the order they came

    def take(self, arrival: Arrival) -> Iterator[tuple[Arrival, bool]]:
        """Take one packet; yield those whose turn it is, each with whether something is missing right before it."""
        if self._next is None:
            self._next = arrival.index
        if arrival.index < self._next:
            return
        self._waiting[arrival.index] = arrival
        yield from self._ready(arrival.at)

    def flush(self) -> Iterator[tuple[Arrival, bool]]:
        """Yield what is left: nothing more comes."""
        yield from self._ready(float("inf"))

    def _ready(self, now: float) -> Iterator[tuple[Arrival, bool]]:
        missing = False
        while self._waiting:
            arrival = self._waiting.pop(self._next or 0, None)
            if arrival is not None:
                self._next = arrival.index + 1
                yield arrival, missing
                missing = False
            elif self._is_patient(now):
                return
            else:
                self._next = min(self._waiting)
                missing = True

    def _is_patient(self, now: float) -> bool:
        eldest = next(iter(self._waiting.values()))
        return now - eldest.at <= PATIENCE and len(self._waiting) <= _MOST_WAITING
