"""A room decides, stores, adopts, announces and routes; it loses nothing, whoever else writes or fails."""

import asyncio
import json
import sqlite3
from dataclasses import is_dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from server.core import briefing as lifecycle
from server.core import floor, presence, queue, results
from server.core.chair import NotActingChair
from server.core.events import Note, NoteKind
from server.core.events import floor as floor_events
from server.core.ids import Actor, ConnectionId, EndpointCode
from server.core.journal import verify
from server.core.queue import NotWaiting
from server.core.state import Briefing, fold
from server.live.feed import MOST_BEHIND, PUBLIC, Audience
from server.live.warming import LASTS
from server.live.world import Decision
from server.store import briefings, engines, journal
from server.store.errors import StorageUnavailable
from tests.live.conftest import CA_MAU, CHAIR, GRACE, HA_NOI, NOON, PLAN, THANH_HOA, House

STAFF = Audience(staff=True)


def asked(code: EndpointCode) -> Decision:
    return partial(queue.request, endpoint=code)


def granted(code: EndpointCode) -> Decision:
    return partial(floor.grant, endpoint=code)


def seqs(frames: list[bytes]) -> list[int]:
    """Return the ids of the journal frames among these."""
    return [int(line[4:]) for frame in frames for line in frame.decode().splitlines() if line.startswith("id: ")]


async def test_move_stores_adopts_and_routes(house: House) -> None:
    room = await house.live_room()
    await room.move(asked(THANH_HOA), CHAIR)
    house.routed.clear()

    await room.move(granted(THANH_HOA), CHAIR)

    async with house.database.read() as session:
        stored = await journal.load(session, room.state.id)
        assert verify(await journal.rows(session, room.state.id), head=room.state.head) is None
    assert fold(Briefing(room.state.id), stored) == room.state
    assert room.state.floor.holder == THANH_HOA
    assert house.routed == [(THANH_HOA, ())]


