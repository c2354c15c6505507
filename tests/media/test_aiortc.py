"""aiortc publishes and watches: pictures are decoded, and by their brightness we know whose they are."""

import asyncio

from server.core.ids import HUB
from server.media.plane import Gone, Health, Levels, Program, Published, Unpublished
from server.media.sfu.sfu import Sfu
from tests.media.diary import Diary
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI, publisher, viewer


async def test_the_stage_follows_the_floor_and_the_hub_stays_beside_it(sfu: Sfu, diary: Diary) -> None:
    async with (
        publisher(sfu, HUB, luma=200),
        publisher(sfu, HA_NOI, luma=60),
        viewer(sfu, CA_MAU, pairs=2) as watching,
        viewer(sfu, HA_NOI) as holder,
        asyncio.timeout(20),
    ):
        await diary.first(Published, lambda event: event.source == HA_NOI)
        await watching.sees(200, slot=0)
        await watching.sees(200, slot=1)
        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        await watching.sees(60, slot=0)
        await watching.sees(200, slot=1)
        await holder.sees(200)
        sfu.route(GIAO_BAN, Program())
        await watching.sees(200, slot=0)
        levels = await diary.first(Levels, lambda event: len(event.levels) == 2)
        assert {source: level < 30 for source, level in levels.levels} == {HUB: True, HA_NOI: True}
        await diary.first(Health, lambda event: all(found.round_trip is not None for found in event.subscribers))


async def test_a_closed_connection_is_a_goodbye(sfu: Sfu, diary: Diary) -> None:
    async with publisher(sfu, HA_NOI) as (_, media):
        await diary.first(Published)
    ended = await diary.first(Unpublished)
    assert ended == Unpublished(GIAO_BAN, HA_NOI, media, Gone.CLOSED)
