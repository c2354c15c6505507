"""A room writes down what is heard in it, also the last words."""

from datetime import datetime, timedelta
from functools import partial

from server.core import briefing as lifecycle
from server.core import floor, queue
from server.core.events import BriefingClosed, ClosedBecause, Event, SpeechDetected
from server.live.room import Room
from server.store import journal
from tests.core.traces import spoken
from tests.live.conftest import CHAIR, NOON, THANH_HOA, House

LOUD, NOISE = 30, 70


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


async def sound(room: Room, start: float, end: float, level: int) -> None:
    """Let Thanh Hóa speak at a level (-dBov) from one second to another."""
    for window in range(round(start * 10), round(end * 10)):
        await room.hear(at(window / 10), 0.1, [(THANH_HOA, spoken(level, window))])


async def told(house: House, room: Room) -> list[Event]:
    async with house.database.read() as session:
        return [entry.event for entry in await journal.load(session, room.state.id)]


async def test_speech_is_stored_with_whether_others_could_hear_it(house: House) -> None:
    room = await house.live_room()
    await sound(room, 0, 1, LOUD)
    await room.move(partial(queue.request, endpoint=THANH_HOA), CHAIR)
    await room.move(partial(floor.grant, endpoint=THANH_HOA), CHAIR)
    await sound(room, 1, 3, LOUD)
    await sound(room, 3, 4, NOISE)

    heard = [event for event in await told(house, room) if isinstance(event, SpeechDetected)]

    assert heard == [
        SpeechDetected(THANH_HOA, at(0), at(1), on_air=False, loudest=LOUD),
        SpeechDetected(THANH_HOA, at(1), at(3), on_air=True, loudest=LOUD),
    ]


async def test_last_words_are_stored_before_the_briefing_closes(house: House) -> None:
    room = await house.live_room()
    await sound(room, 0, 5, LOUD)
    house.now = at(5)

    await room.move(lifecycle.close, CHAIR)
    await sound(room, 5, 9, LOUD)

    assert (await told(house, room))[-2:] == [
        SpeechDetected(THANH_HOA, at(0), at(5), on_air=False, loudest=LOUD),
        BriefingClosed(ClosedBecause.CHAIR),
    ]
