"""Outlets that collect what is worth a look: a keyframe and what its neighbours weigh, and a second of sound."""

from server.media.inspection import access_unit
from server.media.sfu.codec import Codec
from server.media.sfu.keyframe import begins_keyframe
from server.media.sfu.track import Arrival, Track

ENOUGH_SOUND = 50
"""Opus packets of a sample: a second."""

ENOUGH_DELTAS = 5
"""Pictures between keyframes whose sizes tell whether anything moves."""

_MOST_PACKETS = 512  # of one keyframe
_MOST_BYTES = 512 * 1024
_PATIENCE = 1.0  # seconds in which what is missing of a keyframe may still come


class PictureCollector:
    """Collects one keyframe and weighs the pictures around it; an outlet of a video track."""

    def __init__(self) -> None:
        self.unit: bytes | None = None  # the keyframe as a decoder takes it, once it is whole
        self.codec: Codec | None = None  # the keyframe's
        self._deltas = Deltas()
        self._packets: dict[int, bytes] = {}  # of the picture that comes now, by index
        self._timestamp: int | None = None
        self._is_key = False
        self._end: int | None = None  # the index of its last packet
        self._began = 0.0
        self._octets = 0

    @property
    def is_done(self) -> bool:
        """Whether there is a keyframe, and enough beside it to tell whether anything moves."""
        return self.unit is not None and self.delta is not None

    @property
    def delta(self) -> int | None:
        """The smallest picture that was no keyframe, in bytes; None when too few were seen."""
        return self._deltas.smallest

    def take(self, _: Track, arrival: Arrival) -> None:
        """Take one packet."""
        begins = begins_keyframe(arrival.codec, arrival.payload)
        self._deltas.weigh(arrival, is_key=begins)
        if self.unit is not None:
            return
        if arrival.timestamp != self._timestamp:
            if self._is_key and arrival.at - self._began < _PATIENCE:
                return  # a keyframe waits for what is missing of it
            self._begin(arrival)
        self._keep(arrival)
        self._is_key = self._is_key or begins
        if self._is_key:
            self._join(arrival.codec)

    def _begin(self, arrival: Arrival) -> None:
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
        """Put the keyframe together when nothing is missing."""
        first = min(self._packets, default=0)
        if self._end is not None and self._end - first + 1 == len(self._packets):
            self.unit = access_unit.keyframe(codec, [self._packets[index] for index in sorted(self._packets)])
            self.codec = codec


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

    @property
    def is_done(self) -> bool:
        """Whether there is enough to judge by."""
        return len(self.payloads) >= ENOUGH_SOUND

    def take(self, _: Track, arrival: Arrival) -> None:
        """Take one packet."""
        if not self.is_done:
            self.payloads.append(arrival.payload)
