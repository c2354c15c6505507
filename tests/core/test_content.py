"""The content slot: the chair gives and takes it, the presenter may stop, and it never outlives a turn."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from server.core import briefing as life
from server.core import content, floor, presence
from server.core.events import (
    BriefingClosed,
    ClosedBecause,
    ContentEnded,
    ContentEndedBecause,
    ContentGiven,
    ContentHeld,
    ContentStarted,
    ContentStopped,
    EndpointLeft,
    Event,
    FloorGranted,
    LeftBecause,
    TurnEnded,
    TurnEndedBecause,
    TurnHeld,
)
from server.core.ids import HUB, EndpointCode, MediaId
from server.core.state import Briefing, Content
from tests.core.cast import (
    CA_MAU,
    DESK,
    FIRST,
    GRACE,
    HA_NOI,
    SECOND,
    STRANGER,
    at,
    joined,
    live,
    opened,
    scheduled,
    speaking,
    then,
    waiting,
)

Decision = Callable[[Briefing, datetime], tuple[Event, ...]]


def given(briefing: Briefing, presenter: EndpointCode) -> Briefing:
    """Let somebody have the slot since second 40."""
    return then(briefing, ContentGiven(presenter), when=at(40))


def shown(briefing: Briefing, presenter: EndpointCode, media: MediaId = FIRST) -> Briefing:
    """Let somebody's content arrive since second 50."""
    return then(given(briefing, presenter), ContentStarted(presenter, media), when=at(50))


def ended(presenter: EndpointCode, seconds: float, reason: ContentEndedBecause) -> ContentEnded:
    return ContentEnded(presenter, at(40), at(seconds), reason)


def turn_ended(seconds: float, reason: TurnEndedBecause) -> TurnEnded:
    return TurnEnded(HA_NOI, at(30), at(seconds), reason, "Ông Minh", "Lũ lụt")


@pytest.mark.parametrize("briefing", [live(), opened(), speaking(HA_NOI)])
def test_give_lets_the_hub_present_whoever_speaks(briefing: Briefing) -> None:
    events = content.give(briefing, at(40), presenter=HUB)

    assert events == (ContentGiven(HUB),)
    assert then(briefing, *events, when=at(40)).content == Content(HUB, at(40))


def test_give_lets_the_site_present_that_has_the_floor() -> None:
    assert content.give(speaking(HA_NOI), at(40), presenter=HA_NOI) == (ContentGiven(HA_NOI),)


@pytest.mark.parametrize("briefing", [live(), waiting(CA_MAU), speaking(HA_NOI, CA_MAU)])
def test_give_to_a_site_without_the_floor_is_refused(briefing: Briefing) -> None:
    with pytest.raises(content.FloorNeeded):
        content.give(briefing, at(40), presenter=CA_MAU)


def test_give_to_a_stranger_is_refused() -> None:
    with pytest.raises(presence.NotInvited):
        content.give(live(), at(40), presenter=STRANGER)


@pytest.mark.parametrize("presenter", [HUB, HA_NOI])
@pytest.mark.parametrize("shut", [scheduled(), then(live(), BriefingClosed(ClosedBecause.CHAIR))])
def test_give_is_refused_outside_the_meeting(shut: Briefing, presenter: EndpointCode) -> None:
    with pytest.raises(presence.NotOpen):
        content.give(shut, at(40), presenter=presenter)


def test_give_to_another_takes_it_from_the_first() -> None:
    before = shown(speaking(HA_NOI), HUB)

    events = content.give(before, at(60), presenter=HA_NOI)

    assert events == (ended(HUB, 60, ContentEndedBecause.PASSED_ON), ContentGiven(HA_NOI))
    assert then(before, *events, when=at(60)).content == Content(HA_NOI, at(60))


def test_give_again_changes_nothing() -> None:
    assert content.give(shown(speaking(HA_NOI), HA_NOI), at(60), presenter=HA_NOI) == ()


@pytest.mark.parametrize("named", [None, HUB])
def test_take_ends_presenting_whether_or_not_it_says_whose(named: EndpointCode | None) -> None:
    before = shown(live(), HUB)

    events = content.take(before, at(60), presenter=named)

    assert events == (ended(HUB, 60, ContentEndedBecause.TAKEN),)
    assert then(before, *events).content is None


@pytest.mark.parametrize(("briefing", "named"), [(live(), None), (live(), HUB), (given(speaking(HA_NOI), HUB), HA_NOI)])
def test_take_from_somebody_who_does_not_present_is_refused(briefing: Briefing, named: EndpointCode | None) -> None:
    with pytest.raises(content.NotPresenting):
        content.take(briefing, at(60), presenter=named)


def test_the_presenter_stops_by_itself() -> None:
    before = shown(speaking(HA_NOI), HA_NOI)

    assert content.stop(before, at(60), presenter=HA_NOI) == (ended(HA_NOI, 60, ContentEndedBecause.STOPPED),)


@pytest.mark.parametrize("briefing", [speaking(HA_NOI), given(speaking(HA_NOI), HUB)])
def test_nobody_stops_what_is_not_theirs(briefing: Briefing) -> None:
    with pytest.raises(content.NotPresenting):
        content.stop(briefing, at(60), presenter=HA_NOI)


