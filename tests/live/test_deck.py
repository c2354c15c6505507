"""The deck: each site hears of itself alone, and only what is news."""

from dataclasses import replace
from functools import partial

from server.core import presence, queue
from server.core.ids import EndpointCode, MediaId
from server.core.line import LineHealth, LineState
from server.core.readiness import Check, Readiness, State
from server.live.deck import Deck
from server.live.feed import Audience, Feed, Listener
from tests.live.conftest import CA_MAU, CHAIR, NOON, THANH_HOA, House

READY = Readiness(THANH_HOA, State.READY, Check.OK, Check.OK, Check.OK, None)
BLACK = replace(READY, state=State.FAILING, picture=Check.BAD, reason="black")


def listener(feed: Feed, endpoint: EndpointCode) -> Listener:
    return feed.listen(Audience(staff=False, endpoint=endpoint))


async def said(listener: Listener) -> list[bytes]:
    return await listener.frames(0)


async def test_site_is_told_when_it_is_to_get_ready_and_when_no_more() -> None:
    feed = Feed()
    deck, stream = Deck(feed), listener(feed, THANH_HOA)

    assert deck.show([READY])
    assert await said(stream) == [deck.frame_of(THANH_HOA)]
    assert deck.show([])
    assert await said(stream) == [b"event: deck\ndata: null\n\n"]


async def test_what_is_no_news_is_not_told_again() -> None:
    feed = Feed()
    deck, stream = Deck(feed), listener(feed, THANH_HOA)
    deck.show([READY])
    await said(stream)

    assert not deck.show([READY])
    assert await said(stream) == []


async def test_staff_see_a_change_in_their_status_and_sites_are_not_sent_theirs_for_it(house: House) -> None:
    room = await house.live_room()
    await room.move(partial(presence.publishing, endpoint=THANH_HOA, media=MediaId("m")), CHAIR)
    await room.move(partial(queue.request, endpoint=THANH_HOA), CHAIR)
    audiences = (
        Audience(staff=True),
        Audience(staff=False, endpoint=THANH_HOA),
        Audience(staff=False, endpoint=CA_MAU),
    )
    streams = [(await room.listen(audience, after=None))[0] for audience in audiences]
    for stream in streams:
        await stream.frames(0)

    room.show_telemetry(NOON, {THANH_HOA: LineHealth(LineState.GOOD, NOON, 0, 0.0, None, 15.0, level=50)}, None)

    names = [[frame.split(b"\n")[0] for frame in await stream.frames(0)] for stream in streams]
    assert names == [[b"event: status", b"event: telemetry"], [b"event: deck"], []]


async def test_another_site_hears_nothing_of_it() -> None:
    feed = Feed()
    deck, mine, other = Deck(feed), listener(feed, THANH_HOA), listener(feed, CA_MAU)

    assert deck.show([BLACK])
    assert b'"reason": "black"' in (await said(mine))[0]
    assert await said(other) == []
