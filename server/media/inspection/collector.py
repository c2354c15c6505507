"""Outlets that collect what is worth a look: a keyframe with what follows or surrounds it, and a second of sound."""

from server.media.inspection import access_unit
from server.media.sfu.codec import Codec
from server.media.sfu.keyframe import begins_keyframe
from server.media.sfu.track import Arrival, Track

ENOUGH_SOUND = 50
"""Opus packets of a sample: a second."""

ENOUGH_DELTAS = 5
"""Pictures between keyframes whose sizes tell whether a camera sees anything new."""

FOLLOWED = 10
"""Pictures after the keyframe that are collected where motion is looked for: up to a second."""

_MOST_PACKETS = 512  # of one picture
_MOST_BYTES = 512 * 1024
_PATIENCE = 1.0  # seconds in which what is missing of a picture may still come


class PictureCollector:
    """Collects a keyframe, and with `follow` the pictures after it; an outlet of a video track."""

    def __init__(self, *, follow: bool = False) -> None:
        self.units: list[bytes] = []  # as a decoder takes them, the keyframe first
        self.codec: Codec | None = None  # the keyframe's
        self._wanted = 1 + FOLLOWED if follow else 1
        self._is_over = False  # nothing more is collected: all is there, or a picture after the keyframe is missing
        self._next: int | None = None  # the index that follows the last picture
        self._deltas = Deltas()
        self._packets: dict[int, bytes] = {}  # of the picture that comes now, by index
        self._timestamp: int | None = None
        self._is_key = False
        self._end: int | None = None  # the index of its last packet
        self._began = 0.0
        self._octets = 0

    @property
    def is_done(self) -> bool:
        """Whether there is all that can be had, and enough beside it to tell what pictures weigh."""
        return self._is_over and self.delta is not None

    @property
    def delta(self) -> int | None:
        """The smallest picture that was no keyframe, in bytes; None when too few were seen."""
        return self._deltas.smallest

    def take(self, _: Track, arrival: Arrival) -> None:
        """Take one packet."""
        begins = begins_keyframe(arrival.codec, arrival.payload)
        self._deltas.weigh(arrival, is_key=begins)
        if self._is_over:
            return
        if arrival.timestamp != self._timestamp:
            if self._is_waiting(arrival.at):
                return
            self._begin(arrival)
        self._keep(arrival)
        self._is_key = self._is_key or begins
        if self.units or self._is_key:
            self._join(arrival.codec)

    def _is_waiting(self, now: float) -> bool:
        """Whether a picture that matters waits for what is missing of it."""
        matters = bool(self._packets) and (self._is_key or bool(self.units))
        return matters and now - self._began < _PATIENCE

    def _begin(self, arrival: Arrival) -> None:
        if self.units and self._packets:
            self._is_over = True
        self._packets = {}
        self._timestamp, self._began = arrival.timestamp, arrival.at
        self._is_key, self._end, self._octets = False, None, 0

    def _keep(self, arrival: Arrival) -> None:
        """Keep a packet of the picture that comes now; one that is too large is left to be incomplete."""
        self._octets += len(arrival.payload)
        if len(self._packets) < _MOST_PACKETS and self._octets <= _MOST_BYTES:
            self._packets[arrival.index] = arrival.payload
        if arrival.marker:
            self._end = arrival.index

    def _join(self, codec: Codec) -> None:
        """Put the picture together when nothing is missing; one that follows must follow without a gap."""
        first = min(self._packets, default=0) if self._next is None else self._next
        if self._end is None or self._end - first + 1 != len(self._packets):
            return
        payloads = [self._packets[index] for index in sorted(self._packets)]
        unit = access_unit.following(codec, payloads) if self.units else access_unit.keyframe(codec, payloads)
        self._packets = {}
        if unit is not None:
            self.units.append(unit)
            self.codec = codec
            self._next = self._end + 1
        self._is_over = len(self.units) == self._wanted


class Deltas:
    """The sizes of pictures that are no keyframes: where nothing moves they are next to nothing."""

    def __init__(self) -> None:
        self.smallest: int | None = None  # bytes; None until enough were weighed
        self._least = _MOST_BYTES
        self._count = 0
        self._timestamp: int | None = None
        self._weight: int | None = None  # of the picture that comes now; None: a keyframe, or seen from its middle

    def weigh(self, arrival: Arrival, *, is_key: bool) -> None:
        """Add one packet; a picture counts with its last."""
        if arrival.timestamp != self._timestamp:
            self._weight = None if self._timestamp is None else 0
            self._timestamp = arrival.timestamp
        if is_key:
            self._weight = None
        if self._weight is None:
            return
        self._weight += len(arrival.payload)
        if arrival.marker:
            self._note(self._weight)

    def _note(self, weight: int) -> None:
        self._count += 1
        self._least = min(self._least, weight)
        if self._count >= ENOUGH_DELTAS:
            self.smallest = self._least


class SoundCollector:
    """Collects a second of Opus; an outlet of an audio track."""

    def __init__(self) -> None:
        self.payloads: list[bytes] = []
        self.told: list[int] = []  # the levels that the packets themselves tell, in -dBov

    @property
    def is_done(self) -> bool:
        """Whether there is enough to judge by."""
        return len(self.payloads) >= ENOUGH_SOUND

    def take(self, _: Track, arrival: Arrival) -> None:
        """Take one packet."""
        if not self.is_done:
            self.payloads.append(arrival.payload)
            if arrival.level is not None:
                self.told.append(arrival.level)
