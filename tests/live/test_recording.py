"""Recording in a room: the media plane is told, a recorder in trouble is an alarm, and so is one that says nothing."""

from datetime import timedelta

from server.core import briefing as lifecycle
from server.core import recording
from server.live.room import Room
from server.live.taping import DISK_LOW, RECORDING_FAILED, SILENT_AFTER
from tests.live.conftest import CHAIR, House


def codes(room: Room) -> list[str]:
    return [alarm.code for alarm in room.status().alarms]


async def recorded(house: House) -> Room:
    room = await house.live_room()
    await room.move(recording.start, CHAIR)
    return room


async def test_the_plane_is_told_to_record_and_to_stop(house: House) -> None:
    room = await recorded(house)
    began = house.recording
    await room.move(recording.stop, CHAIR)

    assert (began, house.recording) == (True, False)


async def test_the_end_of_the_briefing_ends_recording(house: House) -> None:
    room = await recorded(house)

    await room.move(lifecycle.close, CHAIR)

    assert not house.recording
    assert room.status().recording is None


async def test_a_recorder_in_trouble_is_an_alarm_until_it_is_well(house: House) -> None:
    room = await recorded(house)
    before = codes(room)
    await room.note_recorder("disk_full", is_low=True)
    during = codes(room)
    await room.note_recorder(None, is_low=False)

    assert (before, during, codes(room)) == ([], [DISK_LOW, RECORDING_FAILED], [])


async def test_a_disk_that_fills_up_is_an_alarm_while_it_is_recorded(house: House) -> None:
    room = await recorded(house)
    await room.note_recorder(None, is_low=True)
    during = codes(room)
    await room.move(recording.stop, CHAIR)

    assert (during, codes(room)) == ([DISK_LOW], [])


async def test_a_recorder_that_says_nothing_has_failed(house: House) -> None:
    room = await recorded(house)
    house.now += SILENT_AFTER
    await room.tick()
    patient = codes(room)
    house.now += timedelta(seconds=1)
    await room.tick()

    assert (patient, codes(room)) == ([], [RECORDING_FAILED])
    assert room.state.recording is not None
    assert room.state.recording.failure == "silent"


async def test_a_recorder_that_is_heard_has_not_failed(house: House) -> None:
    room = await recorded(house)
    for _ in range(3):
        house.now += SILENT_AFTER
        await room.note_recorder(None, is_low=False)
        await room.tick()

    assert codes(room) == []