async def test_refused_move_changes_nothing(house: House) -> None:
    room = await house.live_room()
    before = room.state
    house.routed.clear()

    with pytest.raises(NotWaiting):
        await room.move(granted(CA_MAU), CHAIR)

    assert room.state is before
    assert house.routed == []


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have databases that are opened now wait a second for a lock, not five."""
    monkeypatch.setattr(engines, "LOCK_SECONDS", 1)


@pytest.mark.usefixtures("impatient")
async def test_revoke_cuts_the_media_while_the_database_is_dead(house: House, database_file: Path) -> None:
    room = await house.live_room()
    await room.move(asked(THANH_HOA), CHAIR)
    await room.move(granted(THANH_HOA), CHAIR)
    house.routed.clear()
    hog = sqlite3.connect(database_file)
    hog.execute("BEGIN EXCLUSIVE")

    with pytest.raises(StorageUnavailable):
        await room.move(partial(floor.revoke, endpoint=THANH_HOA), CHAIR, cut_first=True)
    cut = list(house.routed)
    hog.rollback()
    hog.close()
    await room.move(asked(CA_MAU), CHAIR)  # another move must not put the cut site back on air
    still_cut = house.routed[-1]
    await room.move(partial(floor.revoke, endpoint=THANH_HOA), CHAIR, cut_first=True)
    await room.move(granted(CA_MAU), CHAIR)

    assert cut == [(None, ())]
    assert still_cut == (None, (CA_MAU,))
    assert house.routed[-1] == (CA_MAU, ())


async def test_second_writer_decides_again_on_what_the_first_stored(house: House, other_house: House) -> None:
    room = await house.live_room()
    twin = await other_house.rooms.get(room.state.id)

    await room.move(asked(THANH_HOA), CHAIR)
    await twin.move(asked(CA_MAU), CHAIR)
    await room.move(granted(THANH_HOA), CHAIR)
    with pytest.raises(queue.AlreadySpeaking):
        await twin.move(granted(THANH_HOA), CHAIR)

    assert room.state.floor.waiting == (CA_MAU,)
    assert twin.state == room.state


async def test_many_writers_at_once_lose_nothing(house: House, other_house: House) -> None:
    room = await house.live_room()
    twin = await other_house.rooms.get(room.state.id)
    joins = [
        (one, partial(presence.join, endpoint=HA_NOI, connection=ConnectionId(f"{name}{number}")))
        for name, one in (("a", room), ("b", twin))
        for number in range(4)
    ]

    await asyncio.gather(*(one.move(decide, Actor("site:01")) for one, decide in joins))

    async with house.database.read() as session:
        stored = fold(Briefing(room.state.id), await journal.load(session, room.state.id))
    assert len(stored.site(HA_NOI).connections) == 8


async def test_listener_that_resumes_misses_nothing_and_gets_nothing_twice(house: House) -> None:
    room = await house.live_room()

    async def moves() -> None:
        for number in range(30):
            hand = asked(CA_MAU) if number % 2 == 0 else partial(queue.withdraw, endpoint=CA_MAU)
            await room.move(hand, CHAIR)

    async with asyncio.TaskGroup() as group:
        moving = group.create_task(moves())
        while room.state.head.seq < 15:  # noqa: ASYNC110 - the moves announce nothing to wait for before we listen
            await asyncio.sleep(0)  # one turn of the loop, until the story is half told
        listener, missed = await room.listen(STAFF, after=2)
        await moving

    got = seqs(missed) + seqs(await listener.frames(1))
    assert got == list(range(3, room.state.head.seq + 1))


async def test_sites_hear_what_is_public_and_their_own(house: House) -> None:
    room = await house.live_room()
    listener, _ = await room.listen(Audience(staff=False, endpoint=HA_NOI), after=None)

    await room.move(partial(presence.join, endpoint=CA_MAU, connection=ConnectionId("x")), Actor("site:96"))
    await room.move(partial(presence.join, endpoint=HA_NOI, connection=ConnectionId("y")), Actor("site:01"))
    await room.move(asked(CA_MAU), Actor("site:96"))

    frames = [frame for frame in await listener.frames(1) if frame.startswith(b"id: ")]
    bodies = [json.loads(frame.decode().split("data: ")[1]) for frame in frames]
    assert [(one["kind"], one["data"]["endpoint"]) for one in bodies] == [
        ("EndpointJoined", HA_NOI),
        ("FloorRequested", CA_MAU),
    ]


def test_sites_may_know_all_of_the_floor_but_why_others_were_passed_over() -> None:
    kinds = {kind for kind in vars(floor_events).values() if is_dataclass(kind)}

    assert kinds - set(PUBLIC) == {floor_events.RequestDenied, floor_events.EndpointSkipped}


async def test_listener_too_far_behind_is_closed(house: House) -> None:
    room = await house.live_room()
    listener, _ = await room.listen(STAFF, after=None)

    for _ in range(MOST_BEHIND + 1):
        listener.put_entry(b"id: 1\n\n")

    assert listener.closed


async def test_recovery_disconnects_everybody_and_holds_the_turn(house: House, other_house: House) -> None:
    room = await house.live_room()
    await room.move(partial(presence.join, endpoint=THANH_HOA, connection=ConnectionId("x")), Actor("site:38"))
    await room.move(asked(THANH_HOA), CHAIR)
    await room.move(granted(THANH_HOA), CHAIR)

    other_house.now = NOON + timedelta(seconds=5)
    await other_house.rooms.recover([room.state.id])
    after = await other_house.rooms.get(room.state.id)
    held = after.state.floor.turn
    await after.move(partial(presence.join, endpoint=THANH_HOA, connection=ConnectionId("z")), Actor("site:38"))

    assert held is not None
    assert held.held_until == other_house.now + GRACE
    assert after.state.site(THANH_HOA).connections == ("z",)
    assert after.state.floor.turn is not None
    assert after.state.floor.turn.held_until is None
    assert other_house.routed[-1] == (THANH_HOA, ())


async def test_held_turn_lapses_when_its_time_is_over(house: House) -> None:
    room = await house.live_room()
    await room.move(partial(presence.join, endpoint=THANH_HOA, connection=ConnectionId("x")), Actor("site:38"))
    await room.move(asked(THANH_HOA), CHAIR)
    await room.move(granted(THANH_HOA), CHAIR)
    await room.depart(THANH_HOA, ConnectionId("x"))

    house.now = NOON + GRACE - timedelta(seconds=1)
    await house.rooms.tick()
    kept = room.state.floor.holder
    house.now = NOON + GRACE
    await house.rooms.tick()

    assert kept == THANH_HOA
    assert room.state.floor.turn is None
    assert house.routed[-1] == (None, ())


async def test_plan_that_is_not_open_yet_leaves_nothing_on_the_plane(house: House) -> None:
    room = house.rooms.fresh(briefings.new_id())

    await room.move(partial(lifecycle.draft, plan=PLAN), CHAIR)
    await room.move(lifecycle.schedule, CHAIR)

    assert house.routed == []


async def test_line_that_was_checked_before_the_lobby_is_warm_no_more_when_its_time_is_over(house: House) -> None:
    room = house.rooms.fresh(briefings.new_id())
    await room.move(partial(lifecycle.draft, plan=PLAN), CHAIR)
    await room.move(lifecycle.schedule, CHAIR)
    house.rooms.keep(room)

    room.warm(THANH_HOA)
    house.now = NOON + LASTS
    await house.rooms.tick()

    assert house.routed == [(None, (THANH_HOA,)), (None, ())]


async def test_what_is_written_down_after_the_end_leaves_nothing_on_the_plane(house: House) -> None:
    room = await house.live_room()
    await room.move(lifecycle.close, CHAIR)
    house.routed.clear()

    await room.move(partial(results.take, note=Note(NoteKind.CONCLUSION, "Thống nhất", NOON)), CHAIR)

    assert room.state.results.notes[1].note.text == "Thống nhất"
    assert house.routed == []


async def test_an_interrupted_speaker_is_off_the_air_before_it_is_written_down(house: House) -> None:
    room = await house.live_room()
    await room.move(asked(THANH_HOA), CHAIR)
    await room.lead(granted(THANH_HOA), CHAIR, "Bà Lan")

    await room.lead(floor.pause, CHAIR, "Bà Lan", cut_first=True)
    await room.lead(floor.continue_, CHAIR, "Bà Lan")

    assert [on_air for on_air, _ in house.routed[-4:]] == [THANH_HOA, None, None, THANH_HOA]


async def test_muted_sites_are_not_warmed_up(house: House) -> None:
    room = await house.live_room()
    await room.move(asked(THANH_HOA), CHAIR)
    before = house.routed[-1]

    await room.lead(floor.mute_everyone, CHAIR, "Bà Lan", cut_first=True)

    assert (before, house.routed[-1]) == ((None, (THANH_HOA,)), (None, ()))


async def test_speaker_is_back_on_air_when_the_move_that_cut_it_is_refused_after_all(
    house: House, other_house: House
) -> None:
    """Another writer was first, and has made somebody else the acting chair."""
    room = await house.live_room()
    await room.move(asked(THANH_HOA), CHAIR)
    await room.lead(granted(THANH_HOA), CHAIR, "Bà Lan")
    twin = await other_house.rooms.get(room.state.id)
    await twin.take_chair(Actor("user:mai"), "Bà Mai")
    house.routed.clear()

    with pytest.raises(NotActingChair):
        await room.lead(floor.pause, CHAIR, "Bà Lan", cut_first=True)

    assert [on_air for on_air, _ in house.routed] == [None, None, THANH_HOA]
