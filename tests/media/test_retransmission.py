"""Packets sent again on a stream of their own: the same content, other numbers."""

import pytest

from server.media.sfu import rtp
from server.media.sfu.retransmission import Retransmission

RTX = {96: 97}


@pytest.mark.parametrize("extension", [b"", rtp.level_extension(1, 30)])
def test_packet_sent_again_says_the_same_under_other_numbers(extension: bytes) -> None:
    first = rtp.HEADER.pack(0x90 if extension else 0x80, 0x80 | 96, 65_535, 7, 1) + extension + b"picture"
    again = Retransmission(2, RTX, is_timed=False)
    found = [rtp.parse(again.wrap(first, 1.0)) for _ in range(2)]
    assert [(one.payload_type, one.marker, one.timestamp, one.ssrc) for one in found] == [(97, True, 7, 2)] * 2
    assert [one.payload for one in found] == [b"\xff\xffpicture"] * 2
    assert [one.extension for one in found] == [extension[4:]] * 2
    assert (found[1].sequence - found[0].sequence) & 0xFFFF == 1


@pytest.mark.parametrize(
    "extension",
    [rtp.time_extension(3, 1.0), rtp.time_and_level_extension(3, 1.0, 1, 30)],
    ids=["time", "time and level"],
)
def test_packet_sent_again_tells_the_time_of_the_second_sending(extension: bytes) -> None:
    first = rtp.HEADER.pack(0x90, 96, 5, 7, 1) + extension + b"picture"
    found = rtp.parse(Retransmission(2, RTX, is_timed=True).wrap(first, 65.5))
    values = dict(rtp.elements(found.profile, found.extension))
    assert values[3] == (0x60000).to_bytes(3)  # 1.5 s in 6.18 fixed point
    assert rtp.audio_level(found, 1) in (None, 30)
    assert len(values) == len(list(rtp.elements(0xBEDE, extension[4:])))
    assert found.payload == b"\x00\x05picture"
