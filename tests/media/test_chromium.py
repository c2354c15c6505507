"""Chromium publishes and watches."""

import asyncio
import itertools
import re

from server.core.ids import HUB
from server.media.plane import Health, Program, Published
from server.media.sfu.codec import Kind
from server.media.sfu.sfu import Sfu
from tests.chromium import CAMERA, SOUND, chromium
from tests.media.browser import page
from tests.media.diary import Diary
from tests.media.http import Door
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI
from tests.media.wire import OPUS, publishing

_ALL_FLOW = """([frames, bytes]) => window.received().then((lines) => lines.every((line) =>
    line.kind === "video" ? line.frames > frames : line.bytes > bytes))"""


_OFFERED = """async () => {
    const { describe } = await import("/js/live/sound_repair.js");
    const peer = new RTCPeerConnection();
    peer.addTransceiver("audio", { direction: "recvonly" });
    await describe(peer);
    return peer.localDescription.sdp;
}"""


async def test_chromium_publishes_and_watches_one_and_two_pairs(sfu: Sfu, diary: Diary, door: Door) -> None:
    async with chromium(*CAMERA, *SOUND) as browser:
        hub, site, viewer = [await page(browser, door) for _ in range(3)]
        await hub.evaluate("window.publish('hub')")
        await site.evaluate(f"window.publish('{HA_NOI}')")
        await viewer.evaluate(f"window.watch('{CA_MAU}', 2)")
        await site.evaluate(f"window.watch('{CA_MAU}', 1)")
        await diary.first(Published, lambda event: event.source == HUB)
        await diary.first(Published, lambda event: event.source == HA_NOI)
        await viewer.wait_for_function(_ALL_FLOW, arg=[10, 500])
        await site.wait_for_function(_ALL_FLOW, arg=[10, 500])
        before = await viewer.evaluate("window.received()")

        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        frames, octets = before[1]["frames"] + 30, before[0]["bytes"] + 2_000
        await viewer.wait_for_function(_ALL_FLOW, arg=[frames, octets])

        after = await viewer.evaluate("window.received()")
        assert [line["kind"] for line in after] == ["audio", "video", "audio", "video"]
        assert [line["lost"] for line in after] == [0, 0, 0, 0]
        health = await diary.first(Health, _has_round_trips, after=len(diary.events))
        assert {found.source: found.told for found in health.publishers} == {HUB: 2_500_000, HA_NOI: 2_500_000}


async def test_chromium_offers_to_repair_sound_when_the_pages_describe_it(door: Door) -> None:
    async with chromium() as browser:
        opened = await page(browser, door)
        offered = await opened.evaluate(_OFFERED)
    assert re.findall(r"a=rtcp-fb:111 (\S+)", offered) == ["nack", "transport-cc"]


async def test_chromium_asks_for_lost_sound_and_sends_lost_sound_again(sfu: Sfu, door: Door) -> None:
    async with chromium(*CAMERA, *SOUND) as browser:
        viewer, site = [await page(browser, door) for _ in range(2)]
        await site.evaluate(f"window.publish('{HA_NOI}')")
        await viewer.evaluate(f"window.watch('{CA_MAU}', 1)")
        async with asyncio.timeout(20), publishing(sfu, HUB) as hub:
            for number in itertools.count():
                hub.send(OPUS, b"\xf8\xff\xfe", timestamp=960 * number, skip=number % 50 == 49)
                if await viewer.evaluate("window.soundAskedFor()"):
                    break

        async with asyncio.timeout(20):
            publisher = sfu._studios[GIAO_BAN].publishers[HA_NOI]
            inlet = next(inlet for inlet in publisher._inlets if inlet.track.kind is Kind.AUDIO)
            assert "nack" in inlet.feedback
            while inlet.track.reception.packets < 20:  # noqa: ASYNC110 - a stream tells nobody
                await asyncio.sleep(0.01)
            publisher._nack(inlet, [inlet.track.reception.highest or 0])
            await site.wait_for_function("window.soundSentAgain()")


def _has_round_trips(health: Health) -> bool:
    times = [found.round_trip for found in health.publishers] + [found.round_trip for found in health.subscribers]
    return None not in times
