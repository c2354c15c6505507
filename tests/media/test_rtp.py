"""RTP packets and header extensions."""

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.core.errors import ProtocolError
from server.media.sfu.rtp import HEADER, Packet, audio_level, elements, level_extension, parse

_numbers = st.integers(0, 0xFFFFFFFF)


@given(st.integers(0, 255), st.integers(0, 0xFFFF), _numbers, _numbers, st.binary(max_size=50))
def test_a_plain_packet_is_read_as_it_was_written(
    second: int, sequence: int, timestamp: int, ssrc: int, payload: bytes
) -> None:
    data = HEADER.pack(0x80, second, sequence, timestamp, ssrc) + payload
    assert parse(data) == Packet(second > 127, second & 127, sequence, timestamp, ssrc, 0, b"", payload)


def test_contributors_extension_and_padding_are_taken_off() -> None:
    data = HEADER.pack(0xB2, 111, 1, 2, 3) + bytes(8) + level_extension(3, 42) + b"sound" + b"\x00\x00\x03"
    packet = parse(data)
    assert (packet.payload, packet.profile) == (b"sound", 0xBEDE)
    assert audio_level(packet, 3) == 42
    assert audio_level(packet, 4) is None


def test_an_audio_level_is_read_without_its_voice_bit() -> None:
    packet = Packet(False, 111, 0, 0, 0, 0xBEDE, b"\x10\xaa\x00\x00", b"")
    assert audio_level(packet, 1) == 0x2A


def test_two_byte_elements_are_read() -> None:
    assert list(elements(0x1000, b"\x00\x21\x02ab\x05\x00")) == [(0x21, b"ab"), (5, b"")]


def test_the_reserved_number_ends_the_walk() -> None:
    assert list(elements(0xBEDE, b"\x10\x01\xf0\x00\x20\x02")) == [(1, b"\x01")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(12),  # version 0
        HEADER.pack(0x8F, 0, 0, 0, 0),  # contributors that are not there
        HEADER.pack(0x90, 0, 0, 0, 0),  # an extension that is not there
        HEADER.pack(0x90, 0, 0, 0, 0) + struct.pack("!HH", 0xBEDE, 9),
        HEADER.pack(0xA0, 0, 0, 0, 0) + b"\x00",  # padding of no length
        HEADER.pack(0xA0, 0, 0, 0, 0) + b"\x09",  # more padding than packet
    ],
)
def test_a_packet_that_contradicts_itself_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse(data)


@given(st.binary(max_size=100))
@example(HEADER.pack(0xB0, 0, 0, 0, 0))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        packet = parse(data)
    except ProtocolError:
        return
    audio_level(packet, 1)


@given(st.binary(min_size=12, max_size=60), st.sampled_from([0x80, 0x90, 0xA0, 0xB0, 0x85]))
def test_any_bytes_behind_a_version_are_read_or_refused(data: bytes, first: int) -> None:
    test_any_bytes_are_read_or_refused.hypothesis.inner_test(bytes([first]) + data[1:])  # type: ignore[attr-defined]
