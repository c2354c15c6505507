"""Two forwarding units and one briefing: the stage crosses between them once, and only while the program shows it.

What leaves one unit arrives at the other in order. So a packet of the hub that has crossed proves that whatever was
sent before it, and did not cross, never will.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest

from server.core.ids import HUB
from server.media.plane import Gone, Program, Unpublished
from server.media.sfu import crossing, rtcp, rtp
from server.media.sfu.codec import Kind
from server.media.sfu.crossing import Clocked, Hello, KeyframeWanted, Offered, Wanted, Withdrawn
from server.media.sfu.exchange import Exchange
from tests.media.diary import Diary
from tests.media.layers import DELTA as VP8_DELTA
from tests.media.layers import NAMED, REPAIRED, TWO_LAYERS, Source, key, packet
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI, THANH_HOA
from tests.media.units import Units, open_units
from tests.media.wire import DELTA, H264, KEY, OPUS, Wire, publishing, watching

STAGE, STAGE_PICTURE, HUB_SOUND, HUB_PICTURE, CONTENT = range(5)
"""The m-lines of an offer with two pairs and a third video."""

TUNING = b"tuning "


@pytest.fixture
async def units() -> AsyncIterator[Units]:
    async with open_units() as opened:
        yield opened


async def tuned(sender: Wire, *viewers: Wire, on: int = STAGE) -> None:
    """Send sound until every viewer receives it: the sender is published, and the way across the trunk is open.

    It is told from what another sender tuned with: a stage shows the hub until the site on air is published.
    """
    waiting, tuning = list(viewers), TUNING + sender.media.encode()
    async with asyncio.timeout(5):
        while waiting:
            sender.send(OPUS, tuning, timestamp=0)
            await asyncio.sleep(0.005)
            waiting = [viewer for viewer in waiting if tuning not in payloads(viewer, on)]


async def pictured(sender: Wire, picture: bytes, *viewers: Wire, on: int) -> None:
    """Send a keyframe until every viewer receives it: the picture is asked for after the sound, and crosses later."""
    waiting = list(viewers)
    async with asyncio.timeout(5):
        while waiting:
            sender.send(H264, picture, timestamp=3000)
            await asyncio.sleep(0.005)
            waiting = [viewer for viewer in waiting if picture not in payloads(viewer, on)]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - a peer or the kernel decides, and tells nobody
            await asyncio.sleep(0.005)


def keyframe_requests(wire: Wire) -> int:
    return sum(isinstance(report, rtcp.KeyframeRequest) for report in wire.reports)


def payloads(wire: Wire, on: int) -> list[bytes]:
    return [packet.payload for packet in wire.of(wire.ssrcs[on])]


async def test_a_packet_crosses_once_however_many_watch(units: Units) -> None:
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(publishing(units.first, HUB))
        viewers = [await stack.enter_async_context(watching(units.second, None)) for _ in range(8)]
        viewers += [await stack.enter_async_context(watching(units.second, CA_MAU, video=(H264,)))]  # another cohort
        await tuned(hub, *viewers)
        pictures = [KEY, *(DELTA + bytes([number]) for number in range(20))]
        for number, picture in enumerate(pictures):
            hub.send(H264, picture, timestamp=3000 * number)
        for viewer in viewers:
            await viewer.receives(pictures[-1])
            assert payloads(viewer, STAGE_PICTURE) == pictures
        assert [payload for payload in units.tap.media() if not payload.startswith(TUNING)] == pictures
        assert units.tap.media(sender=1) == []


async def test_nothing_crosses_to_a_unit_where_nobody_watches(units: Units) -> None:
    async with publishing(units.first, HUB) as hub, watching(units.first, None) as near:
        await tuned(hub, near)
        assert len(units.tap.told(Offered)) == 1
        assert units.tap.media() == []
        async with watching(units.second, None) as far:
            await tuned(hub, far)
            await units.second.close(far.media)
        await until(lambda: any(not wish.is_wanted for wish in units.tap.told(Wanted, sender=1)))
        hub.send(OPUS, b"nobody", timestamp=0)
        await near.receives(b"nobody")
        crossed = len(units.tap.media())
        hub.send(OPUS, b"nobody at all", timestamp=960)
        await near.receives(b"nobody at all")
        assert len(units.tap.media()) == crossed


async def test_a_site_without_the_floor_does_not_cross(units: Units) -> None:
    async with (
        publishing(units.first, HUB) as hub,
        publishing(units.first, HA_NOI) as site,
        watching(units.second, CA_MAU, pairs=2) as viewer,
    ):
        await tuned(hub, viewer, on=HUB_SOUND)
        units.second.route(GIAO_BAN, Program(on_air=HA_NOI))  # one side alone does not open the way
        site.send(H264, KEY + b"site", timestamp=0)
        await site.hears(lambda wire: bool(wire.rates))  # published
        for number in range(3):
            site.send(OPUS, b"site", timestamp=960 * number)
        hub.send(OPUS, b"hub", timestamp=0)
        await viewer.receives(b"hub", on=HUB_SOUND)
        assert all(b"site" not in payload for payload in units.tap.media())
        assert b"site" not in payloads(viewer, STAGE)


async def test_hub_and_site_in_different_units_are_seen_everywhere(units: Units) -> None:
    units.route(Program(on_air=HA_NOI))
    async with (
        publishing(units.first, HUB) as hub,
        publishing(units.second, HA_NOI) as site,
        watching(units.first, CA_MAU, pairs=2) as near,
        watching(units.second, THANH_HOA, pairs=2) as far,
        watching(units.second, HA_NOI) as holder,
    ):
        await tuned(hub, near, far, on=HUB_SOUND)
        await tuned(site, near, far, on=STAGE)
        for wire, name in ((hub, b"hub"), (site, b"site")):
            wire.send(OPUS, name, timestamp=1)
        for viewer in (near, far):
            await viewer.receives(b"site", on=STAGE)
            await viewer.receives(b"hub", on=HUB_SOUND)
        await pictured(site, KEY + b"site", near, far, on=STAGE_PICTURE)
        await pictured(hub, KEY + b"hub", near, far, on=HUB_PICTURE)
        await holder.receives(KEY + b"hub")
        assert all(b"site" not in packet.payload for packet in holder.packets)


async def test_what_is_presented_crosses_beside_the_camera(units: Units) -> None:
    units.route(Program(presenting=HUB))
    async with (
        publishing(units.first, HUB) as hub,
        publishing(units.first, HUB, content=True) as screen,
        watching(units.second, CA_MAU, pairs=2, content=True) as viewer,
    ):
        await tuned(hub, viewer)
        hub.send(H264, KEY + b"face", timestamp=0)
        screen.send(H264, KEY + b"slide 1", timestamp=0)
        await screen.hears(lambda wire: keyframe_requests(wire) > 0)
        screen.send(H264, KEY + b"slide 2", timestamp=3000)
        await viewer.receives(KEY + b"slide 2", on=CONTENT)
        await viewer.receives(KEY + b"face", on=STAGE_PICTURE)
        units.route(Program())
        assert len(units.tap.told(Withdrawn)) == 0
        hub.send(OPUS, b"hub", timestamp=0)
        await viewer.receives(b"hub")
        assert len(units.tap.told(Withdrawn)) == 1  # who presents no more is ended


async def test_a_cut_stops_what_is_under_way(units: Units) -> None:
    async with (
        publishing(units.first, HUB) as hub,
        publishing(units.first, HA_NOI) as site,
        watching(units.second, CA_MAU, pairs=2) as viewer,
    ):
        units.route(Program(on_air=HA_NOI))
        await tuned(hub, viewer, on=HUB_SOUND)
        await tuned(site, viewer)
        await pictured(site, KEY + b"on air", viewer, on=STAGE_PICTURE)
        shown = await viewer.receives(KEY + b"on air")

        units.tap.hold_up()
        site.send(OPUS, b"under way", timestamp=960)
        requests = len(site.rates)
        await site.hears(lambda wire: len(wire.rates) > requests)  # the unit has read what was sent before
        units.route(Program())
        site.send(OPUS, b"after", timestamp=1920)
        units.tap.flow()
        hub.send(OPUS, b"hub", timestamp=0)
        await viewer.receives(b"hub", on=HUB_SOUND)
        viewer.send_rtcp(rtcp.nack(1, shown.ssrc, [shown.sequence]))
        hub.send(OPUS, b"hub again", timestamp=960)
        await viewer.receives(b"hub again", on=HUB_SOUND)

        assert b"under way" in units.tap.media()
        assert b"after" not in units.tap.media()
        assert b"under way" not in payloads(viewer, STAGE)
        assert set(payloads(viewer, STAGE_PICTURE)) == {KEY + b"on air"}


async def test_a_cut_in_the_unit_of_the_site_alone_is_enough(units: Units) -> None:
    async with (
        publishing(units.first, HUB) as hub,
        publishing(units.first, HA_NOI) as site,
        watching(units.second, CA_MAU, pairs=2) as viewer,
    ):
        units.route(Program(on_air=HA_NOI))
        await tuned(hub, viewer, on=HUB_SOUND)
        await tuned(site, viewer)
        units.first.route(GIAO_BAN, Program())
        site.send(OPUS, b"after", timestamp=0)
        hub.send(OPUS, b"hub", timestamp=0)
        await viewer.receives(b"hub", on=HUB_SOUND)
        assert b"after" not in units.tap.media()


async def test_a_keyframe_wanted_beyond_the_trunk_is_asked_of_the_publisher_but_not_for_everybody(units: Units) -> None:
    async with publishing(units.first, HUB) as hub, watching(units.second, None) as viewer:
        await tuned(hub, viewer)
        hub.send(H264, KEY, timestamp=0)
        shown = await viewer.receives(KEY)
        asked, wanted = keyframe_requests(hub), len(units.tap.told(KeyframeWanted, sender=1))
        for _ in range(50):
            viewer.send_rtcp(rtcp.keyframe_request(1, shown.ssrc))
        await hub.hears(lambda wire: keyframe_requests(wire) > asked)
        assert len(units.tap.told(KeyframeWanted, sender=1)) == wanted + 1
        hub.send(H264, KEY + b"again", timestamp=3000)
        await viewer.receives(KEY + b"again")


async def test_a_lost_packet_is_sent_again_by_the_unit_of_the_viewer(units: Units) -> None:
    async with publishing(units.first, HUB) as hub, watching(units.second, None) as viewer:
        await tuned(hub, viewer)
        hub.send(H264, KEY, timestamp=0)
        shown = await viewer.receives(KEY)
        viewer.is_deaf = True
        hub.send(H264, DELTA, timestamp=3000)
        await viewer.hears(lambda wire: wire.missed == 1)
        viewer.is_deaf = False
        viewer.send_rtcp(rtcp.nack(1, shown.ssrc, [shown.sequence + 1]))
        await viewer.receives(DELTA)
        assert units.tap.media().count(DELTA) == 1


class AtOnce:
    """A packet loop that reads one packet at a time."""

    def together(self, read: Callable[[], None]) -> None:
        read()

    def after_reading(self, work: Callable[[], None]) -> None:
        work()


async def test_only_the_layers_that_somebody_watches_cross() -> None:
    source = Source(lines=REPAIRED + NAMED + TWO_LAYERS)
    low, high = source.video()
    source.publisher.on_rtp(packet(key(720), ssrc=30, sequence=1, elements={"rid": b"high"}), 0.0)
    source.publisher.on_rtp(packet(key(180), ssrc=20, sequence=1, elements={"rid": b"low"}), 0.0)
    here, there = (Exchange(loop=AtOnce(), on_changed=lambda _: None) for _ in range(2))
    for exchange, end in zip((here, there), socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET), strict=True):
        exchange.connect(end, lambda: None)
    here.refresh(GIAO_BAN, [source.publisher], [source.publisher], 0.0)
    await until(lambda: HUB in there.relays(GIAO_BAN, content=False))
    relay = there.relays(GIAO_BAN, content=False)[HUB]
    small, large = relay.pictures
    assert relay.track(Kind.VIDEO) is large

    small.attach(source)
    await until(lambda: bool(low.outlets))
    assert not high.outlets
    for ssrc, picture in ((30, b"large"), (20, b"small")):
        source.publisher.on_rtp(packet(VP8_DELTA + picture, ssrc=ssrc, sequence=2), 0.0)
    await until(lambda: source.payloads == [VP8_DELTA + b"small"])
    assert source.taken[0][0] is small
    assert small.reception.octets == len(VP8_DELTA + b"small")

    source.publisher.on_rtcp(struct.pack("!BBHL", 0x81, 203, 1, 30), 0.0)  # goodbye of the large one
    here.refresh(GIAO_BAN, [source.publisher], [source.publisher], 0.0)
    await until(lambda: relay.pictures == (small,))
    here.close()
    there.close()


async def test_lips_and_voice_agree_beyond_the_trunk(units: Units) -> None:
    async with publishing(units.first, HUB) as hub, watching(units.second, None) as viewer:
        await tuned(hub, viewer)
        audio = int.from_bytes(hub.send(OPUS, b"sound", timestamp=48_000)[8:12])
        video = int.from_bytes(hub.send(H264, KEY, timestamp=900_000)[8:12])
        for ssrc, timestamp in ((audio, 48_000), (video, 900_000 + 45_000)):  # the picture is half a second older
            ntp = rtcp.ntp_of(1_700_000_000)
            hub.send_rtcp(rtcp.sender_report(ssrc, ntp=ntp, timestamp=timestamp, packets=1, octets=1))
        await viewer.receives(b"sound")
        await viewer.receives(KEY)
        told = len(units.tap.told(Clocked))
        number = 0
        while len(units.tap.told(Clocked)) < told + 2:  # both clocks, by the reports: they are told once a second
            number += 1
            hub.send(OPUS, b"later", timestamp=48_000 + 960 * number)
            hub.send(H264, DELTA, timestamp=900_000 + 1_800 * number)
            await asyncio.sleep(0.02)
        viewer.reports.clear()
        await viewer.hears(lambda wire: len(reports(wire)) == 2)
        picture, sound = viewer.of(viewer.ssrcs[1])[0], await viewer.receives(b"sound")
        assert captured(sound, viewer, 48_000) - captured(picture, viewer, 90_000) == pytest.approx(0.5, abs=0.005)


def reports(wire: Wire) -> dict[int, rtcp.SenderReport]:
    return {report.ssrc: report for report in wire.reports if isinstance(report, rtcp.SenderReport)}


def captured(packet: rtp.Packet, viewer: Wire, rate: int) -> float:
    """Tell when a packet was captured, as a receiver does: by its stream's sender report."""
    report = reports(viewer)[packet.ssrc]
    behind = (report.timestamp - packet.timestamp + 2**31) % 2**32 - 2**31
    return rtcp.unix_of(report.ntp) - behind / rate


