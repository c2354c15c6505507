from aiortc.codecs.h264 import H264PayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from endpoints import h264

START = b"\x00\x00\x00\x01"
SPS, PPS, IDR = b"\x67\x42\xe0\x1f\x01", b"\x68\xce\x01", b"\x65"


def test_payloads_are_put_together_again() -> None:
    picture = [SPS, PPS, IDR + bytes(range(1, 200)) * 20, b"\x41\x9a"]

    assert h264.stream(h264.payloads(picture)) == b"".join(START + unit for unit in picture)


def depacketised(payloads: list[bytes]) -> bytes:
    """Put payloads together again by another implementation, as an Annex B stream."""
    return b"".join(H264PayloadDescriptor.parse(payload)[1] for payload in payloads)


def test_units_are_split_at_start_codes_of_both_lengths() -> None:
    assert h264.units(START + SPS + b"\x00\x00\x01" + PPS + START + IDR) == [SPS, PPS, IDR]


def test_parameter_sets_travel_together() -> None:
    packed = h264.payloads([SPS, PPS, IDR + b"picture"])

    assert packed == [b"\x78\x00\x05" + SPS + b"\x00\x03" + PPS, IDR + b"picture"]


def test_delimiters_are_left_out() -> None:
    assert h264.payloads([b"\x09\xf0", IDR]) == [IDR]


@given(body=st.binary(min_size=1, max_size=5000), mtu=st.integers(50, 1200))
def test_a_large_unit_survives_fragmentation(body: bytes, mtu: int) -> None:
    unit = b"\x41" + body

    packed = h264.payloads([unit], mtu)

    assert max(map(len, packed)) <= mtu
    assert depacketised(packed) == START + unit


def test_fragments_mark_their_ends() -> None:
    first, middle, last = h264.fragments(IDR + bytes(250), 100)

    assert (first[:2], middle[:2], last[:2]) == (b"\x7c\x85", b"\x7c\x05", b"\x7c\x45")


def test_keyframe_is_told_from_others() -> None:
    assert h264.is_keyframe([SPS, PPS, IDR])
    assert not h264.is_keyframe([b"\x41\x9a"])
