"""Where a picture can be entered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.sfu.codec import Codec
from server.media.sfu.keyframe import begins_keyframe, without_picture_id

_SPS, _PPS, _IDR, _SLICE, _SEI = b"\x67\x42", b"\x68\xce", b"\x65\x88", b"\x41\x9a", b"\x06\x05"


def _aggregate(*units: bytes) -> bytes:
    return b"\x78" + b"".join(len(unit).to_bytes(2) + unit for unit in units)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (_IDR, True),
        (_SPS, True),
        (_PPS, False),
        (_SLICE, False),
        (b"", False),
        (_aggregate(_SPS, _PPS), True),
        (_aggregate(_SEI, _IDR), True),
        (_aggregate(_SEI, _SLICE), False),
        (b"\x78\x00", False),
        (b"\x7c\x85\x88", True),  # first fragment of an IDR slice
        (b"\x7c\x05\x88", False),  # a later one
        (b"\x7c\x45\x88", False),  # the last one
        (b"\x7c\x81\x9a", False),  # first fragment of another slice
        (b"\x7c", False),
    ],
)
def test_h264_is_entered_at_an_idr_slice_or_its_parameters(payload: bytes, expected: bool) -> None:
    assert begins_keyframe(Codec.H264, payload) is expected


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"\x10\x00", True),
        (b"\x10\x01", False),  # the frame says that it needs another
        (b"\x00\x00", False),  # not the start of a partition
        (b"\x11\x00", False),  # partition 1
        (b"\x90\x80\x23\x00", True),  # picture number of one byte
        (b"\x90\x80\xa3\x01\x00", True),  # of two
        (b"\x90\xe0\x23\x07\x20\x00", True),  # with TL0PICIDX and TID
        (b"\x90\xe0\x23\x07\x20\x01", False),
        (b"\x90\x80", False),
        (b"\x10", False),
        (b"", False),
    ],
)
def test_vp8_is_entered_at_the_start_of_a_key_frame(payload: bytes, expected: bool) -> None:
    assert begins_keyframe(Codec.VP8, payload) is expected


def test_sound_is_entered_anywhere() -> None:
    assert begins_keyframe(Codec.OPUS, b"")


def test_picture_numbers_are_dropped_and_all_else_is_kept() -> None:
    assert without_picture_id(b"\xb1\xf0\x81\x02\x03\x04frame") == b"\x31frame"
    assert without_picture_id(b"\x10frame") == b"\x10frame"
    assert without_picture_id(b"\x90\x80") == b"\x90\x80"


@given(st.binary(max_size=40), st.sampled_from([Codec.H264, Codec.VP8]))
def test_any_payload_is_judged(payload: bytes, codec: Codec) -> None:
    begins_keyframe(codec, payload)


@given(st.binary(max_size=40))
def test_dropping_picture_numbers_changes_no_judgement(payload: bytes) -> None:
    assert begins_keyframe(Codec.VP8, without_picture_id(payload)) is begins_keyframe(Codec.VP8, payload)
