"""A publisher's streams: which packets are whose, what is forwarded of them, and what is asked for again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.errors import ProtocolError
from server.core.ids import HUB
from server.media.sfu import rtcp
from server.media.sfu.codec import Kind
from server.media.sfu.sfu import Sfu
from tests.media.layers import DELTA, NAMED, REPAIRED, RTX, TWO_LAYERS, Source, key, packet
from tests.media.peers import CA_MAU
from tests.media.wire import OPUS, VP8, publishing, watching

_LOW, _HIGH, _LOW_RTX = 20, 30, 21


def _again(sequence: int, payload: bytes, *, ssrc: int = 11, number: int = 900, **elements: bytes) -> bytes:
    """Write a retransmission (RFC 4588, section 4)."""
    repeated = sequence.to_bytes(2) + payload
    return packet(repeated, ssrc=ssrc, sequence=number, timestamp=3, payload_type=RTX, elements=elements)


def _lossy() -> Source:
    """Return a source whose packet 6 is missing."""
    source = Source()
    source.show()
    source.publisher.on_rtp(packet(key(360), ssrc=10, sequence=5), 0.0)
    source.publisher.on_rtp(packet(DELTA + b"7", ssrc=10, sequence=7), 0.01)
    return source


def test_a_retransmission_is_forwarded_as_the_packet_that_was_missing() -> None:
    source = _lossy()
    assert rtcp.Nack(10, (6,)) in source.reports()
    source.publisher.on_rtp(_again(6, DELTA + b"6"), 0.03)
    track, arrival = source.taken[-1]
    assert (track.ssrc, arrival.index & 0xFFFF, arrival.timestamp, arrival.payload) == (10, 6, 3, DELTA + b"6")


def test_a_retransmission_of_what_is_not_missing_is_dropped() -> None:
    source = _lossy()
    for number, payload in enumerate([_again(5, key(360)), _again(8, DELTA), _again(6, DELTA), _again(6, DELTA)]):
        source.publisher.on_rtp(payload[:2] + number.to_bytes(2) + payload[4:], 0.03)
    assert len(source.taken) == 3


def test_padding_that_probes_the_line_is_dropped() -> None:
    source = _lossy()
    padding = bytearray(_again(0, b"", number=1)[:-2] + bytes(199) + b"\xc8")
    padding[0] |= 0x20
    source.publisher.on_rtp(bytes(padding), 0.03)
    source.publisher.on_rtp(_again(6, b"", number=2), 0.03)
    assert len(source.taken) == 2
    assert source.publisher.health(1.0).loss == pytest.approx(1 / 3)


def test_a_packet_that_comes_after_its_retransmission_is_not_forwarded_twice() -> None:
    source = _lossy()
    source.publisher.on_rtp(_again(6, DELTA + b"6"), 0.03)
    source.publisher.on_rtp(packet(DELTA + b"6", ssrc=10, sequence=6), 0.04)
    assert source.payloads == [key(360), DELTA + b"7", DELTA + b"6"]


def test_a_packet_is_asked_for_again_after_the_measured_round_trip() -> None:
    source = _lossy()
    source.publisher.round_trip = 0.2
    source.reports()
    for at in (0.05, 0.1, 0.15, 0.2, 0.22, 0.25, 0.3):
        source.publisher.remind(at)
    assert source.reports().count(rtcp.Nack(10, (6,))) == 1


def test_a_packet_that_never_comes_calls_for_a_keyframe() -> None:
    source = _lossy()
    source.publisher.remind(0.9)
    assert rtcp.KeyframeRequest(10) not in source.reports()
    source.publisher.remind(1.1)
    assert rtcp.KeyframeRequest(10) in source.reports()


def test_an_announced_retransmission_stream_is_the_only_one() -> None:
    source = Source(REPAIRED + "a=ssrc-group:FID 10 11\r\na=ssrc:10 cname:x\r\na=ssrc:11 cname:x\r\n")
    source.show()
    source.publisher.on_rtp(packet(key(360), ssrc=10, sequence=5), 0.0)
    source.publisher.on_rtp(packet(DELTA, ssrc=10, sequence=7), 0.0)
    with pytest.raises(ProtocolError):
        source.publisher.on_rtp(_again(6, DELTA, ssrc=12), 0.0)
    source.publisher.on_rtp(_again(6, DELTA, ssrc=11), 0.0)
    assert len(source.taken) == 3


def test_retransmissions_on_the_stream_itself_are_refused() -> None:
    source = _lossy()
    with pytest.raises(ProtocolError):
        source.publisher.on_rtp(_again(6, DELTA, ssrc=10), 0.0)


def _layered() -> Source:
    """Return a source that sends two layers and has told which is which."""
    source = Source(REPAIRED + NAMED + TWO_LAYERS)
    source.show()
    source.publisher.on_rtp(packet(key(720), ssrc=_HIGH, sequence=1, elements={"mid": b"1", "rid": b"high"}), 0.0)
    source.publisher.on_rtp(packet(key(180), ssrc=_LOW, sequence=1, elements={"rid": b"low", "mid": b"1"}), 0.0)
    return source


def test_layers_are_tracks_of_their_own_smallest_first() -> None:
    source = _layered()
    source.publisher.on_rtp(packet(DELTA, ssrc=_HIGH, sequence=2), 0.0)
    assert [track.ssrc for track, _ in source.taken] == [_HIGH, _LOW, _HIGH]
    assert source.heights == [180, 720]
    assert source.publisher.track(Kind.VIDEO) is source.publisher.pictures[-1]
    assert source.changes == 2


def test_layers_are_ordered_by_what_they_show_whatever_they_are_called() -> None:
    source = Source(REPAIRED + NAMED + TWO_LAYERS)
    source.publisher.on_rtp(packet(key(1080), ssrc=20, sequence=1, elements={"rid": b"low"}), 0.0)
    source.publisher.on_rtp(packet(key(90), ssrc=30, sequence=1, elements={"rid": b"high"}), 0.0)
    assert source.heights == [90, 1080]


@pytest.mark.parametrize(
    "elements",
    [{}, {"rid": b"other"}, {"rid": b"low", "mid": b"0"}, {"repaired": b"low"}, {"rid": b"\xff"}],
    ids=["nameless", "unknown", "of another m-line", "repaired", "no text"],
)
def test_a_stream_that_no_layer_claims_is_refused(elements: dict[str, bytes]) -> None:
    source = Source(REPAIRED + NAMED + TWO_LAYERS)
    with pytest.raises(ProtocolError):
        source.publisher.on_rtp(packet(key(180), ssrc=_LOW, sequence=1, elements=elements), 0.0)
    assert source.publisher.pictures == ()


def test_a_bound_layer_cannot_be_taken_over() -> None:
    source = _layered()
    with pytest.raises(ProtocolError):
        source.publisher.on_rtp(packet(key(180), ssrc=99, sequence=2, elements={"rid": b"low"}), 0.0)
    assert [track.ssrc for track in source.video()] == [_LOW, _HIGH]


def test_a_layer_is_repaired_by_its_own_retransmissions() -> None:
    source = _layered()
    for ssrc in (_LOW, _HIGH):
        source.publisher.on_rtp(packet(DELTA, ssrc=ssrc, sequence=3), 0.0)
    assert {rtcp.Nack(_LOW, (2,)), rtcp.Nack(_HIGH, (2,))} <= set(source.reports())
    source.publisher.on_rtp(_again(2, DELTA + b"low", ssrc=_LOW_RTX, repaired=b"low"), 0.0)
    track, arrival = source.taken[-1]
    assert (track.ssrc, arrival.payload) == (_LOW, DELTA + b"low")


def test_a_keyframe_is_asked_of_the_layer_that_is_wanted() -> None:
    source = _layered()
    source.publisher.pictures[0].want_keyframe(1.0)
    assert source.reports() == [rtcp.KeyframeRequest(_LOW)]


def test_each_layer_has_its_own_reports() -> None:
    source = _layered()
    source.publisher.on_rtp(packet(DELTA, ssrc=_HIGH, sequence=5), 0.1)
    source.publisher.report(1.0)
    lost = {report.ssrc: report.lost for report in source.reports() if isinstance(report, rtcp.ReceiverReport)}
    assert lost == {_LOW: 0, _HIGH: 3}


def _run(source: Source, ssrc: int, start: float, end: float) -> None:
    """Let a layer send a packet every 100 ms, and the publisher look after it as often."""
    for tick in range(round(start * 10), round(end * 10)):
        source.publisher.on_rtp(packet(DELTA, ssrc=ssrc, sequence=tick + 2), tick / 10)
        source.publisher.remind(tick / 10)


def test_a_layer_that_stops_is_soon_gone_and_comes_back_at_once() -> None:
    source = _layered()
    _run(source, _LOW, 0.1, 0.6)
    assert source.heights == [180, 720]
    _run(source, _LOW, 0.6, 1.3)
    assert source.heights == [180]
    source.publisher.on_rtp(packet(DELTA, ssrc=_HIGH, sequence=2), 1.3)
    assert source.heights == [180, 720]
    assert source.changes == 4


def test_a_line_that_falls_silent_leaves_the_pictures_as_they_were() -> None:
    source = _layered()
    source.publisher.remind(60.0)
    assert source.heights == [180, 720]


def test_a_layer_that_says_goodbye_is_gone_and_the_publisher_stays() -> None:
    source = _layered()
    bye = b"\x81\xcb\x00\x01" + _HIGH.to_bytes(4)
    source.publisher.on_rtcp(bye, 0.1)
    assert (source.heights, source.has_left) == ([180], False)
    source.publisher.on_rtp(packet(DELTA, ssrc=_HIGH, sequence=2), 0.2)
    source.publisher.on_rtcp(b"\x81\xcb\x00\x01" + _LOW.to_bytes(4), 0.3)
    assert (source.heights, source.has_left) == ([720], False)
    source.publisher.on_rtcp(bye, 0.4)
    assert source.has_left


def test_layers_and_sound_share_one_clock() -> None:
    source = _layered()
    source.publisher.on_rtp(packet(b"o", ssrc=40, sequence=1, payload_type=OPUS), 0.0)
    for ssrc, timestamp in ((_LOW, 90_000), (_HIGH, 500_000), (40, 7)):  # all captured at the same moment
        report = rtcp.sender_report(ssrc, ntp=rtcp.ntp_of(1_700_000_000), timestamp=timestamp, packets=1, octets=1)
        source.publisher.on_rtcp(report, 5.0)
    low, high = source.publisher.pictures
    audio = source.publisher.track(Kind.AUDIO)
    assert audio is not None
    assert (low.timestamp_at(6.0), high.timestamp_at(6.0)) == (180_000, 590_000)
    assert audio.timestamp_at(6.0) == 48_007


@given(st.binary(max_size=40), st.booleans())
def test_whatever_a_packet_of_a_layered_source_holds_it_is_taken_or_refused(data: bytes, is_headed: bool) -> None:
    source = _layered()
    head = packet(b"", ssrc=_LOW, sequence=2, payload_type=VP8)[:12]
    try:
        source.publisher.on_rtp(head + data if is_headed else data, 0.0)
    except ProtocolError:
        return
    assert len(source.video()) == 2


async def test_a_viewer_gets_what_was_sent_again_on_a_stream_of_its_own(sfu: Sfu) -> None:
    async with publishing(sfu, HUB, video=(VP8,), rtx=True) as hub, watching(sfu, CA_MAU, video=(VP8,)) as viewer:
        hub.send_plain(packet(key(360), ssrc=10, sequence=5))
        shown = await viewer.receives(key(360))
        hub.send_plain(packet(DELTA + b"7", ssrc=10, sequence=7))
        await hub.hears(lambda wire: rtcp.Nack(10, (6,)) in wire.reports)
        hub.send_plain(_again(6, DELTA + b"6"))
        again = await viewer.receives(DELTA + b"6")
        assert again.sequence == shown.sequence + 1


@pytest.mark.parametrize("drift", [-0.0001, 0.0001])
def test_a_sender_whose_clock_drifts_is_followed_for_hours(drift: float) -> None:
    """What is captured now is never told to be of a second ago: hub and sites are recorded by one clock, ours."""
    source = Source()
    source.publisher.on_rtp(packet(key(360), ssrc=10, sequence=5), 0.0)
    (track,) = (track for track in source.video() if track.ssrc == 10)
    behind = []
    for second in range(3 * 3600):
        ntp = rtcp.ntp_of(second * (1 + drift))
        report = rtcp.sender_report(10, ntp=ntp, timestamp=0, packets=second, octets=second)
        source.publisher.on_rtcp(report, float(second))
        assert track.clock is not None
        behind.append(second - track.clock[0])

    assert max(map(abs, behind)) < 0.01