@pytest.mark.parametrize(
    ("move", "reason", "after"),
    [
        (partial(floor.release, endpoint=HA_NOI), TurnEndedBecause.RELEASED, ()),
        (partial(floor.revoke, endpoint=HA_NOI), TurnEndedBecause.REVOKED, ()),
        (
            partial(floor.grant, endpoint=CA_MAU),
            TurnEndedBecause.PREEMPTED,
            (FloorGranted(CA_MAU, "Ông Minh", "Lũ lụt", turn=2, request=2),),
        ),
    ],
)
def test_content_of_a_site_ends_with_its_turn(
    move: Decision, reason: TurnEndedBecause, after: tuple[Event, ...]
) -> None:
    before = shown(speaking(HA_NOI, CA_MAU), HA_NOI)

    assert move(before, at(60)) == (
        ended(HA_NOI, 60, ContentEndedBecause.TURN),
        turn_ended(60, reason),
        *after,
    )


def test_content_ends_with_a_turn_that_lapses() -> None:
    before = then(shown(speaking(HA_NOI), HA_NOI), TurnHeld(HA_NOI, at(90), media=True), when=at(60))

    assert floor.lapse(before, at(90)) == (
        ended(HA_NOI, 90, ContentEndedBecause.TURN),
        turn_ended(90, TurnEndedBecause.LOST),
    )


def test_content_of_the_hub_outlives_a_sites_turn() -> None:
    before = shown(speaking(HA_NOI), HUB)

    assert floor.revoke(before, at(60), endpoint=HA_NOI) == (turn_ended(60, TurnEndedBecause.REVOKED),)


@pytest.mark.parametrize("end", [life.close, life.cancel])
def test_content_ends_once_with_the_briefing(end: Decision) -> None:
    before = shown(then(opened(), EndpointLeft(HA_NOI, DESK, LeftBecause.CLOSED)), HUB)

    *events, _ = end(before, at(60))

    assert events == [ContentStopped(HUB, FIRST, "closed"), ended(HUB, 60, ContentEndedBecause.CLOSED)]
    assert then(before, *end(before, at(60)), when=at(60)).content is None


def test_content_that_arrives_is_noted_once_and_only_of_the_presenter() -> None:
    before = given(speaking(HA_NOI), HA_NOI)
    events = presence.presenting(before, at(50), endpoint=HA_NOI, media=FIRST)
    after = then(before, *events, when=at(50))

    assert events == (ContentStarted(HA_NOI, FIRST),)
    assert after.content == Content(HA_NOI, at(40), FIRST)
    assert presence.presenting(after, at(51), endpoint=HA_NOI, media=FIRST) == ()
    assert presence.presenting(before, at(51), endpoint=HUB, media=SECOND) == ()
    assert presence.presenting(live(), at(51), endpoint=HUB, media=SECOND) == ()


def test_a_camera_is_not_content_and_content_is_no_camera() -> None:
    before = shown(joined(speaking(HA_NOI), HA_NOI), HA_NOI)

    gone = presence.stopped_publishing(before, at(60), endpoint=HA_NOI, media=FIRST, reason="lost", grace=GRACE)

    assert gone == ()
    assert before.site(HA_NOI).media is None


def _stopped(briefing: Briefing) -> tuple[Event, ...]:
    return presence.stopped_presenting(briefing, at(60), endpoint=HUB, media=FIRST, reason="lost", grace=GRACE)


def test_content_that_goes_away_holds_the_slot_and_returns_to_it() -> None:
    before = shown(live(), HUB)
    events = _stopped(before)
    held = then(before, *events, when=at(60))
    back = then(held, *presence.presenting(held, at(70), endpoint=HUB, media=SECOND), when=at(70))

    assert events == (ContentStopped(HUB, FIRST, "lost"), ContentHeld(HUB, at(90)))
    assert held.content == Content(HUB, at(40), None, at(90))
    assert content.lapse(held, at(89)) == ()
    assert back.content == Content(HUB, at(40), SECOND)
    assert content.lapse(back, at(99)) == ()
    assert _stopped(back) == ()  # a late end of the first says nothing about the second


def test_content_that_does_not_return_in_time_has_ended() -> None:
    held = then(shown(live(), HUB), *_stopped(shown(live(), HUB)), when=at(60))

    assert content.lapse(held, at(90)) == (ended(HUB, 90, ContentEndedBecause.LOST),)


def test_a_slot_that_was_given_and_not_used_yet_does_not_lapse() -> None:
    assert content.lapse(given(live(), HUB), at(7000)) == ()


def test_recover_holds_the_slot_for_what_was_presented() -> None:
    assert presence.recover(shown(live(), HUB), at(100), grace=GRACE) == (
        ContentStopped(HUB, FIRST, "restart"),
        ContentHeld(HUB, at(130)),
    )


def test_recover_holds_a_slot_anew_and_leaves_one_that_was_never_used() -> None:
    held = then(shown(live(), HUB), *_stopped(shown(live(), HUB)), when=at(60))

    assert presence.recover(held, at(500), grace=GRACE) == (ContentHeld(HUB, at(530)),)
    assert presence.recover(given(live(), HUB), at(500), grace=GRACE) == ()


def test_events_of_content_without_a_slot_move_nothing() -> None:
    assert then(live(), ContentStarted(HUB, FIRST)).content is None
