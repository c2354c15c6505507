"""What is presented is one more picture: beside the camera, enforced like the floor, never sent back to its source."""

import pytest

from server.core.ids import HUB
from server.media.errors import BadOffer
from server.media.plane import Gone, Health, Program, Published, Unpublished
from server.media.sfu import rtcp
from server.media.sfu.ice import fresh_credentials
from server.media.sfu.settings import SfuSettings
from server.media.sfu.sfu import Sfu
from tests.media.diary import Diary
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI, THANH_HOA
from tests.media.wire import DELTA, H264, KEY, OPUS, Wire, offer, publishing, watching

_RATES = SfuSettings()
CONTENT = 4
"""The place of the content among the m-lines of an offer with two pairs and a third video."""


async def said(wire: Wire, payload: bytes, timestamp: int) -> None:
    """Send a packet and wait until the server has told the publisher its rate: then it is published."""
    wire.send(H264, payload, timestamp=timestamp)
    await wire.hears(lambda wire: bool(wire.rates))


async def test_content_reaches_the_third_video_of_everybody_but_its_presenter(sfu: Sfu) -> None:
    sfu.route(GIAO_BAN, Program(on_air=HA_NOI, presenting=HA_NOI))
    async with (
        publishing(sfu, HA_NOI) as camera,
        publishing(sfu, HA_NOI, content=True) as screen,
        watching(sfu, CA_MAU, pairs=2, content=True) as viewer,
        watching(sfu, HUB, pairs=2, content=True) as hub,
        watching(sfu, HA_NOI, pairs=2, content=True) as presenter,
        publishing(sfu, HUB) as room,
    ):
        screen.send(H264, KEY + b"slide", timestamp=0)
        camera.send(H264, KEY + b"face", timestamp=0)
        room.send(OPUS, b"hub", timestamp=0)
        await viewer.receives(KEY + b"slide", on=CONTENT)
        await viewer.receives(KEY + b"face", on=1)
        await hub.receives(KEY + b"slide", on=CONTENT)
        await presenter.receives(b"hub", on=0)

        assert {packet.payload for packet in presenter.packets} == {b"hub"}


async def test_content_of_whom_the_slot_was_not_given_reaches_nobody(sfu: Sfu) -> None:
    sfu.route(GIAO_BAN, Program(on_air=HA_NOI, presenting=HUB))
    async with (
        publishing(sfu, HA_NOI, content=True) as site,
        publishing(sfu, HUB, content=True) as hub,
        watching(sfu, CA_MAU, pairs=2, content=True) as viewer,
    ):
        await said(site, KEY + b"not given", timestamp=0)
        hub.send(H264, KEY + b"given", timestamp=0)
        await viewer.receives(KEY + b"given")

        assert [packet.payload for packet in viewer.packets] == [KEY + b"given"]


async def test_taken_content_stops_at_once_and_its_session_ends(sfu: Sfu, diary: Diary) -> None:
    sfu.route(GIAO_BAN, Program(on_air=HA_NOI, presenting=HA_NOI))
    async with (
        publishing(sfu, HUB) as hub,
        publishing(sfu, HA_NOI) as camera,
        publishing(sfu, HA_NOI, content=True) as screen,
        watching(sfu, CA_MAU, pairs=2, content=True) as viewer,
    ):
        screen.send(H264, KEY + b"slide 1", timestamp=0)
        shown = await viewer.receives(KEY + b"slide 1", on=CONTENT)

        screen.send(H264, DELTA + b"sent, not yet arrived", timestamp=3000)
        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        screen.send(H264, KEY + b"after", timestamp=6000)
        viewer.send_rtcp(rtcp.nack(1, shown.ssrc, [shown.sequence]))
        hub.send(OPUS, b"hub", timestamp=0)
        camera.send(H264, KEY + b"face", timestamp=0)  # the turn goes on
        await viewer.receives(b"hub")
        await viewer.receives(KEY + b"face")
        await screen.left.wait()

        assert [packet.payload for packet in viewer.of(viewer.ssrcs[CONTENT])] == [KEY + b"slide 1"]
        ended = await diary.first(Unpublished)
        assert ended == Unpublished(GIAO_BAN, HA_NOI, screen.media, Gone.CLOSED, content=True)
        assert not sfu.lasts(screen.media)


async def test_content_given_to_another_is_never_both(sfu: Sfu) -> None:
    sfu.route(GIAO_BAN, Program(presenting=HUB))
    async with (
        publishing(sfu, HUB, content=True) as hub,
        publishing(sfu, HA_NOI, content=True) as early,  # before it was given anything
        watching(sfu, CA_MAU, pairs=2, content=True) as viewer,
    ):
        hub.send(H264, KEY + b"hub's", timestamp=0)
        await said(early, KEY + b"too early", timestamp=0)
        await viewer.receives(KEY + b"hub's")
        sfu.route(GIAO_BAN, Program(on_air=HA_NOI, presenting=HA_NOI))
        hub.send(H264, DELTA + b"the hub goes on", timestamp=3000)
        early.send(H264, KEY + b"slide", timestamp=3000)
        await viewer.receives(KEY + b"slide", on=CONTENT)

        assert [packet.payload for packet in viewer.packets] == [KEY + b"hub's", KEY + b"slide"]


async def test_camera_and_content_of_one_source_do_not_replace_each_other(sfu: Sfu, diary: Diary) -> None:
    sfu.route(GIAO_BAN, Program(presenting=HA_NOI))
    async with publishing(sfu, HA_NOI) as camera, publishing(sfu, HA_NOI, content=True) as screen:
        await said(camera, KEY, timestamp=0)
        await said(screen, KEY, timestamp=0)
        async with publishing(sfu, HA_NOI, content=True) as reload:
            await said(reload, KEY, timestamp=0)
            health = await diary.first(Health, lambda one: len(one.publishers) == 2)

            assert diary.all(Published) == [
                Published(GIAO_BAN, HA_NOI, camera.media),
                Published(GIAO_BAN, HA_NOI, screen.media, content=True),
                Published(GIAO_BAN, HA_NOI, reload.media, content=True),
            ]
            assert diary.all(Unpublished) == [Unpublished(GIAO_BAN, HA_NOI, screen.media, Gone.REPLACED, content=True)]
            assert {(one.media, one.content) for one in health.publishers} == {
                (camera.media, False),
                (reload.media, True),
            }


async def test_content_has_a_ration_of_its_own(sfu: Sfu) -> None:
    sfu.route(GIAO_BAN, Program(presenting=THANH_HOA))
    async with publishing(sfu, THANH_HOA) as camera, publishing(sfu, THANH_HOA, content=True) as screen:
        await said(camera, KEY, timestamp=0)
        await said(screen, KEY, timestamp=0)

        assert camera.rates[-1] == pytest.approx(_RATES.off_air_rate, rel=0.01)
        assert screen.rates[-1] == pytest.approx(_RATES.content_rate, rel=0.01)


async def test_content_takes_the_video_of_an_offer_alone(sfu: Sfu) -> None:
    both = await sfu.publish(GIAO_BAN, HUB, offer("sendonly", fresh_credentials()), content=True)

    assert [line for line in both.sdp.splitlines() if line.startswith("m=")] == [
        "m=audio 0 UDP/TLS/RTP/SAVPF 111",
        f"m=video {sfu.port} UDP/TLS/RTP/SAVPF 106 96",
    ]
    sound_only = offer("sendonly", fresh_credentials()).split("m=video")[0].replace("BUNDLE 0 1", "BUNDLE 0")
    with pytest.raises(BadOffer):
        await sfu.publish(GIAO_BAN, HUB, sound_only, content=True)
