import pytest
from aiortc.rtp import HeaderExtensionsMap, RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from endpoints import rtp


@given(
    payload=st.binary(max_size=1200),
    sequence=st.integers(0, 0xFFFF),
    timestamp=st.integers(0, 0xFFFFFFFF),
    ssrc=st.integers(0, 0xFFFFFFFF),
    marker=st.booleans(),
)
def test_another_implementation_reads_what_we_write(
    payload: bytes, sequence: int, timestamp: int, ssrc: int, marker: bool
) -> None:
    written = rtp.write(payload, payload_type=111, marker=marker, sequence=sequence, timestamp=timestamp, ssrc=ssrc)

    packet = RtpPacket.parse(written, HeaderExtensionsMap())

    assert (packet.payload, packet.payload_type, packet.marker) == (payload, 111, int(marker))
    assert (packet.sequence_number, packet.timestamp, packet.ssrc) == (sequence, timestamp, ssrc)
    assert rtp.read(written) == rtp.Header(111, marker, sequence, timestamp, ssrc, size=12)


def test_level_extension_is_laid_out_as_in_rfc_6464() -> None:
    assert rtp.level_extension(45, voice=True) == bytes.fromhex("BEDE000110AD0000")
    assert rtp.level_extension(127, voice=False) == bytes.fromhex("BEDE0001107F0000")


def test_level_is_found_behind_padding_and_other_elements() -> None:
    elements = bytes([0, 0x31, 9, 9, 0x10, 0x80 | 33, 0, 0])

    assert rtp.level_of(elements, 1) == 33
    assert rtp.level_of(elements, 3) == 9
    assert rtp.level_of(elements, 5) is None


def test_read_finds_the_payload_behind_the_extension() -> None:
    extension = rtp.level_extension(20, voice=True)
    packet = rtp.write(b"opus", payload_type=111, marker=False, sequence=1, timestamp=2, ssrc=3, extension=extension)

    header = rtp.read(packet)

    assert packet[header.size :] == b"opus"
    assert rtp.level_of(header.extension, rtp.LEVEL_ID) == 20


@pytest.mark.parametrize("packet", [b"", b"\x80", bytes(20), b"\x90" + bytes(12)])
def test_read_refuses_what_is_no_rtp(packet: bytes) -> None:
    with pytest.raises(ValueError, match="RTP"):
        rtp.read(packet)
