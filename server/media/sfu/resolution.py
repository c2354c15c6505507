"""How large a picture is, read from the beginning of a keyframe: H.264 parameter sets, and VP8 frame headers."""

from collections.abc import Iterator
from dataclasses import dataclass

from server.media.sfu.codec import Codec
from server.media.sfu.keyframe import vp8_descriptor

_SPS, _STAP_A = 7, 24
_VP8_HEADER = 10  # bytes of a keyframe's header (RFC 6386, section 9.1)
_VP8_START = b"\x9d\x01\x2a"
_PROFILES = (66, 77, 88)  # baseline, main, extended: no chroma format in their parameter sets
_MAX_SPS = 64  # bytes looked at
_MAX_CYCLE = 255
_INTERLACED = 2  # fields of a frame
_START = b"\x00\x00\x00\x01"


def picture_height(codec: Codec, payload: bytes) -> int | None:
    """Return the height in pixels; None where this packet does not say it. H.264's is a multiple of 16."""
    if codec is Codec.VP8:
        return _vp8(payload)
    return next((height for unit in _units(payload) if (height := _h264(unit))), None)


def picture_size(codec: Codec, key: bytes) -> tuple[int, int] | None:
    """Return the width and height, in pixels, of a whole keyframe: H.264 as Annex B, VP8 as a frame; else None."""
    if codec is Codec.VP8:
        return _vp8_size(key)
    found = next((found for unit in key.split(_START) if (found := _sequence(unit))), None)
    if found is None:
        return None
    width, height = found.columns - found.crop_columns, found.rows - found.crop_rows
    return (width, height) if width > 0 and height > 0 else None


def _vp8(payload: bytes) -> int | None:
    size = _vp8_size(payload[vp8_descriptor(payload) :])
    return None if size is None else size[1]


def _vp8_size(frame: bytes) -> tuple[int, int] | None:
    header = frame[:_VP8_HEADER]
    if len(header) < _VP8_HEADER or header[0] & 1 or header[3:6] != _VP8_START:
        return None
    width, height = (int.from_bytes(header[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return width, height


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
    """Read the height from a sequence parameter set; cropping is left out."""
    found = _sequence(unit)
    return None if found is None else found.rows


@dataclass(frozen=True, slots=True)
class _Sequence:
    """What a sequence parameter set says of the picture, in pixels; the crop is what is cut off."""

    columns: int
    rows: int
    crop_columns: int
    crop_rows: int


def _sequence(unit: bytes) -> _Sequence | None:
    """Read a sequence parameter set (ITU-T H.264, section 7.3.2.1.1); crops count in chroma samples of 4:2:0."""
    if len(unit) < 5 or unit[0] & 0x1F != _SPS or unit[1] not in _PROFILES:  # noqa: PLR2004 - type, profile, level, more
        return None
    bits = _Bits(unit[4:_MAX_SPS].replace(b"\x00\x00\x03", b"\x00\x00"))
    try:
        bits.number()  # the set's name
        bits.number()  # log2_max_frame_num
        _skip_order(bits)
        bits.number()  # reference frames
        bits.skip(1)
        columns, rows = 16 * (bits.number() + 1), 16 * (bits.number() + 1)
        fields = 2 - bits.bit()
        if fields == _INTERLACED:
            bits.skip(1)
        bits.skip(1)
        left, right, top, bottom = (bits.number() for _ in range(4)) if bits.bit() else (0, 0, 0, 0)
    except ValueError:
        return None
    return _Sequence(columns, rows * fields, 2 * (left + right), 2 * fields * (top + bottom))


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
        self._position += 1
        return int(self._bits[self._position - 1 : self._position] or "0")

    def number(self) -> int:
        zeros = self._bits.index("1", self._position) - self._position
        end = self._position + 2 * zeros + 1
        if end > len(self._bits):
            raise ValueError("cut off")
        value = int(self._bits[self._position + zeros : end], 2) - 1
        self._position = end
        return value
