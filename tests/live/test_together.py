"""Several briefings moved as one: all of them or none, and never against each other."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pytest

from server.core import briefing as lifecycle
from server.core.errors import Conflict
from server.live.room import Contended, Room
from server.live.together import move_together
from server.live.world import Decision, Move
from server.store import briefings, series
from tests.live.conftest import CHAIR, PLAN, House

DRAFT: Decision = partial(lifecycle.draft, plan=PLAN)
CANCEL: Decision = partial(lifecycle.cancel, reason="")


class Refused(Conflict):
    """No."""


async def drafted(house: House, count: int = 2) -> list[Room]:
    """Rooms of new drafts."""
    rooms = [house.rooms.fresh(briefings.new_id()) for _ in range(count)]
    await move_together(dict.fromkeys(rooms, DRAFT), CHAIR, partial(series.save, house.database))
    return rooms


async def test_every_room_moves_and_tells(house: House) -> None:
    rooms = await drafted(house)
    house.moved.clear()

    await move_together(dict.fromkeys(rooms, CANCEL), CHAIR, partial(series.save, house.database))

    assert [room.state.phase for room in rooms] == ["cancelled", "cancelled"]
    assert [after for _, after in house.moved] == ["cancelled", "cancelled"]
    async with house.database.read() as session:
        assert {one.phase.value for one in await briefings.summaries(session, limit=9)} == {"cancelled"}


async def test_when_one_is_refused_none_moves(house: House) -> None:
    one, other = await drafted(house)
    await other.move(CANCEL, CHAIR)

    with pytest.raises(lifecycle.WrongPhase):
        await move_together({one: CANCEL, other: CANCEL}, CHAIR, partial(series.save, house.database))

    assert one.state.phase == "draft"


async def test_when_the_store_refuses_none_moves_and_the_rooms_go_on(house: House) -> None:
    rooms = await drafted(house)

    async def refuse(_moves: Sequence[Move]) -> bool:
        raise Refused

    with pytest.raises(Refused):
        await move_together(dict.fromkeys(rooms, CANCEL), CHAIR, refuse)

    await rooms[0].move(CANCEL, CHAIR)
    assert [room.state.phase for room in rooms] == ["cancelled", "draft"]


async def test_another_writer_was_first_and_all_decide_again(house: House, other_house: House) -> None:
    rooms = await drafted(house)
    there = await other_house.rooms.get(rooms[0].state.id)
    await there.move(partial(lifecycle.edit, plan=replace(PLAN, title="Tên khác")), CHAIR)

    await move_together(dict.fromkeys(rooms, CANCEL), CHAIR, partial(series.save, house.database))

    assert (rooms[0].state.planned.title, rooms[0].state.phase) == ("Tên khác", "cancelled")


async def test_when_others_are_always_first_it_is_said(house: House) -> None:
    rooms = await drafted(house, 1)

    async def never(_moves: Sequence[Move]) -> bool:
        return False

    with pytest.raises(Contended):
        await move_together(dict.fromkeys(rooms, CANCEL), CHAIR, never)


async def test_two_at_once_wait_for_one_another(house: House) -> None:
    rooms = await drafted(house, 6)
    save = partial(series.save, house.database)

    async def edit(title: str, order: list[Room]) -> None:
        decide: Decision = partial(lifecycle.edit, plan=replace(PLAN, title=title))
        await move_together(dict.fromkeys(order, decide), CHAIR, save)

    async with asyncio.timeout(20):
        await asyncio.gather(edit("một", rooms), edit("hai", rooms[::-1]))

    assert len({room.state.planned.title for room in rooms}) == 1
