"""How tall a picture is, read from the packet that begins a keyframe: H.264 parameter sets, and VP8 frame headers."""

from collections.abc import Iterator

from server.media.sfu.codec import Codec
from server.media.sfu.keyframe import vp8_descriptor

_SPS, _STAP_A = 7, 24
_VP8_HEADER = 10  # bytes of a keyframe's header (RFC 6386, section 9.1)
_VP8_START = b"\x9d\x01\x2a"
_PROFILES = (66, 77, 88)  # baseline, main, extended: no chroma format in their parameter sets
_MAX_SPS = 64  # bytes looked at
_MAX_CYCLE = 255


def picture_height(codec: Codec, payload: bytes) -> int | None:
    """Return the height in pixels; None where this packet does not say it. H.264's is a multiple of 16."""
    if codec is Codec.VP8:
        return _vp8(payload)
    return next((height for unit in _units(payload) if (height := _h264(unit))), None)


def _vp8(payload: bytes) -> int | None:
    header = payload[vp8_descriptor(payload) :][:_VP8_HEADER]
    if len(header) < _VP8_HEADER or header[0] & 1 or header[3:6] != _VP8_START:
        return None
    return int.from_bytes(header[8:10], "little") & 0x3FFF


def _units(payload: bytes) -> Iterator[bytes]:
    """Yield the units of a packet that are whole (RFC 6184, sections 5.6 and 5.7.1)."""
    if payload[:1] and payload[0] & 0x1F == _STAP_A:
        position = 1
        while position + 2 < len(payload):
            size = int.from_bytes(payload[position : position + 2])
            yield payload[position + 2 : position + 2 + size]
            position += 2 + size
    else:
        yield payload


def _h264(unit: bytes) -> int | None:
    """Read the height from a sequence parameter set (ITU-T H.264, section 7.3.2.1.1); cropping is left out."""
    if len(unit) < 5 or unit[0] & 0x1F != _SPS or unit[1] not in _PROFILES:  # noqa: PLR2004 - type, profile, level, more
        return None
    bits = _Bits(unit[4:_MAX_SPS].replace(b"\x00\x00\x03", b"\x00\x00"))
    try:
        bits.number()  # the set's name
        bits.number()  # log2_max_frame_num
        _skip_order(bits)
        bits.number()  # reference frames
        bits.skip(1)
        bits.number()  # width
        rows = bits.number() + 1
    except ValueError:
        return None
    return 16 * rows * (2 - bits.bit())


def _skip_order(bits: "_Bits") -> None:
    """Skip what the set says on the order of pictures."""
    kind = bits.number()
    if kind == 0:
        bits.number()
    elif kind == 1:
        bits.skip(1)
        bits.number()
        bits.number()
        for _ in range(min(bits.number(), _MAX_CYCLE)):
            bits.number()


class _Bits:
    """Reads bits and Exp-Golomb numbers (ITU-T H.264, section 9.1). Raises ValueError at the end."""

    def __init__(self, data: bytes) -> None:
        self._bits = f"{int.from_bytes(data):0{8 * len(data)}b}"
        self._position = 0

    def skip(self, count: int) -> None:
        self._position += count

    def bit(self) -> int:
        return int(self._bits[self._position : self._position + 1] or "0")

    def number(self) -> int:
        zeros = self._bits.index("1", self._position) - self._position
        end = self._position + 2 * zeros + 1
        if end > len(self._bits):
            raise ValueError("cut off")
        value = int(self._bits[self._position + zeros : end], 2) - 1
        self._position = end
        return value
