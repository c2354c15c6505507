"""Whole pictures from the packets of a video stream, each as a file takes it; after a loss, none before a keyframe."""

from dataclasses import dataclass

from server.media.inspection import access_unit
from server.media.sfu.codec import Codec
from server.media.sfu.keyframe import begins_keyframe
from server.media.sfu.resolution import picture_size
from server.media.sfu.track import Arrival

_MOST_BYTES = 4 << 20  # of one picture


@dataclass(frozen=True, slots=True)
class Shape:
    """What must stay the same within one file."""

    codec: Codec
    width: int  # pixels
    height: int
    parameters: bytes = b""  # of H.264: the parameter sets as Annex B writes them


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture."""

    data: bytes  # H.264 as Annex B, VP8 as a frame
    timestamp: int  # RTP's
    shape: Shape | None  # of a keyframe; None: the picture follows another


class Pictures:
    """Puts the pictures of one stream together."""

    def __init__(self) -> None:
        self.is_broken = True  # nothing can be decoded before the next keyframe
        self._payloads: list[bytes] = []
        self._octets = 0
        self._timestamp: int | None = None
        self._is_key = False

    def take(self, arrival: Arrival, *, missing: bool) -> Picture | None:
        """Take the next packet, and say whether something is missing before it; return the picture that is whole now.

        A picture ends with its marker (RFC 6184, section 5.1; RFC 7741, section 4.1).
        """
        if missing:
            self._begin(arrival, broken=True)
        elif arrival.timestamp != self._timestamp:
            self._begin(arrival, broken=bool(self._payloads))  # the last one never ended
        self._octets += len(arrival.payload)
        if self._octets <= _MOST_BYTES:
            self._payloads.append(arrival.payload)
        self._is_key = self._is_key or begins_keyframe(arrival.codec, arrival.payload)
        if not arrival.marker:
            return None
        payloads, self._payloads = self._payloads, []
        return self._joined(arrival, payloads)

    def _begin(self, arrival: Arrival, *, broken: bool) -> None:
        self.is_broken = self.is_broken or broken
        self._payloads, self._octets, self._is_key = [], 0, False
        self._timestamp = arrival.timestamp

    def _joined(self, arrival: Arrival, payloads: list[bytes]) -> Picture | None:
        if self._octets > _MOST_BYTES:
            self.is_broken = True
            return None
        if self._is_key and (key := access_unit.keyframe(arrival.codec, payloads)) is not None:
            shape = _shape(arrival.codec, key)
            self.is_broken = shape is None
            return None if shape is None else Picture(key, arrival.timestamp, shape)
        data = None if self.is_broken else access_unit.following(arrival.codec, payloads)
        return None if data is None else Picture(data, arrival.timestamp, None)


def _shape(codec: Codec, key: bytes) -> Shape | None:
    """Tell what a keyframe is; None where its size is not to be understood."""
    parameters = access_unit.parameters(key) if codec is Codec.H264 else b""
    size = picture_size(codec, parameters or key)
    return None if size is None else Shape(codec, *size, parameters)
