"""Which packets of a stream are missing and worth asking for again (RFC 4585, section 6.2.1)."""

_MAX_GAP = 32  # packets; a longer gap is not repaired, it calls for a keyframe
_MAX_MISSING = 64
_TRIES = 5
_NONE = range(0)


class Gaps:
    """The missing packets of one stream, by extended sequence number."""

    __slots__ = ("_missing", "_next")

    def __init__(self) -> None:
        self._missing: dict[int, int] = {}  # number -> requests left
        self._next: int | None = None

    def note(self, index: int) -> range | None:
        """Take note of a packet that came; return those found missing by it, or None when too many are to repair."""
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
        self._missing.update(dict.fromkeys(lost, _TRIES))
        return lost

    def again(self) -> list[int]:
        """List what is still missing, to be asked for once more; each packet only a few times."""
        asked = list(self._missing)
        self._missing = {index: tries - 1 for index, tries in self._missing.items() if tries > 1}
        return asked

    def forget(self) -> None:
        """Stop asking: nobody receives this stream any more."""
        self._missing.clear()
        self._next = None
