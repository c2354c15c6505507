"""Who is heard and seen is decided here, packet by packet.

Datagrams on the loopback arrive in the order they were sent, so a packet of the hub that arrives proves that whatever
was sent before it would have arrived too.
"""

from server.core.ids import HUB
from server.media.plane import Program
from server.media.sfu import rtcp
from server.media.sfu.sfu import Sfu
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI, THANH_HOA
from tests.media.wire import DELTA, H264, KEY, OPUS, VP8, publishing, watching

_VP8_KEY, _VP8_DELTA = b"\x90\x80\x23\x00", b"\x90\x80\x24\x01"  # descriptors with a picture number, then the frame


async def test_a_site_without_the_floor_reaches_nobody(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, publishing(sfu, HA_NOI) as site, watching(sfu, CA_MAU, pairs=2) as viewer:
        site.send(OPUS, b"site audio", timestamp=0)
        site.send(H264, KEY + b"site video", timestamp=0)
        hub.send(OPUS, b"hub audio", timestamp=0)
        hub.send(H264, KEY + b"hub video", timestamp=0)
        await viewer.receives(b"hub audio", on=2)
        await viewer.receives(KEY + b"hub video", on=3)
        assert {packet.payload for packet in viewer.packets} == {b"hub audio", KEY + b"hub video"}


async def test_revoked_media_stops_at_once_and_is_not_even_sent_again(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, publishing(sfu, HA_NOI) as site, watching(sfu, CA_MAU) as viewer:
        site.send(H264, KEY + b"off air", timestamp=0)
        await site.hears(lambda wire: bool(wire.rates))  # published
        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        site.send(H264, KEY + b"on air", timestamp=0)
        shown = await viewer.receives(KEY + b"on air")
        site.send(OPUS, b"on air", timestamp=960)
        await viewer.receives(b"on air")

        site.send(OPUS, b"sent, not yet arrived", timestamp=1920)
        sfu.route(GIAO_BAN, Program())
        site.send(OPUS, b"after", timestamp=2880)
        site.send(H264, KEY + b"after", timestamp=3000)
        viewer.send_rtcp(rtcp.nack(1, shown.ssrc, [shown.sequence]))
        hub.send(OPUS, b"hub", timestamp=0)
        await viewer.receives(b"hub")

        assert [packet.payload for packet in viewer.packets] == [KEY + b"on air", b"on air", b"hub"]


async def test_the_hub_stays_on_the_stage_until_the_site_sends_a_keyframe(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, publishing(sfu, HA_NOI) as site, watching(sfu, CA_MAU) as viewer:
        hub.send(H264, KEY + b"hub 1", timestamp=0)
        site.send(H264, DELTA + b"site 1", timestamp=0)
        await viewer.receives(KEY + b"hub 1")
        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        await site.hears(lambda wire: any(isinstance(report, rtcp.KeyframeRequest) for report in wire.reports))
        site.send(H264, DELTA + b"site 2", timestamp=3000)
        hub.send(H264, DELTA + b"hub 2", timestamp=3000)
        hub.send(OPUS, b"hub audio", timestamp=0)
        site.send(OPUS, b"site audio", timestamp=0)
        site.send(H264, KEY + b"site 3", timestamp=6000)
        hub.send(H264, DELTA + b"hub 3", timestamp=6000)
        site.send(H264, DELTA + b"site 4", timestamp=9000)
        await viewer.receives(DELTA + b"site 4")

        assert [packet.payload for packet in viewer.of(viewer.ssrcs[0])] == [b"site audio"]
        pictures = viewer.of(viewer.ssrcs[1])
        assert [packet.payload for packet in pictures] == [
            KEY + b"hub 1",
            DELTA + b"hub 2",
            KEY + b"site 3",
            DELTA + b"site 4",
        ]
        first = pictures[0].sequence
        assert [packet.sequence for packet in pictures] == [first, first + 1, first + 2, first + 3]
        times = [packet.timestamp for packet in pictures]
        assert times == sorted(times)
        assert times[3] - times[2] == 3000


async def test_the_holders_stage_is_the_hub_and_continues_without_a_seam(sfu: Sfu) -> None:
    async with (
        publishing(sfu, HUB) as hub,
        publishing(sfu, HA_NOI) as site,
        watching(sfu, HA_NOI) as holder,
        watching(sfu, CA_MAU) as viewer,
    ):
        hub.send(H264, KEY + b"hub 1", timestamp=0)
        site.send(OPUS, b"off air", timestamp=0)
        await holder.receives(KEY + b"hub 1")
        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        site.send(H264, KEY + b"site 1", timestamp=0)
        hub.send(H264, DELTA + b"hub 2", timestamp=3000)
        await viewer.receives(KEY + b"site 1")
        await holder.receives(DELTA + b"hub 2")
        sfu.route(GIAO_BAN, Program(on_air=THANH_HOA))  # does not publish: the stage is the hub
        hub.send(H264, KEY + b"hub 3", timestamp=6000)
        await holder.receives(KEY + b"hub 3")
        await viewer.receives(KEY + b"hub 3")

        assert [packet.payload for packet in holder.packets] == [KEY + b"hub 1", DELTA + b"hub 2", KEY + b"hub 3"]
        first = holder.packets[0].sequence
        assert [packet.sequence for packet in holder.packets] == [first, first + 1, first + 2]
        payloads = [packet.payload for packet in viewer.packets]
        assert payloads == [KEY + b"hub 1", KEY + b"site 1", KEY + b"hub 3"]


async def test_the_hub_never_gets_itself_back(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, publishing(sfu, HA_NOI) as site, watching(sfu, HUB, pairs=2) as room:
        hub.send(OPUS, b"hub", timestamp=0)
        site.send(OPUS, b"off air", timestamp=0)
        hub.send(H264, KEY + b"hub", timestamp=0)
        await hub.hears(lambda wire: bool(wire.rates))  # published
        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        hub.send(OPUS, b"hub", timestamp=960)
        site.send(OPUS, b"site", timestamp=960)
        await room.receives(b"site", on=0)
        assert [packet.payload for packet in room.packets] == [b"site"]


async def test_a_reloaded_page_is_back_on_air_without_a_new_decision(sfu: Sfu) -> None:
    async with watching(sfu, CA_MAU) as viewer:
        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        async with publishing(sfu, HA_NOI) as first:
            first.send(H264, KEY + b"first", timestamp=77)
            await viewer.receives(KEY + b"first")
            async with publishing(sfu, HA_NOI) as second:
                second.send(H264, DELTA + b"no keyframe yet", timestamp=0)
                second.send(H264, KEY + b"second", timestamp=3000)
                await viewer.receives(KEY + b"second")
                first.send(H264, KEY + b"ghost", timestamp=3077)
                second.send(H264, DELTA + b"third", timestamp=6000)
                await viewer.receives(DELTA + b"third")
        sequences = [packet.sequence for packet in viewer.packets]
        assert [packet.payload for packet in viewer.packets] == [KEY + b"first", KEY + b"second", DELTA + b"third"]
        assert sequences == [sequences[0], sequences[0] + 1, sequences[0] + 2]


async def test_a_codec_the_viewer_lacks_is_not_sent_but_the_sound_is(sfu: Sfu) -> None:
    async with (
        publishing(sfu, HUB) as hub,
        publishing(sfu, HA_NOI) as site,
        watching(sfu, CA_MAU, video=(H264,)) as old,
    ):
        hub.send(H264, KEY + b"hub", timestamp=0)
        site.send(OPUS, b"off air", timestamp=0)
        await old.receives(KEY + b"hub")
        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        site.send(VP8, _VP8_KEY, timestamp=0)
        hub.send(H264, DELTA + b"hub under another's voice", timestamp=3000)
        site.send(OPUS, b"site", timestamp=960)
        await old.receives(b"site")
        assert [packet.payload for packet in old.packets] == [KEY + b"hub", b"site"]


async def test_vp8_is_sent_without_its_picture_numbers(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        hub.send(VP8, _VP8_DELTA, timestamp=0)
        hub.send(VP8, _VP8_KEY, timestamp=3000)
        hub.send(VP8, _VP8_DELTA, timestamp=6000)
        await viewer.receives(b"\x10\x01")
        assert [packet.payload for packet in viewer.packets] == [b"\x10\x00", b"\x10\x01"]


async def test_levels_travel_with_the_sound(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        hub.send(OPUS, b"hub", timestamp=0, level=17)
        packet = await viewer.receives(b"hub")
        assert packet.extension == b"\x10\x11\x00\x00"  # one element: number 1, one byte, 17; padding