async def test_a_source_that_comes_back_in_another_unit_replaces_itself_without_a_seam(units: Units) -> None:
    async with (
        Diary.of(units.first) as diary,
        watching(units.first, None) as near,
        watching(units.second, None) as far,
        publishing(units.first, HUB) as before,
    ):
        await tuned(before, near, far)
        before.send(H264, KEY + b"before", timestamp=77)
        for viewer in (near, far):
            await viewer.receives(KEY + b"before")
        async with publishing(units.second, HUB) as after:
            after.send(OPUS, b"published", timestamp=0)
            assert await diary.first(Unpublished) == Unpublished(GIAO_BAN, HUB, before.media, Gone.REPLACED)
            before.send(H264, KEY + b"ghost", timestamp=3077)
            while not all(payloads(viewer, STAGE_PICTURE)[1:] for viewer in (near, far)):
                after.send(H264, KEY + b"after", timestamp=0)
                await asyncio.sleep(0.005)
            for viewer in (near, far):
                assert set(payloads(viewer, STAGE_PICTURE)) == {KEY + b"before", KEY + b"after"}
                numbers = [packet.sequence for packet in viewer.of(viewer.ssrcs[STAGE_PICTURE])]
                assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


async def test_what_the_other_unit_does_not_read_is_dropped_and_counted(units: Units) -> None:
    async with publishing(units.first, HUB) as hub, watching(units.second, None) as viewer:
        await tuned(hub, viewer)
        units.tap.hold_up()
        sent = 0
        while units.first.counters.unsent == 0:
            hub.send(OPUS, bytes(1200), timestamp=0)
            sent += 1
            await asyncio.sleep(0.001)
        assert 50 < sent < 1000  # a second or so
        units.tap.flow()
        while b"afterwards" not in payloads(viewer, STAGE):
            hub.send(OPUS, b"afterwards", timestamp=0)
            await asyncio.sleep(0.005)


