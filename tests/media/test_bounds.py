"""What one site may take of the forwarding unit, and what is said of a briefing that everybody has left."""

from server.core.ids import HUB
from server.media.plane import Health
from server.media.sfu.ice import fresh_credentials
from server.media.sfu.sfu import Sfu
from tests.media.diary import Diary
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI
from tests.media.wire import offer, watching


async def test_site_that_subscribes_for_ever_ends_its_own_oldest(sfu: Sfu) -> None:
    def wanted() -> str:
        return offer("recvonly", fresh_credentials())

    other = await sfu.subscribe(GIAO_BAN, CA_MAU, wanted())
    staff = [await sfu.subscribe(GIAO_BAN, viewer, wanted()) for viewer in (None, HUB) for _ in range(10)]
    own = [await sfu.subscribe(GIAO_BAN, HA_NOI, wanted()) for _ in range(10)]

    assert [sfu.lasts(one.media) for one in own] == [False, False, *[True] * 8]
    assert all(sfu.lasts(one.media) for one in (other, *staff))


async def test_briefing_that_everybody_has_left_is_said_to_be_empty(sfu: Sfu) -> None:
    async with Diary.of(sfu) as diary, watching(sfu, HA_NOI) as viewer:
        await diary.first(Health, lambda health: bool(health.subscribers))
        await sfu.close(viewer.media)
        ended = len(diary.events)
        health = await diary.first(Health, after=ended)

    assert (health.publishers, health.subscribers) == ((), ())
