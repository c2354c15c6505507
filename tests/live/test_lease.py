"""The chair's lease in a room: how long it lasts, and what a second process makes of it."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import pytest

from server.core import queue
from server.core.chair import LEASE, NotActingChair
from server.core.events import Event
from server.core.ids import Actor, EndpointCode
from server.core.state import Briefing
from server.live.world import Decision
from tests.live.conftest import CA_MAU, CHAIR, HA_NOI, NOON, House


def asked(code: EndpointCode) -> Decision:
    return partial(queue.request, endpoint=code)


async def test_the_lease_of_a_chair_that_is_gone_lapses_once(house: House) -> None:
    room = await house.live_room()
    await room.take_chair(CHAIR, "Bà Lan")
    house.now = NOON + LEASE - timedelta(seconds=1)
    await house.rooms.tick()
    kept = room.state.chair
    room.at_the_desk(CHAIR, "Bà Lan")

    house.now = NOON + LEASE + timedelta(seconds=5)
    await house.rooms.tick()
    held = room.state.chair
    house.now = NOON + 2 * LEASE
    await house.rooms.tick()
    head = room.state.head
    await house.rooms.tick()

    assert kept is not None
    assert held == kept
    assert (room.state.chair, room.state.head) == (None, head)


async def test_after_a_restart_the_chair_has_its_whole_lease_again(house: House, other_house: House) -> None:
    room = await house.live_room()
    await room.take_chair(CHAIR, "Bà Lan")

    other_house.now = NOON + timedelta(hours=1)
    after = await other_house.rooms.get(room.state.id)
    await other_house.rooms.tick()

    assert after.state.chair == room.state.chair
    with pytest.raises(NotActingChair):
        await after.take_chair(Actor("user:mai"), "Bà Mai")


async def test_chair_whose_page_talks_to_another_process_keeps_the_chair(house: House, other_house: House) -> None:
    room = await house.live_room()
    await room.take_chair(CHAIR, "Bà Lan")
    other = await other_house.rooms.get(room.state.id)
    for seconds in range(0, 200, 10):
        house.now = other_house.now = NOON + timedelta(seconds=seconds)
        room.at_the_desk(CHAIR, "Bà Lan")
        await house.rooms.tick()
        await other_house.rooms.tick()

    with pytest.raises(NotActingChair):
        await other.take_chair(Actor("user:mai"), "Bà Mai")
    with pytest.raises(NotActingChair):
        await other.lead(asked(CA_MAU), Actor("user:mai"), "Bà Mai")
    held = other.state.chair
    other_house.now += LEASE
    await other.take_chair(Actor("user:mai"), "Bà Mai")

    assert held is not None
    assert (held, held.actor, held.attended) == (room.state.chair, CHAIR, True)
    assert other.state.chair is not None
    assert other.state.chair.actor == "user:mai"


async def test_process_that_did_not_know_of_the_chair_asks_before_it_takes_it(house: House, other_house: House) -> None:
    room = await house.live_room()
    other = await other_house.rooms.get(room.state.id)
    await room.take_chair(CHAIR, "Bà Lan")
    house.now = other_house.now = NOON + timedelta(minutes=10)
    room.at_the_desk(CHAIR, "Bà Lan")
    await house.rooms.tick()

    with pytest.raises(NotActingChair):
        await other.take_chair(Actor("user:mai"), "Bà Mai")


async def test_lease_does_not_last_longer_for_a_process_whose_clock_is_ahead(house: House, other_house: House) -> None:
    house.now = NOON + timedelta(hours=1)
    room = await house.live_room()
    await room.take_chair(CHAIR, "Bà Lan")
    await house.rooms.tick()
    other = await other_house.rooms.get(room.state.id)
    await other.take_chair(CHAIR, "Bà Lan")
    other_house.now = NOON + LEASE

    await other_house.rooms.tick()

    assert other.state.chair is None


async def test_lease_begins_anew_when_the_clock_is_set_back(house: House) -> None:
    """Otherwise a chair that is gone would keep everybody out for as long as the clock was wrong."""
    house.now = NOON + timedelta(hours=1)
    room = await house.live_room()
    await room.take_chair(CHAIR, "Bà Lan")
    house.now = NOON
    await house.rooms.tick()
    with pytest.raises(NotActingChair):
        await room.take_chair(Actor("user:mai"), "Bà Mai")

    house.now = NOON + LEASE
    await house.rooms.tick()

    assert room.state.chair is None


async def test_lease_does_not_lapse_when_the_page_is_heard_of_in_the_last_moment(house: House) -> None:
    """The move that would note it waits for others: the room looks again when its turn has come."""
    room = await house.live_room()
    await room.take_chair(CHAIR, "Bà Lan")
    house.now = NOON + LEASE

    def heard(state: Briefing, now: datetime) -> tuple[Event, ...]:
        room.at_the_desk(CHAIR, "Bà Lan")
        return queue.request(state, now, endpoint=HA_NOI)

    async with asyncio.TaskGroup() as group:
        group.create_task(room.move(asked(CA_MAU), CHAIR))
        while not room._unsure:  # noqa: ASYNC110 - nothing tells that it has begun, and waits for the store
            await asyncio.sleep(0)
        group.create_task(house.rooms.tick())
        await asyncio.sleep(0)  # the tick waits for it
        group.create_task(room.move(heard, CHAIR))

    assert room.state.floor.waiting == (CA_MAU, HA_NOI)
    assert room.state.chair is not None
