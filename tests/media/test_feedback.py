"""What publishers are told and asked for, and what subscribers ask for."""

import struct
import time

from server.core.ids import HUB
from server.media.plane import Health, Levels, Program, Published
from server.media.sfu import rtcp, rtp
from server.media.sfu.sfu import Sfu
from tests.media.diary import Diary
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI, THANH_HOA
from tests.media.wire import DELTA, H264, KEY, OPUS, TIME_ID, VP8, VP8_KEY, Wire, publishing, watching


async def test_a_publisher_is_told_its_rate_by_its_role(sfu: Sfu) -> None:
    async with publishing(sfu, HA_NOI) as site:
        site.send(H264, KEY, timestamp=0)
        await site.hears(lambda wire: wire.rates[-1:] == [150_000])
        sfu.route(GIAO_BAN, Program(on_deck=(HA_NOI,)))
        await site.hears(lambda wire: wire.rates[-1:] == [600_000])
        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        await site.hears(lambda wire: wire.rates[-1] > 2_499_000)
        sfu.route(GIAO_BAN, Program())
        await site.hears(lambda wire: wire.rates[-1] == 150_000)


async def test_the_rate_is_repeated_every_second(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub:
        hub.send(H264, KEY, timestamp=0)
        await hub.hears(lambda wire: len(wire.rates) >= 3)
        assert {rate // 1000 for rate in hub.rates} <= {2499, 2500}


async def test_a_lost_packet_is_sent_again_from_the_ring(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        hub.send(H264, KEY, timestamp=0)
        shown = await viewer.receives(KEY)
        viewer.is_deaf = True
        hub.send(H264, DELTA + b"lost", timestamp=3000)
        await viewer.hears(lambda wire: wire.missed == 1)
        viewer.is_deaf = False
        viewer.send_rtcp(rtcp.nack(1, shown.ssrc, [(shown.sequence + 1) & 0xFFFF]))
        again = await viewer.receives(DELTA + b"lost")
        assert again.sequence == (shown.sequence + 1) & 0xFFFF


async def test_a_lost_packet_is_sent_again_on_a_stream_of_its_own_where_that_was_negotiated(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU, rtx=True) as viewer:
        hub.send(VP8, VP8_KEY, timestamp=0)
        shown = await viewer.receives(VP8_KEY)
        assert [number for number, _ in rtp.elements(shown.profile, shown.extension)] == [TIME_ID]
        for _ in range(2):
            viewer.send_rtcp(rtcp.nack(1, shown.ssrc, [shown.sequence]))
        await viewer.hears(lambda wire: len(wire.again) == 2)
        first, second = viewer.again
        assert first.payload == second.payload == shown.sequence.to_bytes(2) + VP8_KEY
        assert f"a=ssrc-group:FID {shown.ssrc} {first.ssrc}" in viewer.answer
        assert (first.timestamp, second.sequence) == (shown.timestamp, (first.sequence + 1) & 0xFFFF)


async def test_what_was_sent_before_a_viewer_came_is_not_sent_to_it_again(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as early:
        hub.send(H264, KEY + b"1", timestamp=0)
        before = await early.receives(KEY + b"1")
        hub.send(H264, KEY + b"2", timestamp=3000)
        await early.receives(KEY + b"2")
        async with watching(sfu, THANH_HOA) as late:
            late.is_deaf = True
            hub.send(H264, DELTA, timestamp=6000)
            await late.hears(lambda wire: wire.missed >= 1)
            late.is_deaf = False
            late.send_rtcp(rtcp.nack(1, before.ssrc, [(before.sequence + number) & 0xFFFF for number in range(3)]))
            await late.receives(DELTA)
            assert KEY + b"1" not in [packet.payload for packet in late.packets]


async def test_a_publisher_is_asked_for_what_got_lost_on_its_way(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        first = hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        hub.send(H264, DELTA, timestamp=6000, skip=2)
        await hub.hears(lambda wire: any(isinstance(report, rtcp.Nack) for report in wire.reports))
        nack = next(report for report in hub.reports if isinstance(report, rtcp.Nack))
        sequence = int.from_bytes(first[2:4])
        assert nack.sequences == ((sequence + 1) & 0xFFFF, (sequence + 2) & 0xFFFF)


async def test_nobody_asks_a_site_off_air_for_lost_packets(sfu: Sfu) -> None:
    async with publishing(sfu, HA_NOI) as site:
        site.send(H264, KEY, timestamp=0)
        site.send(H264, DELTA, timestamp=6000, skip=2)
        await site.hears(lambda wire: len(wire.rates) >= 2)
        assert not [report for report in site.reports if isinstance(report, rtcp.Nack | rtcp.KeyframeRequest)]


async def test_many_requests_for_a_keyframe_become_one(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        for _ in range(50):
            viewer.send_rtcp(rtcp.keyframe_request(1, viewer.ssrcs[1]))
        await hub.hears(lambda wire: any(isinstance(report, rtcp.KeyframeRequest) for report in wire.reports))
        hub.send(H264, KEY + b"2", timestamp=3000)
        await viewer.receives(KEY + b"2")
        await hub.hears(lambda wire: len(wire.rates) >= 2)
        assert len([report for report in hub.reports if isinstance(report, rtcp.KeyframeRequest)]) <= 2


async def test_a_keyframe_is_asked_for_until_it_comes(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU):
        hub.send(H264, DELTA, timestamp=0)
        await hub.hears(lambda wire: sum(isinstance(report, rtcp.KeyframeRequest) for report in wire.reports) >= 3)


async def test_levels_are_the_loudest_of_each_window(sfu: Sfu, diary: Diary) -> None:
    async with publishing(sfu, HUB) as hub, publishing(sfu, HA_NOI) as site:
        hub.send(OPUS, b"quiet", timestamp=0, level=90)
        hub.send(OPUS, b"loud", timestamp=960, level=20)
        hub.send(OPUS, b"silent", timestamp=1920, level=127)
        site.send(OPUS, b"site", timestamp=0, level=40)
        await diary.first(Published, lambda event: event.source == HA_NOI)
        windows = [await diary.first(Levels, lambda event: HUB in dict(event.levels))]
        windows += [await diary.first(Levels, lambda event: HA_NOI in dict(event.levels))]
        assert {code: level for window in windows for code, level in window.levels} == {HUB: 20, HA_NOI: 40}
        assert all(0.1 <= window.window < 1 for window in windows)


async def test_a_window_in_which_the_loop_was_held_up_is_as_long_as_that(sfu: Sfu, diary: Diary) -> None:
    async with publishing(sfu, HUB) as hub:
        hub.send(OPUS, b"before", timestamp=0, level=30)
        before = await diary.first(Levels)
        time.sleep(0.5)  # noqa: ASYNC251 - the stall that is meant
        hub.send(OPUS, b"after", timestamp=24_000, level=40)
        after = await diary.first(Levels, lambda event: dict(event.levels)[HUB] == 40)

    held_up = max((before, after, *diary.all(Levels)), key=lambda event: event.window)
    assert held_up.window >= 0.5
    assert before.at <= held_up.at
    assert held_up.at.timestamp() + held_up.window <= after.at.timestamp() + after.window + 0.001


async def test_health_counts_what_came_and_what_was_sent(sfu: Sfu, diary: Diary) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        hub.send(H264, KEY, timestamp=0)
        hub.send(H264, DELTA * 1000, timestamp=3000, skip=1)
        hub.send(OPUS, b"o", timestamp=0)
        await viewer.receives(b"o")
        for fraction, highest in ((0, 70_000), (64, 70_008)):
            report = rtcp.ReceiverReport(viewer.ssrcs[1], fraction, 1, highest, 0, 0, 0)
            viewer.send_rtcp(rtcp.receiver_report(1, [report]))
        health = await diary.first(Health, lambda event: bool(event.publishers))
        publisher, subscriber = health.publishers[0], health.subscribers[0]
        assert (publisher.source, publisher.media, publisher.frames > 1, publisher.loss) == (HUB, hub.media, True, 0.25)
        assert publisher.bitrate > 7_000
        assert (subscriber.viewer, subscriber.media, subscriber.loss) == (CA_MAU, viewer.media, 0.25)
        assert subscriber.bitrate > 7_000


async def test_sender_reports_tie_timestamps_to_one_clock(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        video = int.from_bytes(hub.send(H264, KEY, timestamp=1_000)[8:12])
        audio = int.from_bytes(hub.send(OPUS, b"o", timestamp=5_000)[8:12])
        for ssrc, timestamp in ((video, 1_000), (audio, 5_000)):  # both captured at the same moment
            report = rtcp.sender_report(ssrc, ntp=rtcp.ntp_of(1_700_000_000), timestamp=timestamp, packets=1, octets=1)
            hub.send_rtcp(report)
        await viewer.receives(b"o")
        await viewer.hears(lambda wire: len(_moments(wire.reports)) == 2)
        captured = {moment.ssrc: _captured(viewer.of(moment.ssrc)[0], moment) for moment in _moments(viewer.reports)}
        audio_at, video_at = captured.values()
        assert abs(audio_at - video_at) < 0.005


async def test_voice_and_lips_of_a_site_agree_at_the_receiver_after_a_switch(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, publishing(sfu, HA_NOI) as site, watching(sfu, CA_MAU) as viewer:
        for wire, video, audio, at in ((hub, 1_000, 5_000, 1_700_000_000), (site, 4_000_000_000, 77, 1_600_000_000)):
            _say_and_show(wire, video=video, audio=audio, at=at)  # each has a clock and offsets of its own
            await wire.hears(lambda wire: len({report.ssrc for report in _blocks(wire.reports) if report.last}) == 2)
        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        shown = len(viewer.packets)
        site.send(H264, KEY, timestamp=4_000_090_000)
        site.send(OPUS, b"o", timestamp=48_077)
        await viewer.hears(lambda wire: len({packet.ssrc for packet in wire.packets[shown:]}) == 2)
        viewer.reports.clear()
        await viewer.hears(lambda wire: len(_moments(wire.reports)) == 2)
        first = {
            ssrc: next(packet for packet in viewer.packets[shown:] if packet.ssrc == ssrc) for ssrc in viewer.ssrcs
        }
        captured = [_captured(first[moment.ssrc], moment) for moment in _moments(viewer.reports)]
        assert abs(captured[0] - captured[1]) < 0.005


def _say_and_show(wire: Wire, *, video: int, audio: int, at: int) -> None:
    """Send sound and a keyframe that were captured at the same moment, and say so."""
    for number, payload, timestamp in ((H264, KEY, video), (OPUS, b"o", audio)):
        ssrc = int.from_bytes(wire.send(number, payload, timestamp=timestamp)[8:12])
        wire.send_rtcp(rtcp.sender_report(ssrc, ntp=rtcp.ntp_of(at), timestamp=timestamp, packets=1, octets=1))


async def test_a_publisher_that_answers_a_reference_time_has_a_round_trip(sfu: Sfu, diary: Diary) -> None:
    async with publishing(sfu, HUB) as hub:
        hub.send(H264, KEY, timestamp=0)
        await diary.first(Published)
        now = rtcp.ntp_of(time.time())
        body = struct.pack("!LBBHLLL", 9, 5, 0, 3, 1, rtcp.middle(now), 0)  # heard now, answered now (RFC 3611)
        hub.send_rtcp(rtcp.receiver_report(9, ()) + struct.pack("!BBH", 0x80, 207, len(body) // 4) + body)
        health = await diary.first(Health, lambda event: event.publishers[0].round_trip is not None)
        measured = health.publishers[0].round_trip
        assert measured is not None
        assert 0 <= measured < 1


async def test_a_gap_too_long_to_repair_calls_for_a_keyframe(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        hub.send(H264, DELTA, timestamp=6000, skip=200)
        await hub.hears(lambda wire: any(isinstance(report, rtcp.KeyframeRequest) for report in wire.reports))
        assert not [report for report in hub.reports if isinstance(report, rtcp.Nack)]


def _blocks(reports: list[rtcp.Report]) -> list[rtcp.ReceiverReport]:
    return [report for report in reports if isinstance(report, rtcp.ReceiverReport)]


def _moments(reports: list[rtcp.Report]) -> list[rtcp.SenderReport]:
    """List the first sender report of each stream."""
    found = [report for report in reports if isinstance(report, rtcp.SenderReport)]
    return list({report.ssrc: report for report in reversed(found)}.values())


def _captured(packet: rtp.Packet, moment: rtcp.SenderReport) -> float:
    """Tell when a packet was captured, in seconds since 1970, by a sender report."""
    rate = 48_000 if packet.payload_type == OPUS else 90_000
    return rtcp.unix_of(moment.ntp) - ((moment.timestamp - packet.timestamp) & 0xFFFFFFFF) / rate