async def test_a_broken_trunk_ends_what_came_over_it_until_there_is_another(units: Units) -> None:
    units.route(Program(on_air=HA_NOI))
    async with (
        publishing(units.first, HA_NOI) as site,
        publishing(units.second, HUB) as hub,
        watching(units.second, None) as viewer,
    ):
        await tuned(site, viewer)
        units.tap.cut()
        async with asyncio.timeout(5):
            await units.tap.ended[0].wait()
            await units.tap.ended[1].wait()
        hub.send(OPUS, b"the stage is the hub", timestamp=0)
        await viewer.receives(b"the stage is the hub")

        units.tap.connect(units.first, units.second)
        while b"back" not in payloads(viewer, STAGE):
            site.send(OPUS, b"back", timestamp=0)
            await asyncio.sleep(0.005)


@pytest.mark.parametrize(
    "message",
    [
        crossing.write(Hello(crossing.VERSION + 1)),
        crossing.write(Withdrawn(99)),
        b"\xff",
        bytes([crossing.MEDIA, 0]),
    ],
    ids=["another version", "what was never offered", "no message", "no packet"],
)
async def test_a_trunk_that_makes_no_sense_is_closed(units: Units, message: bytes) -> None:
    units.tap.inject(message)
    async with asyncio.timeout(5):
        await units.tap.ended[1].wait()
