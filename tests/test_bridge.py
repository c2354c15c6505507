"""What the media plane says reaches the rooms, also while nothing can be stored."""

from collections.abc import AsyncIterator

from server.bridge import carry
from server.core.ids import MediaId
from server.media.plane import Gone, Health, MediaEvent, Published, PublisherHealth, Unpublished
from tests.live.conftest import NOON, THANH_HOA, House, database_file, house
from tests.live.test_faults import Unreliable, ledger

__all__ = ["database_file", "house", "ledger"]  # the fixtures of the rooms

CAMERA = MediaId("camera")
LINE = PublisherHealth(THANH_HOA, CAMERA, 150_000, 0.0, 0.03, 0.001, 25.0, 150_000)


async def played(*events: MediaEvent) -> AsyncIterator[MediaEvent]:
    for event in events:
        yield event


async def test_lines_are_shown_while_the_database_is_away(house: House, ledger: Unreliable) -> None:
    room = await house.live_room()
    ledger.is_away = True

    await carry(played(Health(room.state.id, NOON, (LINE,), ())), house.rooms)

    assert room.state.site(THANH_HOA).media is None
    assert room.health[THANH_HOA].bitrate == 150_000


async def test_end_that_could_not_be_stored_is_made_good_by_the_next_health(house: House, ledger: Unreliable) -> None:
    room = await house.live_room()
    briefing = room.state.id
    await carry(played(Published(briefing, THANH_HOA, CAMERA)), house.rooms)
    ledger.is_away = True
    await carry(played(Unpublished(briefing, THANH_HOA, CAMERA, Gone.LOST)), house.rooms)
    before = room.state.site(THANH_HOA).media
    ledger.is_away = False

    await carry(played(Health(briefing, NOON, (), ())), house.rooms)

    assert before == CAMERA
    assert room.state.site(THANH_HOA).media is None
