"""The floor: one speaker at most, one queue in one order for everybody."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from server.core import floor, queue
from server.core.errors import UserError
from server.core.events import (
    EndpointPutOnDeck,
    Event,
    FloorGranted,
    FloorRequested,
    QueueReordered,
    RequestWithdrawn,
    TurnEnded,
    TurnEndedBecause,
    TurnHeld,
    TurnResumed,
)
from server.core.ids import EndpointCode
from server.core.presence import NotInvited, NotOpen
from server.core.state import Briefing, Floor, Request, Turn
from server.core.text import BrokenText
from tests.core.cast import CA_MAU, HA_NOI, STRANGER, THANH_HOA, at, live, opened, scheduled, speaking, then, waiting

Move = Callable[..., tuple[Event, ...]]


def asked(endpoint: EndpointCode, number: int = 1, seconds: float = 20) -> Request:
    return Request(endpoint, "Ông Minh", "Lũ lụt", at(seconds), number)


def ended(reason: TurnEndedBecause, seconds: float) -> TurnEnded:
    """The end of Thanh Hóa's turn."""
    return TurnEnded(THANH_HOA, at(30), at(seconds), reason, "Ông Minh", "Lũ lụt")


def test_request_puts_a_site_at_the_end_of_the_queue() -> None:
    before = waiting(HA_NOI)

    events = queue.request(before, at(25), endpoint=CA_MAU, speaker="Bà Hoa", topic="Thuỷ sản")

    assert events == (FloorRequested(CA_MAU, "Bà Hoa", "Thuỷ sản", request=2),)
    assert then(before, *events, when=at(25)).floor.queue == (
        asked(HA_NOI),
        Request(CA_MAU, "Bà Hoa", "Thuỷ sản", at(25), number=2),
    )


def test_the_floor_may_be_used_in_the_lobby_for_the_sound_check() -> None:
    assert queue.request(opened(), at(-600), endpoint=HA_NOI) == (FloorRequested(HA_NOI, "", "", request=1),)


def test_request_of_a_site_that_waits_is_refused() -> None:
    with pytest.raises(queue.AlreadyWaiting):
        queue.request(waiting(HA_NOI), at(25), endpoint=HA_NOI)


def test_request_of_the_speaker_is_refused() -> None:
    with pytest.raises(queue.AlreadySpeaking):
        queue.request(speaking(HA_NOI), at(40), endpoint=HA_NOI)


@pytest.mark.parametrize("field", ["speaker", "topic"])
@pytest.mark.parametrize(("text", "refusal"), [("x" * 301, queue.TextTooLong), ("\ud800", BrokenText)])
def test_request_with_a_text_that_cannot_be_kept_is_refused(field: str, text: str, refusal: type[UserError]) -> None:
    with pytest.raises(refusal):
        queue.request(live(), at(25), endpoint=HA_NOI, **{field: text})


def test_withdraw_takes_a_site_out_of_the_queue_and_off_the_deck() -> None:
    before = then(waiting(HA_NOI, CA_MAU), EndpointPutOnDeck(CA_MAU))

    events = queue.withdraw(before, at(25), endpoint=CA_MAU)

    assert events == (RequestWithdrawn(CA_MAU, request=2),)
    assert then(before, *events).floor == Floor(queue=(asked(HA_NOI),), requests=2)


def test_on_deck_is_the_head_of_the_queue_unless_the_chair_calls_another() -> None:
    before = waiting(HA_NOI, CA_MAU)

    events = queue.put_on_deck(before, at(25), endpoint=CA_MAU)
    after = then(before, *events)

    assert events == (EndpointPutOnDeck(CA_MAU, request=2),)
    assert [before.floor.on_deck, after.floor.on_deck] == [(HA_NOI, CA_MAU), (CA_MAU, HA_NOI)]


def test_put_on_deck_again_changes_nothing() -> None:
    called = then(waiting(HA_NOI, CA_MAU), EndpointPutOnDeck(CA_MAU))

    assert queue.put_on_deck(called, at(26), endpoint=CA_MAU) == ()


def test_reorder_keeps_when_each_site_asked() -> None:
    before = then(waiting(HA_NOI), FloorRequested(CA_MAU, "Ông Minh", "Lũ lụt"), when=at(22))

    events = queue.reorder(before, at(25), endpoints=(CA_MAU, HA_NOI), reason="Tin khẩn")

    assert events == (QueueReordered((CA_MAU, HA_NOI), "Tin khẩn", requests=(2, 1)),)
    assert then(before, *events).floor.queue == (
        replace(asked(CA_MAU, 2, 22), placed=True),
        replace(asked(HA_NOI), placed=True),
    )


def test_reorder_into_the_present_order_changes_nothing() -> None:
    assert queue.reorder(waiting(HA_NOI, CA_MAU), at(25), endpoints=(HA_NOI, CA_MAU), reason="x") == ()


@pytest.mark.parametrize("order", [(), (HA_NOI,), (HA_NOI, HA_NOI), (HA_NOI, CA_MAU, THANH_HOA), (HA_NOI, STRANGER)])
def test_reorder_must_name_exactly_those_who_wait(order: tuple[EndpointCode, ...]) -> None:
    with pytest.raises(queue.OrderMismatch):
        queue.reorder(waiting(HA_NOI, CA_MAU), at(25), endpoints=order, reason="Tin khẩn")


