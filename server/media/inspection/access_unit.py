"""The payloads of one picture put together for a decoder: H.264 as Annex B (RFC 6184), VP8 as a frame (RFC 7741)."""

from collections.abc import Iterable, Iterator, Sequence

from server.media.sfu.codec import Codec

_START = b"\x00\x00\x00\x01"
_SLICE, _IDR, _SPS, _PPS, _STAP_A, _FU_A = 1, 5, 7, 8, 24, 28
_ENTRY = frozenset({_IDR, _SPS, _PPS})
_WANTED = _ENTRY | {_SLICE}
_FIRST, _LAST = 0x80, 0x40  # of the fragments of a unit


def keyframe(codec: Codec, payloads: Sequence[bytes]) -> bytes | None:
    """Join the payloads of a whole keyframe, in order; None when a decoder could not begin with it.

    Of H.264 only parameter sets and the picture itself are kept: nothing else needs to reach a decoder.
    """
    if codec is not Codec.H264:
        return following(codec, payloads)
    units = list(_units(payloads))
    return _annex_b(units) if {unit[0] & 0x1F for unit in units} >= _ENTRY else None


def following(codec: Codec, payloads: Sequence[bytes]) -> bytes | None:
    """Join the payloads of a whole picture that follows another; None when there is nothing to decode."""
    if codec is Codec.H264:
        return _annex_b(_units(payloads))
    return b"".join(payload[1:] for payload in payloads) or None


def parameters(key: bytes) -> bytes:
    """Return the parameter sets alone of an H.264 keyframe, as Annex B."""
    units = key.split(_START)[1:]
    return b"".join(_START + unit for unit in units if unit and unit[0] & 0x1F in {_SPS, _PPS})


def _annex_b(units: Iterable[bytes]) -> bytes | None:
    return b"".join(_START + unit for unit in units) or None


def _units(payloads: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the NAL units a decoder needs."""
    return (unit for unit in _unpacked(payloads) if unit and unit[0] & 0x1F in _WANTED)


def _unpacked(payloads: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the NAL units: alone, aggregated (RFC 6184, section 5.7.1) or in fragments (section 5.8)."""
    parts: list[bytes] = []
    for payload in payloads:
        kind = payload[0] & 0x1F if payload else 0
        if kind == _STAP_A:
            yield from _aggregated(payload)
        elif kind == _FU_A and len(payload) > 1:
            if payload[1] & _FIRST:
                parts = [bytes((payload[0] & 0xE0 | payload[1] & 0x1F,))]
            parts.append(payload[2:])
            if payload[1] & _LAST:
                yield b"".join(parts)
                parts = []
        elif kind < _STAP_A:
            yield payload


def _aggregated(payload: bytes) -> Iterator[bytes]:
    position = 1
    while position + 2 < len(payload):
        size = int.from_bytes(payload[position : position + 2])
        yield payload[position + 2 : position + 2 + size]
        position += 2 + size
