"""What the media plane says reaches the rooms, also while nothing can be stored."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial

from server.bridge import carry
from server.core import content, floor, queue
from server.core.events import PublishingStopped, TurnHeld
from server.core.ids import HUB, EndpointCode, MediaId
from server.core.state import Turn
from server.core.stills import Still
from server.live.feed import Audience, Listener
from server.live.room import Room
from server.media.plane import (
    Gone,
    Health,
    MediaEvent,
    Picture,
    Pictured,
    Published,
    PublisherHealth,
    Signal,
    SubscriberHealth,
    Unpublished,
    Unsubscribed,
)
from tests.live.conftest import CA_MAU, CHAIR, GRACE, HA_NOI, NOON, THANH_HOA, House, database_file, house
from tests.live.test_faults import Unreliable, ledger

__all__ = ["database_file", "house", "ledger"]  # the fixtures of the rooms

CAMERA, SCREEN = MediaId("camera"), MediaId("screen")
FULL, REDUCED, STILL = Picture
LINE = PublisherHealth(THANH_HOA, CAMERA, 150_000, 0.0, 0.03, 0.001, 25.0, 150_000)


async def played(*events: MediaEvent) -> AsyncIterator[Sequence[MediaEvent]]:
    yield events


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


async def test_all_that_a_dead_media_process_takes_along_is_stored_at_once(house: House, ledger: Unreliable) -> None:
    room = await house.live_room()
    briefing, sources = room.state.id, (HA_NOI, THANH_HOA, CA_MAU, HUB)
    await carry(played(*(Published(briefing, one, MediaId(one)) for one in sources)), house.rooms)
    await gives_the_floor(room, THANH_HOA)
    before, commits = room.state.head.seq, ledger.commits

    lost = [Unpublished(briefing, one, MediaId(one), Gone.LOST) for one in sources]
    watched = Unsubscribed(briefing, CA_MAU, MediaId("to Cà Mau"), Gone.LOST)
    await carry(played(*lost[:2], watched, *lost[2:]), house.rooms)

    stopped = [PublishingStopped(one, MediaId(one), "lost") for one in sources]
    stored = [entry.event for entry in await ledger.load(briefing, after=before)]
    assert stored == [*stopped[:2], TurnHeld(THANH_HOA, NOON + GRACE, media=True), *stopped[2:]]
    assert ledger.commits == commits + 1


async def test_speaker_that_went_and_came_again_at_once_is_not_held(house: House) -> None:
    room = await house.live_room()
    briefing, again = room.state.id, MediaId("again")
    await carry(played(Published(briefing, THANH_HOA, CAMERA)), house.rooms)
    await gives_the_floor(room, THANH_HOA)

    went, came = Unpublished(briefing, THANH_HOA, CAMERA, Gone.LOST), Published(briefing, THANH_HOA, again)
    await carry(played(went, came), house.rooms)

    assert room.state.site(THANH_HOA).media == again
    assert room.state.floor.turn == Turn(THANH_HOA, speaker="", topic="", started_at=NOON)


async def gives_the_floor(room: Room, site: EndpointCode) -> None:
    await room.move(partial(queue.request, endpoint=site), CHAIR)
    await room.move(partial(floor.grant, endpoint=site), CHAIR)


async def test_content_is_told_from_the_camera(house: House) -> None:
    room = await house.live_room()
    briefing = room.state.id
    await room.move(partial(content.give, presenter=HUB), CHAIR)
    await carry(played(Published(briefing, HUB, CAMERA)), house.rooms)
    await carry(played(Published(briefing, HUB, SCREEN, content=True)), house.rooms)
    both = (room.state.hub_media, media_of_content(room))

    await carry(played(Unpublished(briefing, HUB, SCREEN, Gone.CLOSED, content=True)), house.rooms)
    camera_only = (room.state.hub_media, media_of_content(room))

    assert both == (CAMERA, SCREEN)
    assert camera_only == (CAMERA, None)


async def test_content_that_the_journal_missed_is_made_good_by_the_next_health(house: House) -> None:
    room = await house.live_room()
    briefing = room.state.id
    await room.move(partial(content.give, presenter=HUB), CHAIR)
    screen = PublisherHealth(HUB, SCREEN, 800_000, 0.0, 0.03, 0.0, 5.0, 1_500_000, content=True)

    await carry(played(Health(briefing, NOON, (screen,), ())), house.rooms)
    arrived, line = media_of_content(room), room.hub_health
    await carry(played(Health(briefing, NOON, (), ())), house.rooms)

    assert (arrived, line) == (SCREEN, None)  # a line is judged by its camera and microphone
    assert media_of_content(room) is None


def media_of_content(room: Room) -> MediaId | None:
    return room.state.content.media if room.state.content else None


async def test_a_site_is_told_what_its_line_carries_when_that_changes_and_no_other_is(house: House) -> None:
    room = await house.live_room()
    own, _ = await room.listen(Audience(staff=False, endpoint=THANH_HOA), after=None)
    other, _ = await room.listen(Audience(staff=False, endpoint=HA_NOI), after=None)
    await own.frames(0), await other.frames(0)

    told = [await told_of_its_line(room, house, own, picture) for picture in (FULL, STILL, STILL, REDUCED, FULL)]
    assert told == [[], [line_of("still")], [], [line_of("reduced")], [line_of("full")]]
    assert await other.frames(0) == []


async def test_a_stream_of_a_site_begins_with_what_its_line_carries(house: House) -> None:
    room = await house.live_room()
    await carry(played(watched(room, STILL)), house.rooms)

    audiences = (Audience(False, THANH_HOA), Audience(False, HA_NOI), Audience(False), Audience(True))
    streams = [(await room.listen(audience, after=None))[0] for audience in audiences]

    assert [(await stream.frames(0))[1:2] for stream in streams] == [[line_of("still")], [line_of("full")], [], []]
    received = room.health[THANH_HOA].received
    assert received is not None
    assert received.picture == "still"


async def told_of_its_line(room: Room, house: House, listener: Listener, picture: Picture) -> list[bytes]:
    await carry(played(watched(room, picture)), house.rooms)
    return [frame for frame in await listener.frames(0) if b"event: line" in frame]


def watched(room: Room, picture: Picture) -> Health:
    """One second in which a site sends, and watches by two subscriptions of which the newer counts."""
    old, new = (SubscriberHealth(THANH_HOA, MediaId(name), 9, 0.0, None, picture=Picture.FULL) for name in "ab")
    return Health(room.state.id, NOON, (LINE,), (old, replace(new, picture=picture)))


def line_of(picture: str) -> bytes:
    return f'event: line\ndata: {{"picture":"{picture}"}}\n\n'.encode()


async def test_still_is_kept_until_its_source_stops_and_signals_reach_the_operators(house: House) -> None:
    room = await house.live_room()
    briefing = room.state.id
    still = Still(NOON, b"jpeg", 320, 180)
    faulty = replace(LINE, signals=frozenset({Signal.CLIPPING, Signal.BLACK}))
    await carry(played(Published(briefing, THANH_HOA, CAMERA), Pictured(briefing, THANH_HOA, still)), house.rooms)
    await carry(played(Health(briefing, NOON, (faulty,), ())), house.rooms)
    kept, line = dict(room.stills), room.health[THANH_HOA]
    await carry(played(Unpublished(briefing, THANH_HOA, CAMERA, Gone.CLOSED)), house.rooms)

    assert kept == {THANH_HOA: still}
    assert (line.signals, line.still) == (("black", "clipping"), NOON)
    assert room.stills == {}


async def test_still_of_a_source_that_is_gone_without_a_word_is_forgotten(house: House) -> None:
    room = await house.live_room()
    still = Still(NOON, b"jpeg", 320, 180)
    await carry(played(Pictured(room.state.id, THANH_HOA, still), Health(room.state.id, NOON, (), ())), house.rooms)

    assert room.stills == {}
