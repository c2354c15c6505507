"""RTCP packets, read and written."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.errors import ProtocolError
from server.media.sfu import rtcp
from server.media.sfu.rtcp import Bye, Estimate, KeyframeRequest, Nack, ReceiverReport, RoundTrip, SenderReport, parse


def test_a_sender_report_is_read_as_it_was_written() -> None:
    data = rtcp.sender_report(7, ntp=0x0123456789ABCDEF, timestamp=99, packets=1, octets=2)
    assert parse(data) == [SenderReport(7, 0x0123456789ABCDEF, 99)]


@pytest.mark.parametrize("lost", [-5, 0, 70_000])
def test_a_receiver_report_is_read_as_it_was_written(lost: int) -> None:
    block = ReceiverReport(7, 128, lost, 70_000, 12, 34, 56)
    assert parse(rtcp.receiver_report(1, [block, block])) == [block, block]


def test_a_compound_packet_is_read_in_order_and_what_means_nothing_is_skipped() -> None:
    data = (
        rtcp.receiver_report(1, ())
        + rtcp.description(1, "giaoban")
        + rtcp.nack(1, 7, [3, 65_535])
        + rtcp.keyframe_request(1, 7)
        + rtcp.rate_limit(1, [7], 150_000)
        + rtcp.reference_time(1, 5)
    )
    assert parse(data) == [Nack(7, (3, 65_535)), KeyframeRequest(7), Estimate(150_000, (7,))]


def test_an_estimate_whose_streams_are_cut_off_names_those_that_are_there() -> None:
    data = rtcp.rate_limit(1, [7, 8], 2_500_000)
    short = data[:2] + (len(data) // 4 - 2).to_bytes(2) + data[4:-4]
    assert parse(short) == [Estimate(2_500_000, (7,))]


def test_a_nack_with_a_mask_names_the_numbers_after_the_first() -> None:
    data = struct.pack("!BBHLLHH", 0x81, 205, 3, 1, 7, 65_535, 0b1000_0000_0000_0011)
    assert parse(data) == [Nack(7, (65_535, 0, 1, 15))]


def test_a_full_intra_request_names_its_stream() -> None:
    assert parse(struct.pack("!BBHLLLL", 0x84, 206, 4, 1, 0, 7, 0)) == [KeyframeRequest(7)]


def test_a_goodbye_names_its_streams() -> None:
    assert parse(struct.pack("!BBHLL", 0x82, 203, 2, 7, 8)) == [Bye((7, 8))]


def test_an_extended_report_answers_a_reference_time() -> None:
    data = struct.pack("!BBHLBBHLLL", 0x80, 207, 5, 1, 5, 0, 3, 9, 1234, 56)
    assert parse(data) == [RoundTrip(1234, 56)]


def test_rates_are_written_as_a_receiver_of_another_house_reads_them() -> None:
    from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, unpack_remb_fci

    for rate in (0, 150_000, 600_000, 2_500_000, 40_000_000):
        (packet,) = RtcpPacket.parse(rtcp.rate_limit(1, [7, 8], rate))
        assert isinstance(packet, RtcpPsfbPacket)
        told, ssrcs = unpack_remb_fci(packet.fci)
        assert ssrcs == [7, 8]
        assert rate * (1 - 2**-17) <= told <= rate


def test_a_description_is_padded_and_ended() -> None:
    for name in ("", "abc", "giaoban", "12345678"):
        data = rtcp.description(1, name)
        assert len(data) % 4 == 0
        assert data[-1] == 0
        assert parse(data) == []


def test_a_round_trip_is_what_is_left_of_the_time_since_the_report() -> None:
    sent = rtcp.ntp_of(1_000.0)
    now = rtcp.ntp_of(1_001.5)
    measured = rtcp.round_trip(now, rtcp.middle(sent), round(1.25 * 65536))
    assert measured == pytest.approx(0.25, abs=0.001)


@pytest.mark.parametrize(("last", "delay"), [(0, 0), (1, 0), (0xFFFFFFFF, 0xFFFFFFFF)])
def test_a_round_trip_that_cannot_be_is_none(last: int, delay: int) -> None:
    assert rtcp.round_trip(rtcp.ntp_of(1_700_000_000), last, delay) is None


def test_times_survive_ntp() -> None:
    assert rtcp.unix_of(rtcp.ntp_of(1_700_000_000.25)) == pytest.approx(1_700_000_000.25, abs=1e-6)


@pytest.mark.parametrize(
    "data", [b"\x80", b"\x80\xc8\x00\x01", b"\x00\xc8\x00\x00", b"\x81\xc9\x00\x00", b"\x80\xc8\x00\x00"]
)
def test_a_packet_that_contradicts_itself_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse(data)


@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parse(data)
    except ProtocolError:
        return


_kinds = st.sampled_from([200, 201, 203, 205, 206, 207])


@given(_kinds, st.integers(0, 31), st.binary(max_size=80).filter(lambda body: len(body) % 4 == 0))
def test_any_body_behind_a_true_header_is_read_or_refused(kind: int, count: int, body: bytes) -> None:
    try:
        found = parse(struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body)
    except ProtocolError:
        return
    assert len(found) <= 32


def test_rtcp_is_told_from_rtp_by_its_second_byte() -> None:
    assert [rtcp.is_rtcp(bytes([0x80, second])) for second in (111, 191, 192, 200, 223, 224)] == [
        False,
        False,
        True,
        True,
        True,
        False,
    ]
