"""Talk time over real WebRTC: it stops while the microphone is muted, and goes on after a reconnect."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from endpoints.api import Api
from endpoints.clips import AudioClip, Library, home
from endpoints.peer import Ground
from endpoints.publication import Publication
from endpoints.simulation import open_session
from tests.bench import sounds
from tests.bench.ground import open_ground
from tests.bench.house import house
from tests.bench.sounds import QUIET_ROOM, RATE
from tests.bench.stage import Hall, Microphone, tiny_picture

SITE = "01"
MUTED = 3.0  # seconds


def report() -> tuple[AudioClip, float]:
    """Return a sentence said in a quiet room, and how many seconds of it are spoken."""
    clean, said = sounds.voice("Báo cáo đồng chí chủ trì, tỉnh chúng tôi đã triển khai đầy đủ các nhiệm vụ.", 1)
    room = sounds.hiss(len(clean) / RATE + 1.0, QUIET_ROOM, 1)
    room[: len(clean)] += clean
    return sounds.encoded(room), said[-1][1] - said[0][0]


async def coming(stack: AsyncExitStack, ground: Ground, api: Api) -> Microphone:
    """Publish with a microphone that is muted: it sends digital silence."""
    clock = asyncio.get_running_loop().time
    microphone = Microphone(Library(home()).silence(), tiny_picture(), clock)
    publication = Publication(ground, microphone, lambda: None)
    await publication.open(api)
    stack.push_async_callback(publication.close)
    return microphone


async def say(microphone: Microphone, sentence: AudioClip) -> None:
    """Open the microphone, say a sentence, and mute it again."""
    begins = asyncio.get_running_loop().time() + 0.2
    microphone.play(sentence, frozenset(), begins)
    await asyncio.sleep(0.2 + len(sentence.frames) * sounds.TICK)


@pytest.mark.slow
async def test_talk_time_stops_at_mute_and_survives_a_reconnect() -> None:
    sentence, spoken = report()
    async with (
        house("--no-media", "--sites", "1") as running,
        open_session() as http,
        open_ground() as ground,
        AsyncExitStack() as stack,
    ):
        site, chair = running.api(http, running.sites[SITE]), running.api(http, running.tokens["chair"])
        hall = Hall(running, http)
        before = await coming(stack, ground, site)
        await hall.ask_for_the_floor(SITE)
        await chair.floor("grant", SITE)

        await say(before, sentence)
        await asyncio.sleep(MUTED)
        after = await coming(stack, ground, site)  # the first session is replaced
        await say(after, sentence)
        await asyncio.sleep(1.5)
        await chair.floor("release")
        (turn,) = (await hall.record())["turns"]

    assert turn["heard_seconds"] == pytest.approx(2 * spoken, abs=0.5)
    assert turn["seconds"] - turn["heard_seconds"] > MUTED
