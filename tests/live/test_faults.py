"""A store that fails, in every way it can: no word is lost, no room waits for another, and nothing stays unknown."""

import asyncio
from collections.abc import Sequence
from functools import partial

import pytest

from server.core import briefing as lifecycle
from server.core import floor, presence, queue
from server.core.events import SpeechDetected
from server.core.ids import Actor, BriefingId, ConnectionId
from server.core.journal import Entry
from server.core.state import Briefing, Phase
from server.live.rooms import NoSuchBriefing, Rooms
from server.store.database import Database
from server.store.errors import StorageUnavailable
from server.store.ledger import StoredLedger
from tests.live.conftest import CHAIR, GRACE, THANH_HOA, House
from tests.live.test_hearing import LOUD, NOISE, at, sound, told

SAID = SpeechDetected(THANH_HOA, at(0), at(2), on_air=False, loudest=LOUD)


class Unreliable(StoredLedger):
    """The real store over a line that fails in two ways: nothing gets through, or the next answer is lost."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.is_away = False
        self.loses_answer = False
        self.commits = 0

    async def append(self, entries: Sequence[Entry], *, before: Briefing, after: Briefing) -> bool:
        if self.is_away:
            raise StorageUnavailable("nobody is there")
        stored = await super().append(entries, before=before, after=after)
        self.commits += stored
        if self.loses_answer:
            self.loses_answer = False
            raise StorageUnavailable("the line broke after the commit")
        return stored


@pytest.fixture
def ledger(house: House) -> Unreliable:
    """Put the house's rooms over a store that can fail."""
    ledger = Unreliable(house.database)
    house.use(ledger)
    return ledger


async def test_speech_outlives_a_database_that_is_away(house: House, ledger: Unreliable) -> None:
    room = await house.live_room()
    await sound(room, 0, 2, LOUD)

    ledger.is_away = True
    with pytest.raises(StorageUnavailable):
        await sound(room, 2, 4, NOISE)
    ledger.is_away = False
    await house.rooms.tick()
    await house.rooms.tick()

    assert [event for event in await told(house, room) if isinstance(event, SpeechDetected)] == [SAID]


async def test_speech_that_could_not_be_stored_is_among_the_last_words(house: House, ledger: Unreliable) -> None:
    room = await house.live_room()
    await sound(room, 0, 2, LOUD)
    ledger.is_away = True
    with pytest.raises(StorageUnavailable):
        await sound(room, 2, 4, NOISE)
    ledger.is_away = False

    await room.move(lifecycle.close, CHAIR)

    assert [event for event in await told(house, room) if isinstance(event, SpeechDetected)] == [SAID]


async def test_speech_is_stored_once_though_its_answer_was_lost(house: House, ledger: Unreliable) -> None:
    room = await house.live_room()
    await sound(room, 0, 2, LOUD)

    ledger.loses_answer = True
    with pytest.raises(StorageUnavailable):
        await sound(room, 2, 4, NOISE)
    await house.rooms.tick()

    assert [event for event in await told(house, room) if isinstance(event, SpeechDetected)] == [SAID]


async def test_move_whose_answer_was_lost_is_found_out(house: House, ledger: Unreliable) -> None:
    room = await house.live_room()
    await room.move(partial(queue.request, endpoint=THANH_HOA), CHAIR)
    ledger.loses_answer = True
    with pytest.raises(StorageUnavailable):
        await room.move(partial(floor.grant, endpoint=THANH_HOA), CHAIR)
    before = house.routed[-1]

    await house.rooms.tick()

    assert before == (None, (THANH_HOA,))
    assert room.state.floor.holder == THANH_HOA
    assert house.routed[-1] == (THANH_HOA, ())


async def test_close_whose_answer_was_lost_ends_the_media(house: House, ledger: Unreliable) -> None:
    room = await house.live_room()
    ledger.loses_answer = True
    with pytest.raises(StorageUnavailable):
        await room.move(lifecycle.close, CHAIR)

    with pytest.raises(lifecycle.WrongPhase):
        await room.move(lifecycle.close, CHAIR)

    assert house.moved[-1] == (Phase.LIVE, Phase.CLOSED)


async def test_close_by_another_node_is_told_too(house: House, other_house: House) -> None:
    room = await house.live_room()
    await (await other_house.rooms.get(room.state.id)).move(lifecycle.close, CHAIR)

    with pytest.raises(lifecycle.WrongPhase):
        await room.move(lifecycle.close, CHAIR)

    assert house.moved[-1] == (Phase.LIVE, Phase.CLOSED)


async def test_room_that_cannot_be_ticked_holds_up_no_other(house: House, ledger: Unreliable) -> None:
    rooms = [await house.live_room() for _ in range(2)]
    for room in rooms:
        join = partial(presence.join, endpoint=THANH_HOA, connection=ConnectionId("x"))
        await room.move(join, Actor("site:38"))
        await room.move(partial(queue.request, endpoint=THANH_HOA), CHAIR)
        await room.move(partial(floor.grant, endpoint=THANH_HOA), CHAIR)
        await room.depart(THANH_HOA, ConnectionId("x"))
    house.now += GRACE

    ledger.is_away = True
    await house.rooms.tick()
    ledger.is_away = False
    await house.rooms.tick()

    assert [room.state.floor.turn for room in rooms] == [None, None]


async def test_briefings_that_do_not_exist_leave_nothing_behind(house: House) -> None:
    for number in range(3):
        with pytest.raises(NoSuchBriefing):
            await house.rooms.get(BriefingId(f"nothing{number}"))

    assert not house.rooms.is_loading


async def test_briefing_has_one_room_though_the_first_load_failed(house: House, other_house: House) -> None:
    class FailsOnce(StoredLedger):
        failed = False

        async def load(self, briefing: BriefingId, *, after: int = 0) -> Sequence[Entry]:
            if not self.failed:
                self.failed = True
                await asyncio.sleep(0)  # let the others come and wait
                raise StorageUnavailable("away")
            return await super().load(briefing, after=after)

    briefing = (await other_house.live_room()).state.id
    house.use(FailsOnce(house.database))

    async def late(rooms: Rooms) -> object:
        for _ in range(3):  # turns of the loop: the first load has failed, the second is under way
            await asyncio.sleep(0)
        return await rooms.get(briefing)

    found = await asyncio.gather(
        house.rooms.get(briefing), house.rooms.get(briefing), late(house.rooms), return_exceptions=True
    )

    assert isinstance(found[0], StorageUnavailable)
    assert found[1] is found[2]
