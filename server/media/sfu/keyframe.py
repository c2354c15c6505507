"""Where a picture can be entered: keyframes in H.264 (RFC 6184) and VP8 (RFC 7741) payloads."""

from server.media.sfu.codec import Codec

_IDR, _SPS, _STAP_A, _FU_A = 5, 7, 24, 28
_ENTRY = frozenset({_IDR, _SPS})
_MOST_UNITS = 16  # looked at in one packet: parameter sets come first
_VP8_START = 0x10  # the bit for "start", and partition 0


def begins_keyframe(codec: Codec, payload: bytes) -> bool:
    """Say whether a decoder that has seen nothing can start at this packet."""
    if codec is Codec.H264:
        return _h264(payload)
    if codec is Codec.VP8:
        return _vp8(payload)
    return True


def _h264(payload: bytes) -> bool:
    """Look for an IDR slice or the parameter sets before it, alone, aggregated or fragmented (RFC 6184, 5.6-5.8)."""
    if not payload:
        return False
    unit = payload[0] & 0x1F
    if unit == _STAP_A:
        return any(kind in _ENTRY for kind in _aggregated(payload))
    if unit == _FU_A:
        return len(payload) > 1 and bool(payload[1] & 0x80) and payload[1] & 0x1F in _ENTRY
    return unit in _ENTRY


def _aggregated(payload: bytes) -> list[int]:
    """List the unit types inside a STAP-A, as far as they tell anything (RFC 6184, section 5.7.1)."""
    kinds: list[int] = []
    position = 1
    while position + 2 < len(payload) and len(kinds) < _MOST_UNITS:
        kinds.append(payload[position + 2] & 0x1F)
        position += 2 + int.from_bytes(payload[position : position + 2])
    return kinds


def _vp8(payload: bytes) -> bool:
    """Look for the start of partition 0 of a frame whose header says "key" (RFC 7741, sections 4.2 and 4.3)."""
    length = vp8_descriptor(payload)
    starts_frame = length < len(payload) and payload[0] & 0x1F == _VP8_START
    return starts_frame and payload[length] & 1 == 0


def without_picture_id(payload: bytes) -> bytes:
    """Drop the optional part of a VP8 descriptor: picture numbers would jump when the stage changes hands.

    A receiver then orders pictures by sequence number, which never jumps (RFC 7741, section 4.2).
    """
    length = vp8_descriptor(payload)
    if length <= 1 or length > len(payload):
        return payload
    return bytes((payload[0] & 0x7F,)) + payload[length:]


def vp8_descriptor(payload: bytes) -> int:
    """Measure the payload descriptor in bytes (RFC 7741, section 4.2); longer than the payload when cut off."""
    if not payload or not payload[0] & 0x80:
        return 1
    if len(payload) < 3:  # noqa: PLR2004 - descriptor, extension bits, and at least one byte they announce
        return 3
    bits = payload[1]
    length = 2
    if bits & 0x80:  # PictureID: one byte, or two
        length += 2 if payload[2] & 0x80 else 1
    if bits & 0x40:  # TL0PICIDX
        length += 1
    if bits & 0x30:  # TID, KEYIDX
        length += 1
    return length
