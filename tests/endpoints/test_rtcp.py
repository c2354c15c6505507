import struct

import pytest
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSrPacket,
    pack_remb_fci,
)
from hypothesis import given
from hypothesis import strategies as st

from endpoints import rtcp


def test_another_implementation_reads_our_sender_report() -> None:
    report = rtcp.sender_report(7, ntp_time=rtcp.ntp(1_700_000_000.5), timestamp=90_000, packets=10, octets=1000)

    sender, names = RtcpPacket.parse(report + rtcp.description(7, "điểm-cầu"))

    assert isinstance(sender, RtcpSrPacket)
    assert sender.ssrc == 7
    assert sender.sender_info.ntp_timestamp == (1_700_000_000 + 2_208_988_800) << 32 | 1 << 31
    assert (sender.sender_info.rtp_timestamp, sender.sender_info.packet_count) == (90_000, 10)
    assert isinstance(names, RtcpSdesPacket)
    assert names.chunks[0].items == [(1, "điểm-cầu".encode())]


@pytest.mark.parametrize("length", range(1, 9))
def test_description_is_padded_to_words_with_at_least_one_zero(length: int) -> None:
    packet = rtcp.description(1, "x" * length)

    assert len(packet) % 4 == 0
    assert packet.endswith(b"\x00")
    assert isinstance(RtcpPacket.parse(packet)[0], RtcpSdesPacket)


def test_another_implementation_reads_our_receiver_report() -> None:
    block = rtcp.Block(ssrc=9, fraction_lost=64, lost=5, highest=70_000, jitter=12, last_report=3, delay=65_536)

    (report,) = RtcpPacket.parse(rtcp.receiver_report(1, [block]))

    assert isinstance(report, RtcpRrPacket)
    told = report.reports[0]
    assert (told.ssrc, told.fraction_lost, told.packets_lost, told.highest_sequence) == (9, 64, 5, 70_000)
    assert (told.jitter, told.lsr, told.dlsr) == (12, 3, 65_536)


def test_keyframe_requests_are_read_as_pli_and_as_fir() -> None:
    pli = bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=1, media_ssrc=42))
    fir = bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_FIR, ssrc=1, media_ssrc=0, fci=struct.pack("!IB3x", 42, 1)))

    assert list(rtcp.read(pli + fir)) == [rtcp.KeyframeWanted(42), rtcp.KeyframeWanted(42)]


@given(st.sets(st.integers(0, 0xFFFF), min_size=1, max_size=40))
def test_nack_names_every_missing_packet(missing: set[int]) -> None:
    packet = bytes(RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=1, media_ssrc=42, lost=sorted(missing)))

    (feedback,) = rtcp.read(packet)

    assert isinstance(feedback, rtcp.Missing)
    assert feedback.ssrc == 42
    assert set(feedback.sequences) == missing


@pytest.mark.parametrize("bitrate", [150_000, 600_000, 2_500_000])
def test_estimate_is_read_from_remb(bitrate: int) -> None:
    packet = bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=1, media_ssrc=0, fci=pack_remb_fci(bitrate, [42])))

    (feedback,) = rtcp.read(packet)

    assert isinstance(feedback, rtcp.Estimate)
    assert bitrate * 0.999 <= feedback.bitrate <= bitrate


def test_a_receiver_gets_its_clock_back() -> None:
    asking = struct.pack("!BBHIBBHQ", 0x80, 207, 4, 5, 4, 0, 2, 0x1234_5678_9ABC_DEF0)

    (asked,) = rtcp.read(asking)

    assert asked == rtcp.Asked(5, 0x5678_9ABC)
    answer = rtcp.round_trip_answer(42, rtcp.Asked(5, 0x5678_9ABC), delay=0.5)
    assert answer == struct.pack("!BBHIBBHIII", 0x80, 207, 5, 42, 5, 0, 3, 5, 0x5678_9ABC, 32_768)


def test_sender_report_gives_the_middle_of_its_clock() -> None:
    report = rtcp.sender_report(7, ntp_time=0x1234_5678_9ABC_DEF0, timestamp=0, packets=0, octets=0)

    assert list(rtcp.read(report)) == [rtcp.Sent(7, 0x5678_9ABC)]


@given(st.binary(max_size=80))
def test_reading_garbage_raises_value_error_or_nothing(garbage: bytes) -> None:
    try:
        list(rtcp.read(garbage))
    except ValueError:
        return


def test_receiver_reports_are_read_as_they_were_written() -> None:
    blocks = [
        rtcp.Block(ssrc=9, fraction_lost=64, lost=5, highest=70_000, jitter=12, last_report=3, delay=65_536),
        rtcp.Block(ssrc=10, fraction_lost=0, lost=-2, highest=1, jitter=0),
    ]

    assert list(rtcp.read(rtcp.receiver_report(1, blocks))) == blocks
