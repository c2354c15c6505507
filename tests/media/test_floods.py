"""What one peer may take of the forwarding unit: it is bounded, and who takes far more is let go."""

import asyncio
import struct
from collections.abc import AsyncIterator

import pytest

from server.core.errors import ProtocolError
from server.core.ids import HUB
from server.media.errors import HeldOff
from server.media.plane import Gone, Unpublished, Unsubscribed
from server.media.sfu import rtcp, rtp
from server.media.sfu.codec import Codec
from server.media.sfu.holdoff import HoldOffs
from server.media.sfu.ice import fresh_credentials
from server.media.sfu.keyframe import begins_keyframe
from server.media.sfu.reception import Reception
from server.media.sfu.settings import SfuSettings
from server.media.sfu.sfu import Sfu
from tests.media.diary import Diary
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI
from tests.media.wire import DELTA, H264, KEY, OPUS, Wire, offer, publishing, watching


@pytest.fixture
async def narrow() -> AsyncIterator[Sfu]:
    """A unit that allows little, so that tests need not send much."""
    unit = await Sfu.start(host="127.0.0.1", port=0, settings=SfuSettings(packets_per_second=100))
    yield unit
    await unit.stop()


async def _flood(sfu: Sfu, wire: Wire, packet: bytes) -> None:
    """Send for as long as anybody listens, fast enough to be a flood, and not faster than it is read."""
    while sfu.lasts(wire.media):
        for _ in range(20):
            wire.send_rtcp(packet)
        await asyncio.sleep(0.02)


async def test_a_source_that_floods_is_cut_and_may_come_back_only_later(narrow: Sfu) -> None:
    async with Diary.of(narrow) as diary, publishing(narrow, HUB) as hub, watching(narrow, CA_MAU) as viewer:
        async with publishing(narrow, HA_NOI) as site:
            hub.send(H264, KEY, timestamp=0)
            await viewer.receives(KEY)
            await _flood(narrow, site, rtcp.receiver_report(1, ()))
            ended = await diary.first(Unpublished)
            assert ended == Unpublished(GIAO_BAN, HA_NOI, site.media, Gone.FLOODED)
        with pytest.raises(HeldOff):
            await narrow.publish(GIAO_BAN, HA_NOI, offer("sendonly", fresh_credentials()))
        with pytest.raises(HeldOff):
            await narrow.subscribe(GIAO_BAN, HA_NOI, offer("recvonly", fresh_credentials()))
        hub.send(H264, DELTA, timestamp=3000)
        await viewer.receives(DELTA)


async def test_forged_packets_from_a_peers_address_neither_use_its_allowance_nor_cut_it(narrow: Sfu) -> None:
    async with Diary.of(narrow) as diary, publishing(narrow, HUB) as hub, watching(narrow, CA_MAU) as viewer:
        for count in range(800):
            hub.send_raw(rtp.HEADER.pack(0x80, OPUS, count, 0, 5) + bytes(60))
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        assert narrow.counters.refused == 800
        assert narrow._roster.named(hub.media).floods == 0
        assert diary.all(Unsubscribed) == []


def test_who_was_cut_is_kept_out_for_ten_seconds_and_then_forgotten() -> None:
    kept = HoldOffs()
    kept.cut((GIAO_BAN, HA_NOI), 100.0)
    with pytest.raises(HeldOff):
        kept.require((GIAO_BAN, HA_NOI), 109.9)
    kept.require((GIAO_BAN, CA_MAU), 109.9)
    kept.require((GIAO_BAN, HA_NOI), 110.0)
    kept.cut((GIAO_BAN, CA_MAU), 110.0)
    assert len(kept) == 1


async def test_reports_have_a_small_allowance_of_their_own(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        for _ in range(300):
            viewer.send_rtcp(rtcp.receiver_report(1, ()))
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        assert sfu.counters.refused > 100


async def test_checks_are_answered_only_so_often(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        recorded = viewer.check(viewer.remote)
        for _ in range(200):
            viewer.send_raw(recorded)
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        assert sfu.counters.refused >= 100


def test_a_report_of_very_many_packets_or_losses_costs_little() -> None:
    storm = rtcp.nack(1, 2, range(32))
    body = struct.pack("!LL", 1, 2) + b"\0\0\xff\xff" * 340
    (nack,) = rtcp.parse(struct.pack("!BBH", 0x81, 205, len(body) // 4) + body)
    assert isinstance(nack, rtcp.Nack)
    assert len(nack.sequences) == 128
    assert len(rtcp.parse(storm * 32)) == 32
    assert sum(len(one.sequences) for one in rtcp.parse(storm * 32) if isinstance(one, rtcp.Nack)) == 128
    with pytest.raises(ProtocolError):
        rtcp.parse(storm * 33)


def test_a_header_extension_of_very_many_elements_is_refused() -> None:
    def packet(words: int) -> bytes:
        return rtp.HEADER.pack(0x90, OPUS, 1, 0, 5) + struct.pack("!HH", 0xBEDE, words) + bytes(4 * words)

    assert len(rtp.parse(packet(64)).extension) == 256
    with pytest.raises(ProtocolError):
        rtp.parse(packet(65))


def test_an_aggregate_of_nothing_is_not_walked_to_its_end() -> None:
    nothing = b"\0\1\x01" * 16
    assert begins_keyframe(Codec.H264, b"\x18" + nothing[:-3] + b"\0\1\x65")
    assert not begins_keyframe(Codec.H264, b"\x18" + nothing + b"\0\1\x65")


def test_a_sender_that_reported_a_day_ago_is_still_reported_on() -> None:
    reception = Reception(48_000)
    reception.count(1, 0, 100, 0.0)
    reception.heard(rtcp.SenderReport(5, 0x1234 << 32, 0), 0.0)
    assert rtcp.receiver_report(1, [reception.report(5, 86_400.0)])


async def test_a_source_that_takes_the_hubs_ssrc_neither_shows_nor_disturbs_anything(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, publishing(sfu, HA_NOI) as site, watching(sfu, CA_MAU) as viewer:
        site._video_ssrc = hub._video_ssrc
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        site.send(H264, KEY + b"a thief's", timestamp=0)
        site.send_raw(hub.last)  # what was recorded, from another address
        site.send_rtcp(rtcp.receiver_report(hub._video_ssrc, ()) + b"\x81\xcb\0\1" + hub._video_ssrc.to_bytes(4))
        hub.send(H264, DELTA, timestamp=3000)
        await viewer.receives(DELTA)
        assert [packet.payload for packet in viewer.packets] == [KEY, DELTA]
        assert sfu.lasts(hub.media)
