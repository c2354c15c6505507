"""The content slot in a room: routed with the stage, dark before it is stored as taken, and lapsing by the clock."""

from datetime import timedelta
from functools import partial

import pytest

from server.core import content, floor, presence, queue
from server.core.ids import HUB, EndpointCode, MediaId
from server.live.room import Room
from server.live.world import Decision
from server.store.errors import StorageUnavailable
from tests.live.conftest import CHAIR, GRACE, NOON, THANH_HOA, House
from tests.live.test_faults import Unreliable, ledger

__all__ = ["ledger"]  # a fixture

SCREEN = MediaId("screen")


def given(presenter: EndpointCode) -> Decision:
    return partial(content.give, presenter=presenter)


async def with_the_floor(room: Room, code: EndpointCode) -> None:
    await room.move(partial(queue.request, endpoint=code), CHAIR)
    await room.move(partial(floor.grant, endpoint=code), CHAIR)


async def test_giving_and_taking_are_routed(house: House) -> None:
    room = await house.live_room()

    await room.move(given(HUB), CHAIR)
    shown = house.presenting
    await room.move(content.take, CHAIR, cut_first=True)

    assert (shown, house.presenting) == (HUB, None)


async def test_content_goes_dark_while_the_database_is_away_and_stays_dark(house: House, ledger: Unreliable) -> None:
    room = await house.live_room()
    await with_the_floor(room, THANH_HOA)
    await room.move(given(THANH_HOA), CHAIR)

    ledger.is_away = True
    with pytest.raises(StorageUnavailable):
        await room.move(content.take, CHAIR, cut_first=True)
    cut = (house.presenting, house.routed[-1][0])
    ledger.is_away = False
    await room.move(partial(queue.request, endpoint=EndpointCode("96")), CHAIR)
    still_dark = house.presenting
    await room.move(content.take, CHAIR, cut_first=True)
    await room.move(given(THANH_HOA), CHAIR)

    assert cut == (None, THANH_HOA)  # the turn goes on
    assert still_dark is None
    assert house.presenting == THANH_HOA


async def test_a_revoked_speakers_content_goes_dark_with_its_voice(house: House, ledger: Unreliable) -> None:
    room = await house.live_room()
    await with_the_floor(room, THANH_HOA)
    await room.move(given(THANH_HOA), CHAIR)

    ledger.is_away = True
    with pytest.raises(StorageUnavailable):
        await room.move(partial(floor.revoke, endpoint=THANH_HOA), CHAIR, cut_first=True)

    assert (house.presenting, house.routed[-1][0]) == (None, None)


async def test_the_hubs_content_stays_when_a_speaker_is_revoked(house: House) -> None:
    room = await house.live_room()
    await with_the_floor(room, THANH_HOA)
    await room.move(given(HUB), CHAIR)

    await room.move(partial(floor.revoke, endpoint=THANH_HOA), CHAIR, cut_first=True)

    assert (house.presenting, house.routed[-1][0]) == (HUB, None)


async def test_content_that_does_not_return_lapses_by_the_clock(house: House) -> None:
    room = await house.live_room()
    await room.move(given(HUB), CHAIR)
    await room.move(partial(presence.presenting, endpoint=HUB, media=SCREEN), CHAIR)
    gone = partial(presence.stopped_presenting, endpoint=HUB, media=SCREEN, reason="lost", grace=GRACE)
    await room.move(gone, CHAIR)

    house.now = NOON + GRACE - timedelta(seconds=1)
    await house.rooms.tick()
    kept = house.presenting
    house.now = NOON + GRACE
    await house.rooms.tick()

    assert kept == HUB
    assert room.state.content is None
    assert house.presenting is None
