"""Which packets of a stream are missing and worth asking for again (RFC 4585, section 6.2.1)."""

_MAX_GAP = 64  # packets; a longer gap is not repaired, it calls for a keyframe
_MAX_MISSING = 128
_TOO_LATE = 1.0  # seconds; nobody waits longer for a packet
_TRIES = 10
_SOONEST = 0.02  # seconds between two requests for the same packet, however near the publisher is
_NONE = range(0)


class Gaps:
    """The missing packets of one stream, by extended sequence number; times in seconds."""

    __slots__ = ("_missing", "_next", "due")

    def __init__(self) -> None:
        self._missing: dict[int, tuple[float, float, int]] = {}  # number -> found missing, asked for, requests left
        self._next: int | None = None
        self.due = float("inf")  # when something is to be asked for once more

    def awaits(self, index: int) -> bool:
        """Say whether a packet is new: one that was given up, or came before as a retransmission, is not."""
        return self._next is None or index >= self._next or index in self._missing

    def note(self, index: int, now: float, wait: float) -> range | None:
        """Take note of a packet that came; return those found missing by it, or None when too many are to repair.

        They are asked for at once, and once more after `wait`, the round trip.
        """
        expected = self._next
        if expected is not None and index < expected:
            self._missing.pop(index, None)
            return _NONE
        self._next = index + 1
        if expected is None or index == expected:
            return _NONE
        lost = range(expected, index)
        if len(lost) > _MAX_GAP or len(self._missing) + len(lost) > _MAX_MISSING:
            self._missing.clear()
            return None
        self._missing.update(dict.fromkeys(lost, (now, now, _TRIES)))
        self.due = min(self.due, now + max(wait, _SOONEST))
        return lost

    def fill(self, sequence: int) -> int | None:
        """Take a retransmission by its original 16 bit number; return the extended one, None if it is not missing."""
        if self._next is None:
            return None
        index = self._next - ((self._next - sequence) & 0xFFFF)
        return index if self._missing.pop(index, None) else None

    def again(self, now: float, wait: float) -> list[int]:
        """List what is to be asked for once more: what was asked for a round trip ago, `wait`, and has not come."""
        wait = max(wait, _SOONEST)
        asked = [index for index, (_, at, tries) in self._missing.items() if tries > 1 and now - at >= wait]
        for index in asked:
            found, _, tries = self._missing[index]
            self._missing[index] = (found, now, tries - 1)
        waiting = [at for _, at, tries in self._missing.values() if tries > 1]
        self.due = min(waiting, default=float("inf")) + wait
        return asked

    def give_up(self, now: float) -> bool:
        """Forget what is missing for too long; say whether anything was."""
        late = [index for index, (found, _, _) in self._missing.items() if now - found > _TOO_LATE]
        for index in late:
            del self._missing[index]
        return bool(late)

    def forget(self) -> None:
        """Stop asking: nobody receives this stream any more."""
        self._missing.clear()
        self._next = None
        self.due = float("inf")