@pytest.mark.parametrize(
    ("reason", "refusal"), [(" ", queue.ReasonNeeded), ("x" * 301, queue.TextTooLong), ("a\0", BrokenText)]
)
def test_reorder_needs_a_reason_that_can_be_kept(reason: str, refusal: type[UserError]) -> None:
    with pytest.raises(refusal):
        queue.reorder(waiting(HA_NOI, CA_MAU), at(25), endpoints=(CA_MAU, HA_NOI), reason=reason)


def test_grant_takes_the_site_out_of_the_queue_and_the_queue_survives() -> None:
    before = then(waiting(HA_NOI, THANH_HOA, CA_MAU), EndpointPutOnDeck(THANH_HOA))

    events = floor.grant(before, at(30), endpoint=THANH_HOA)

    after = then(before, *events, when=at(30)).floor
    assert events == (FloorGranted(THANH_HOA, "Ông Minh", "Lũ lụt", turn=1, request=2),)
    assert after.turn == Turn(THANH_HOA, "Ông Minh", "Lũ lụt", at(30))
    assert after.queue == (asked(HA_NOI), asked(CA_MAU, 3))


def test_grant_leaves_another_site_on_deck() -> None:
    before = then(waiting(HA_NOI, CA_MAU), EndpointPutOnDeck(CA_MAU))

    assert then(before, *floor.grant(before, at(30), endpoint=HA_NOI)).floor.on_deck == (CA_MAU,)


def test_grant_ends_the_running_turn_before_the_next_begins() -> None:
    before = speaking(THANH_HOA, CA_MAU)

    events = floor.grant(before, at(90), endpoint=CA_MAU)

    after = then(before, *events, when=at(90)).floor
    assert events == (
        ended(TurnEndedBecause.PREEMPTED, 90),
        FloorGranted(CA_MAU, "Ông Minh", "Lũ lụt", turn=2, request=2),
    )
    assert after.turn == Turn(CA_MAU, "Ông Minh", "Lũ lụt", at(90), number=2)
    assert [past.number for past in after.past] == [1]


def test_grant_to_a_site_that_has_not_asked_is_refused() -> None:
    with pytest.raises(queue.NotWaiting):
        floor.grant(waiting(HA_NOI), at(30), endpoint=CA_MAU)


def test_grant_twice_is_refused() -> None:
    with pytest.raises(queue.AlreadySpeaking):
        floor.grant(speaking(HA_NOI), at(30), endpoint=HA_NOI)


@pytest.mark.parametrize(
    ("move", "reason"),
    [(floor.release, TurnEndedBecause.RELEASED), (floor.revoke, TurnEndedBecause.REVOKED)],
)
def test_a_turn_ends_by_release_or_revoke_and_the_queue_stays(move: Move, reason: TurnEndedBecause) -> None:
    before = speaking(THANH_HOA, CA_MAU)

    events = move(before, at(75.5), endpoint=THANH_HOA)

    assert events == (ended(reason, 75.5),)
    after = then(before, *events).floor
    assert (after.turn, after.queue) == (None, (asked(CA_MAU, 2),))


@pytest.mark.parametrize("move", [floor.release, floor.revoke])
@pytest.mark.parametrize("endpoint", [HA_NOI, CA_MAU])
def test_release_and_revoke_of_a_site_without_the_floor_are_refused(move: Move, endpoint: EndpointCode) -> None:
    with pytest.raises(floor.NotSpeaking):
        move(speaking(THANH_HOA, CA_MAU), at(40), endpoint=endpoint)


@pytest.mark.parametrize("move", [queue.withdraw, queue.put_on_deck])
@pytest.mark.parametrize("endpoint", [HA_NOI, THANH_HOA])
def test_what_only_a_waiting_site_may_do_is_refused_to_others(move: Move, endpoint: EndpointCode) -> None:
    with pytest.raises(queue.NotWaiting):
        move(speaking(THANH_HOA, CA_MAU), at(40), endpoint=endpoint)


EVERY_MOVE = [queue.request, queue.withdraw, queue.put_on_deck, floor.grant, floor.release, floor.revoke]


@pytest.mark.parametrize("move", EVERY_MOVE)
def test_a_site_that_is_not_on_the_list_has_no_floor(move: Move) -> None:
    with pytest.raises(NotInvited):
        move(live(), at(40), endpoint=STRANGER)


@pytest.mark.parametrize("move", EVERY_MOVE)
def test_before_the_lobby_opens_there_is_no_floor(move: Move) -> None:
    with pytest.raises(NotOpen):
        move(scheduled(), at(-3600), endpoint=HA_NOI)


def held() -> Briefing:
    return then(speaking(THANH_HOA, CA_MAU), TurnHeld(THANH_HOA, at(90), media=True), when=at(60))


def test_lapse_ends_a_held_turn_at_its_time_and_not_before() -> None:
    assert floor.lapse(held(), at(89.999)) == ()
    assert floor.lapse(held(), at(90)) == (ended(TurnEndedBecause.LOST, 90),)


def test_lapse_leaves_alone_what_is_not_held() -> None:
    resumed = then(held(), TurnResumed(THANH_HOA), when=at(70))

    assert [floor.lapse(one, at(9999)) for one in (live(), speaking(THANH_HOA), resumed)] == [(), (), ()]


def test_talk_time_survives_a_reconnect() -> None:
    """A turn that was held and resumed is one turn, from the grant to the release."""
    resumed = then(held(), TurnResumed(THANH_HOA), when=at(70))

    assert floor.release(resumed, at(120), endpoint=THANH_HOA) == (ended(TurnEndedBecause.RELEASED, 120),)


def test_end_turn_without_a_turn_is_nothing() -> None:
    assert floor.end_turn(live(), at(40), TurnEndedBecause.CLOSED) == ()
