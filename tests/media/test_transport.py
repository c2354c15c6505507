"""The port against the world: silence, garbage, thieves, moves, and every way for a peer to end."""

import asyncio
import os
import random
import socket

import pytest
import uvloop

from server.core.ids import HUB, BriefingId
from server.media.errors import Busy, UnknownMedia
from server.media.plane import Gone, Program, Published, Unpublished, Unsubscribed
from server.media.sfu import rtcp, rtp
from server.media.sfu.ice import fresh_credentials
from server.media.sfu.settings import SfuSettings
from server.media.sfu.sfu import Sfu
from tests.media.diary import Diary
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI
from tests.media.wire import DELTA, H264, KEY, OPUS, VP8, offer, publishing, watching

QUICK = SfuSettings(lost_after=0.5, handshake_within=0.5)


async def test_a_publisher_that_falls_silent_is_noticed() -> None:
    quick = await Sfu.start(host="127.0.0.1", port=0, settings=QUICK)
    async with Diary.of(quick) as diary, publishing(quick, HA_NOI) as site:
        site.send(OPUS, b"one", timestamp=0)
        published = await diary.first(Published)
        site.vanish()
        ended = await diary.first(Unpublished)
        assert (ended.media, ended.reason) == (published.media, Gone.LOST)
        await quick.stop()


async def test_a_silent_viewer_keeps_its_session_for_longer_than_a_publisher() -> None:
    patient = SfuSettings(lost_after=0.3, viewer_lost_after=1.0)
    quick = await Sfu.start(host="127.0.0.1", port=0, settings=patient)
    async with Diary.of(quick) as diary, watching(quick, CA_MAU) as viewer, publishing(quick, HA_NOI) as site:
        site.send(OPUS, b"one", timestamp=0)
        await diary.first(Unpublished)
        assert quick.lasts(viewer.media)
        ended = await diary.first(Unsubscribed)
        assert (ended.media, ended.reason) == (viewer.media, Gone.LOST)
        await quick.stop()


async def test_a_peer_that_never_comes_is_forgotten() -> None:
    quick = await Sfu.start(host="127.0.0.1", port=0, settings=QUICK)
    async with Diary.of(quick) as diary:
        answer = await quick.publish(GIAO_BAN, HA_NOI, offer("sendonly", fresh_credentials()))
        ended = await diary.first(Unpublished)
        assert ended == Unpublished(GIAO_BAN, HA_NOI, answer.media, Gone.FAILED)
        assert quick.counters.peers == 0
        await quick.stop()


async def test_delete_ends_a_publisher_once(sfu: Sfu, diary: Diary) -> None:
    async with publishing(sfu, HA_NOI) as site:
        site.send(OPUS, b"one", timestamp=0)
        await diary.first(Published)
        await sfu.close(site.media)
        ended = await diary.first(Unpublished)
        assert ended == Unpublished(GIAO_BAN, HA_NOI, site.media, Gone.CLOSED)
        with pytest.raises(UnknownMedia):
            await sfu.close(site.media)
    assert diary.all(Unpublished) == [ended]


async def test_a_goodbye_of_every_stream_ends_a_publisher(sfu: Sfu, diary: Diary) -> None:
    async with publishing(sfu, HA_NOI) as site:
        audio = int.from_bytes(site.send(OPUS, b"one", timestamp=0)[8:12])
        video = int.from_bytes(site.send(H264, KEY, timestamp=0)[8:12])
        await site.hears(lambda wire: bool(wire.rates))
        site.send_rtcp(_bye(video))
        site.send_rtcp(_bye(audio) + _bye(audio))
        ended = await diary.first(Unpublished)
        assert ended.reason is Gone.CLOSED
    assert diary.all(Unpublished) == [ended]


async def test_a_source_that_publishes_again_replaces_itself(sfu: Sfu, diary: Diary) -> None:
    async with publishing(sfu, HA_NOI) as first, publishing(sfu, HA_NOI) as second:
        ended = await diary.first(Unpublished)
        assert ended == Unpublished(GIAO_BAN, HA_NOI, first.media, Gone.REPLACED)
        second.send(OPUS, b"two", timestamp=0)
        published = await diary.first(Published)
        assert published.media == second.media


async def test_closing_a_briefing_ends_its_peers_and_its_program_but_no_others(sfu: Sfu, diary: Diary) -> None:
    other = await sfu.publish(BriefingId("other"), HA_NOI, offer("sendonly", fresh_credentials()))
    async with publishing(sfu, HA_NOI) as site, watching(sfu, CA_MAU):
        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        await sfu.close_briefing(GIAO_BAN)
        assert sfu.counters.peers == 1
        assert [event.media for event in diary.all(Unpublished)] in ([], [site.media])
        await sfu.close(other.media)


async def test_garbage_changes_nothing(sfu: Sfu) -> None:
    noise = random.Random(7)
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for count in range(20_000):
                datagram = bytes([noise.choice((0, 1, 22, 100, 128, 200))]) + noise.randbytes(noise.randrange(60))
                stranger.sendto(datagram, ("127.0.0.1", sfu.port))
                if count % 50 == 0:
                    await asyncio.sleep(0)
            for first in (0, 22, 128):
                for _ in range(200):
                    hub.send_raw(bytes([first]) + noise.randbytes(noise.randrange(1, 60)))
        hub.send(H264, DELTA, timestamp=3000)
        await viewer.receives(DELTA)
        counters = sfu.counters
        assert counters.peers == 2
        assert counters.strangers + counters.forged > 10_000
        assert counters.refused >= 200


async def test_a_check_with_a_wrong_password_gets_no_answer(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub:
        before = sfu.counters.forged
        hub.check(fresh_credentials(), password="0" * 32)
        hub.send(H264, KEY, timestamp=0)
        await hub.hears(lambda wire: bool(wire.rates))
        assert not hub._answered
        assert sfu.counters.forged == before + 1


async def test_a_peer_keeps_its_address_against_another_with_valid_credentials(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        thief = await sfu.publish(GIAO_BAN, HA_NOI, offer("sendonly", fresh_credentials()))
        mine, hub.answer = hub.answer, thief.sdp
        hub.check(fresh_credentials())  # the thief's password, from the hub's address
        hub.answer = mine
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        assert sfu.counters.forged == 1


async def test_a_peer_moves_to_a_new_address_with_a_nominated_check(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        old = viewer._transport
        loop = asyncio.get_running_loop()
        viewer._transport, _ = await loop.create_datagram_endpoint(lambda: viewer, remote_addr=("127.0.0.1", sfu.port))
        old.close()
        viewer.check(fresh_credentials())
        await viewer.hears(lambda wire: wire._answered)
        hub.send(H264, DELTA, timestamp=3000)
        await viewer.receives(DELTA)


async def test_a_replayed_packet_is_refused(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        hub.send(OPUS, b"once", timestamp=0)
        hub.send_raw(hub.last)
        hub.send(OPUS, b"end", timestamp=960)
        await viewer.receives(b"end")
        assert [packet.payload for packet in viewer.packets] == [b"once", b"end"]
        assert sfu.counters.refused == 1


async def test_packets_of_streams_that_were_not_offered_are_refused(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        hub.send(OPUS, b"first", timestamp=0)
        await viewer.receives(b"first")
        hub.send_raw(hub.dtls.protect(rtp_packet(sequence=1, ssrc=4711)))  # a second audio stream
        hub.send_raw(hub.dtls.protect(rtp_packet(sequence=1, ssrc=4712, payload_type=35)))
        viewer.send_raw(viewer.dtls.protect(rtp_packet(sequence=1)))
        hub.send(OPUS, b"last", timestamp=960)
        await viewer.receives(b"last")
        assert [packet.payload for packet in viewer.packets] == [b"first", b"last"]
        assert sfu.counters.refused == 3


async def test_a_peer_with_ever_new_streams_fills_no_memory_and_keeps_what_it_has(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        for ssrc in range(1, 21):
            hub.send_plain(rtp.HEADER.pack(0x80, VP8, 1, 0, ssrc))
            hub.send_rtcp(rtcp.receiver_report(1_000 + ssrc, ()))
        hub.send(H264, KEY + b"still here", timestamp=3000)
        await viewer.receives(KEY + b"still here")
        assert len(sfu._roster.named(hub.media)._ssrcs) == 32
        assert sfu.counters.refused == 16 + 9  # streams that were not offered, and packets that were one too many


async def test_more_packets_than_allowed_are_refused() -> None:
    narrow = await Sfu.start(host="127.0.0.1", port=0, settings=SfuSettings(packets_per_second=100))
    async with publishing(narrow, HUB) as hub, watching(narrow, CA_MAU) as viewer:
        for count in range(500):
            hub.send(OPUS, count.to_bytes(2), timestamp=960 * count)
        await hub.hears(lambda _: narrow.counters.refused > 300)
        assert len(viewer.packets) <= 200
    await narrow.stop()


async def test_only_so_many_peers_are_taken() -> None:
    small = await Sfu.start(host="127.0.0.1", port=0, settings=SfuSettings(max_peers=1))
    await small.publish(GIAO_BAN, HUB, offer("sendonly", fresh_credentials()))
    with pytest.raises(Busy):
        await small.subscribe(GIAO_BAN, CA_MAU, offer("recvonly", fresh_credentials()))
    await small.stop()


def test_everything_works_on_uvloop_too() -> None:
    async def scenario() -> None:
        sfu = await Sfu.start(host="127.0.0.1", port=0)
        async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
            hub.send(H264, KEY, timestamp=0)
            await viewer.receives(KEY)
        await sfu.stop()

    uvloop.run(scenario())


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
async def test_one_port_serves_ipv4_and_ipv6() -> None:
    both = await Sfu.start(host="::", port=0)
    async with publishing(both, HUB) as hub, watching(both, CA_MAU) as viewer:
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
    await both.stop()


async def test_stopping_says_goodbye_to_everybody() -> None:
    sfu = await Sfu.start(host="127.0.0.1", port=0)
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        await sfu.stop()
        async with asyncio.timeout(5):
            await asyncio.gather(hub.left.wait(), viewer.left.wait())


async def test_a_taken_port_is_an_error_at_start(sfu: Sfu) -> None:
    with pytest.raises(OSError, match="in use"):
        await Sfu.start(host="127.0.0.1", port=sfu.port)


def rtp_packet(*, sequence: int, ssrc: int = 5, payload_type: int = OPUS) -> bytes:
    return rtp.HEADER.pack(0x80, payload_type, sequence, 0, ssrc) + os.urandom(8)


def _bye(ssrc: int) -> bytes:
    return rtcp.receiver_report(ssrc, ()) + bytes([0x81, 203, 0, 1]) + ssrc.to_bytes(4)


async def test_an_expelled_site_neither_sends_nor_receives_and_others_stay(sfu: Sfu, diary: Diary) -> None:
    async with (
        publishing(sfu, HA_NOI) as site,
        watching(sfu, HA_NOI) as own,
        watching(sfu, CA_MAU) as other,
    ):
        site.send(OPUS, b"one", timestamp=0)
        await diary.first(Published)

        await sfu.expel(GIAO_BAN, HA_NOI)

        gone = await diary.first(Unpublished)
        with pytest.raises(UnknownMedia):
            await sfu.close(own.media)
        await sfu.close(other.media)
    assert (gone.source, gone.reason) == (HA_NOI, Gone.CLOSED)
