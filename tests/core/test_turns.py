"""Turns: their time, interruptions that keep them, invitations and recalls, everybody muted, and moves taken back."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from server.core import briefing as life
from server.core import content, floor, presence, queue
from server.core.events import (
    BriefingKind,
    Event,
    EveryoneMuted,
    FloorGranted,
    LeftBecause,
    MoveUndone,
    MuteLifted,
    QueuePolicy,
    TurnContinued,
    TurnEnded,
    TurnEndedBecause,
    TurnExtended,
    TurnHeld,
    TurnPaused,
    TurnResumed,
    UndoneMove,
)
from server.core.ids import HUB, EndpointCode
from server.core.presence import NotOpen
from server.core.state import Briefing, Turn
from tests.core.cast import (
    CA_MAU,
    DESK,
    FIRST,
    GRACE,
    HA_NOI,
    SECOND,
    THANH_HOA,
    at,
    live,
    plan,
    scheduled,
    speaking,
    then,
    waiting,
)

Move = Callable[..., tuple[Event, ...]]

undo = partial(floor.undo, grace=GRACE)


def made(briefing: Briefing, when: float, move: Move, /, **named: object) -> Briefing:
    """Make a move at a moment."""
    return then(briefing, *move(briefing, at(when), **named), when=at(when))


def turn_of(briefing: Briefing) -> Turn:
    assert briefing.floor.turn is not None
    return briefing.floor.turn


def spent(briefing: Briefing, seconds: float) -> float:
    return turn_of(briefing).spent(at(seconds)).total_seconds()


def test_a_turn_gets_the_time_of_the_plan_or_its_own() -> None:
    asked = then(live(turn_minutes=5), *queue.request(live(), at(20), endpoint=HA_NOI))

    assert turn_of(made(asked, 30, floor.grant, endpoint=HA_NOI)).allotted == 300
    assert turn_of(made(asked, 30, floor.grant, endpoint=HA_NOI, seconds=90)).allotted == 90
    assert turn_of(speaking(HA_NOI)).allotted is None


@pytest.mark.parametrize("seconds", [0, -5, 86_401])
def test_a_turn_of_no_length_is_refused(seconds: int) -> None:
    with pytest.raises(floor.AbsurdTime):
        floor.grant(waiting(HA_NOI), at(30), endpoint=HA_NOI, seconds=seconds)


@pytest.mark.parametrize("move", [floor.grant, floor.invite, floor.recall])
def test_no_endpoint_gets_the_floor_of_a_quick_notification(move: Move) -> None:
    before = live(kind=BriefingKind.QUICK_NOTIFICATION, agenda=())

    with pytest.raises(queue.OneWay):
        move(before, at(30), endpoint=HA_NOI)
    assert turn_of(made(before, 30, floor.invite, endpoint=HUB, speaker="Bà Hoa")).endpoint == HUB


def test_extend_adds_to_the_time_or_sets_a_limit_from_now_on() -> None:
    limited = made(waiting(HA_NOI), 30, floor.grant, endpoint=HA_NOI, seconds=60)

    assert floor.extend(limited, at(50), seconds=120) == (TurnExtended(HA_NOI, 120, 180),)
    assert floor.extend(speaking(HA_NOI), at(75), seconds=60) == (TurnExtended(HA_NOI, 60, 105),)
    with pytest.raises(floor.AbsurdTime):
        floor.extend(limited, at(50), seconds=-60)


def test_a_paused_speaker_keeps_the_turn_and_its_time_and_is_not_on_air() -> None:
    paused = made(speaking(HA_NOI, CA_MAU), 60, floor.pause)
    back = made(paused, 100, floor.continue_)

    assert (paused.floor.holder, paused.floor.on_air) == (HA_NOI, None)
    assert [spent(paused, 99), spent(back, 110)] == [30, 40]
    assert back.floor.on_air == HA_NOI


def test_a_turn_that_is_paused_and_held_runs_again_when_it_is_neither() -> None:
    paused = made(speaking(HA_NOI), 60, floor.pause)
    held = then(paused, TurnHeld(HA_NOI, at(100), media=True), when=at(70))
    resumed = then(held, TurnResumed(HA_NOI), when=at(80))

    assert spent(resumed, 85) == 30
    assert spent(made(resumed, 90, floor.continue_), 95) == 35


def test_pause_twice_and_continue_without_a_pause_are_refused() -> None:
    with pytest.raises(floor.AlreadyPaused):
        made(made(speaking(HA_NOI), 60, floor.pause), 61, floor.pause)
    with pytest.raises(floor.NotPaused):
        floor.continue_(speaking(HA_NOI), at(60))


@pytest.mark.parametrize("move", [floor.pause, floor.continue_, lambda *a: floor.extend(*a, seconds=60)])
def test_what_needs_a_turn_is_refused_without_one(move: Move) -> None:
    with pytest.raises(floor.NotSpeaking):
        move(waiting(HA_NOI), at(60))


def test_mute_everyone_interrupts_the_speaker_and_lets_nobody_be_heard_until_it_is_lifted() -> None:
    before = speaking(HA_NOI, CA_MAU)

    assert floor.mute_everyone(before, at(60)) == (EveryoneMuted(), TurnPaused(HA_NOI))
    muted = made(before, 60, floor.mute_everyone)
    assert (muted.floor.muted, muted.floor.on_air, turn_of(muted).paused) == (True, None, True)
    assert floor.mute_everyone(muted, at(61)) == ()
    lifted = made(muted, 70, floor.lift_mute)
    assert (lifted.floor.muted, lifted.floor.on_air) == (False, None)  # the turn is still interrupted
    assert floor.lift_mute(lifted, at(71)) == ()


@pytest.mark.parametrize(
    "move",
    [floor.continue_, lambda *a: floor.grant(*a, endpoint=CA_MAU), lambda *a: floor.recall(*a, endpoint=THANH_HOA)],
)
def test_giving_the_floor_lifts_the_mute(move: Move) -> None:
    spoken = made(
        made(waiting(HA_NOI, CA_MAU), 5, floor.invite, endpoint=THANH_HOA), 6, floor.revoke, endpoint=THANH_HOA
    )
    muted = made(made(spoken, 30, floor.grant, endpoint=HA_NOI), 60, floor.mute_everyone)

    assert not made(muted, 70, move).floor.muted


def test_invite_passes_over_those_who_wait_and_keeps_why() -> None:
    before = waiting(HA_NOI)

    events = floor.invite(before, at(30), endpoint=CA_MAU, speaker="Bà Hoa", topic="Bão", reason="Tin khẩn")

    assert events == (FloorGranted(CA_MAU, "Bà Hoa", "Bão", turn=1, out_of_order=True, reason="Tin khẩn"),)
    assert then(before, *events).floor.waiting == (HA_NOI,)


def test_nobody_in_particular_of_the_hubs_room_is_not_invited() -> None:
    with pytest.raises(queue.SpeakerNeeded):
        floor.invite(live(), at(30), endpoint=HUB, speaker=" ")


def test_an_invited_site_keeps_its_own_place_in_the_queue() -> None:
    assert made(waiting(HA_NOI, CA_MAU), 30, floor.invite, endpoint=CA_MAU).floor.waiting == (HA_NOI, CA_MAU)


@pytest.mark.parametrize(("number", "out_of_order"), [(1, False), (2, True)])
def test_grant_says_whether_others_came_first(number: int, *, out_of_order: bool) -> None:
    endpoint = (HA_NOI, CA_MAU)[number - 1]

    (granted,) = floor.grant(waiting(HA_NOI, CA_MAU), at(30), endpoint=endpoint, number=number)

    assert isinstance(granted, FloorGranted)
    assert granted.out_of_order is out_of_order


def test_recall_gives_the_floor_again_on_the_same_subject() -> None:
    over = made(speaking(HA_NOI), 60, floor.release, endpoint=HA_NOI)

    assert floor.recall(over, at(90), endpoint=HA_NOI, reason="Làm rõ") == (
        FloorGranted(HA_NOI, "Ông Minh", "Lũ lụt", turn=2, recalled=True, reason="Làm rõ"),
    )
    with pytest.raises(floor.NeverSpoke):
        floor.recall(over, at(90), endpoint=CA_MAU)


def test_recall_calls_the_person_of_that_name_back() -> None:
    first = made(live(), 30, floor.invite, endpoint=HUB, speaker="Ông An", topic="Ngân sách")
    second = made(first, 60, floor.invite, endpoint=HUB, speaker="Bà Bé")
    over = made(second, 90, floor.release, endpoint=HUB)

    assert floor.recall(over, at(99), endpoint=HUB, speaker="Ông An") == (
        FloorGranted(HUB, "Ông An", "Ngân sách", turn=3, recalled=True),
    )
    assert floor.recall(over, at(99), endpoint=HUB) == (FloorGranted(HUB, "Bà Bé", "", turn=3, recalled=True),)
    with pytest.raises(floor.NeverSpoke, match="Ông Cả"):
        floor.recall(over, at(99), endpoint=HUB, speaker="Ông Cả")


def test_who_was_given_the_floor_by_mistake_has_not_spoken() -> None:
    undone = made(made(waiting(HA_NOI), 30, floor.grant, endpoint=HA_NOI), 33, undo)

    with pytest.raises(floor.NeverSpoke):
        floor.recall(undone, at(40), endpoint=HA_NOI)


def test_undo_of_an_end_lets_the_same_turn_go_on() -> None:
    before = speaking(HA_NOI, CA_MAU)
    ended = made(before, 90, floor.revoke, endpoint=HA_NOI)

    undone = made(ended, 93, undo)

    assert undo(ended, at(93)) == (MoveUndone(UndoneMove.TURN_ENDED, HA_NOI, at(30)),)
    assert turn_of(undone) == Turn(HA_NOI, "Ông Minh", "Lũ lụt", at(30), waited=timedelta(seconds=3))
    assert (undone.floor.past, undone.floor.waiting, undone.floor.undoable) == ((), (CA_MAU,), None)


def test_undo_of_a_grant_gives_the_floor_back_and_the_place_in_the_queue() -> None:
    granted = made(speaking(HA_NOI, CA_MAU, THANH_HOA), 90, floor.grant, endpoint=THANH_HOA)

    events = undo(granted, at(94), move=at(90))
    undone = then(granted, *events, when=at(94))

    assert events == (
        TurnEnded(THANH_HOA, at(90), at(94), TurnEndedBecause.UNDONE, "Ông Minh", "Lũ lụt"),
        MoveUndone(UndoneMove.GRANTED, HA_NOI, at(30)),
    )
    assert (undone.floor.holder, undone.floor.waiting) == (HA_NOI, (CA_MAU, THANH_HOA))
    assert [(past.number, past.reason) for past in undone.floor.past] == [(2, TurnEndedBecause.UNDONE)]
    assert made(undone, 100, floor.grant, endpoint=CA_MAU).floor.turns == 3


def test_undo_of_a_grant_costs_nobody_the_place_of_who_has_spoken_least() -> None:
    before = made(waiting(CA_MAU, HA_NOI), 25, queue.follow, policy=QueuePolicy.LEAST_SPOKEN)

    undone = made(made(before, 30, floor.grant, endpoint=CA_MAU), 33, undo)

    assert undone.floor.queue == before.floor.queue


def test_undo_keeps_what_others_have_done_since() -> None:
    denied = made(waiting(HA_NOI, CA_MAU), 30, queue.deny, endpoint=HA_NOI)
    raised = made(denied, 31, queue.request, endpoint=THANH_HOA)
    withdrawn = made(raised, 32, queue.withdraw, endpoint=CA_MAU)

    assert made(withdrawn, 33, undo).floor.waiting == (HA_NOI, THANH_HOA)


def test_undo_puts_the_queue_back_into_its_order() -> None:
    ordered = made(waiting(HA_NOI, CA_MAU), 30, queue.reorder, endpoints=(CA_MAU, HA_NOI), reason="Nhầm")

    assert made(ordered, 33, undo).floor == waiting(HA_NOI, CA_MAU).floor


def test_undo_of_the_mute_lets_the_speaker_go_on() -> None:
    undone = made(made(speaking(HA_NOI), 60, floor.mute_everyone), 62, undo)

    assert (undone.floor.muted, turn_of(undone).paused, undone.floor.on_air) == (False, False, HA_NOI)
    assert spent(undone, 70) == 38


@pytest.mark.parametrize(
    ("move", "more"),
    [(queue.deny, {"endpoint": CA_MAU}), (queue.reorder, {"endpoints": (THANH_HOA, CA_MAU), "reason": "Nhầm"})],
)
def test_undo_of_what_concerns_the_queue_leaves_the_turns_clock_alone(move: Move, more: dict[str, object]) -> None:
    before = speaking(HA_NOI, CA_MAU, THANH_HOA)

    undone = made(made(before, 90, move, **more), 94, undo)

    assert (undone.floor.turn, spent(undone, 100)) == (before.floor.turn, 70)


def sending(briefing: Briefing) -> Briefing:
    """Let Hà Nội be in the room and send."""
    return made(
        made(briefing, 21, presence.join, endpoint=HA_NOI, connection=DESK),
        22,
        presence.publishing,
        endpoint=HA_NOI,
        media=FIRST,
    )


def dropped(briefing: Briefing, when: float) -> Briefing:
    return made(briefing, when, presence.stopped_publishing, endpoint=HA_NOI, media=FIRST, reason="lost", grace=GRACE)


@pytest.mark.parametrize(("move", "endpoint"), [(floor.grant, CA_MAU), (floor.revoke, HA_NOI)])
def test_turn_that_goes_on_is_held_for_a_site_that_dropped_meanwhile(move: Move, endpoint: EndpointCode) -> None:
    moved = made(sending(speaking(HA_NOI, CA_MAU)), 90, move, endpoint=endpoint)

    events = undo(dropped(moved, 92), at(94))
    undone = then(dropped(moved, 92), *events, when=at(94))

    assert events[-1] == TurnHeld(HA_NOI, at(94) + GRACE, media=True)
    assert (turn_of(undone).held_until, spent(undone, 99)) == (at(94) + GRACE, 60)
    assert floor.lapse(undone, at(94) + GRACE)


def test_turn_that_goes_on_is_held_for_a_site_that_left_without_ever_sending() -> None:
    there = made(speaking(HA_NOI), 21, presence.join, endpoint=HA_NOI, connection=DESK)
    ended = made(there, 90, floor.revoke, endpoint=HA_NOI)
    left = made(
        ended,
        92,
        presence.leave,
        endpoint=HA_NOI,
        connection=DESK,
        reason=LeftBecause.CLOSED,
        grace=GRACE,
    )

    assert undo(left, at(94))[-1] == TurnHeld(HA_NOI, at(94) + GRACE, media=False)


def test_turn_that_was_held_runs_where_its_site_has_come_back_meanwhile() -> None:
    held = dropped(sending(speaking(HA_NOI, CA_MAU)), 80)
    given = made(held, 90, floor.grant, endpoint=CA_MAU)
    back = made(given, 92, presence.publishing, endpoint=HA_NOI, media=SECOND)

    undone = made(back, 94, undo)

    assert undo(back, at(94))[-1] == TurnResumed(HA_NOI)
    assert (turn_of(undone).held_until, spent(undone, 99)) == (None, 55)
    assert turn_of(made(given, 94, undo)).held_until == at(80) + GRACE  # still away: it waits as before


def test_line_that_drops_is_no_move_of_anybodys() -> None:
    given = made(sending(speaking(CA_MAU, HA_NOI)), 90, floor.grant, endpoint=HA_NOI)

    undone = made(dropped(given, 92), 94, undo)

    assert (undone.floor.holder, undone.floor.waiting) == (CA_MAU, (HA_NOI,))


@pytest.mark.parametrize(("move", "before"), [(floor.revoke, speaking(CA_MAU)), (queue.deny, waiting(CA_MAU))])
def test_undo_brings_no_site_back_that_is_struck_off(move: Move, before: Briefing) -> None:
    moved = made(before, 90, move, endpoint=CA_MAU)
    without = made(moved, 92, life.edit, plan=plan(endpoints=(HA_NOI, THANH_HOA)))

    assert without.planned.endpoints == (HA_NOI, THANH_HOA)
    with pytest.raises(floor.NothingToUndo):
        undo(without, at(94))


def test_undo_of_the_mute_leaves_a_turn_held_whose_site_dropped_meanwhile() -> None:
    muted = dropped(made(sending(speaking(HA_NOI)), 90, floor.mute_everyone), 92)

    undone = made(muted, 94, undo)

    assert (turn_of(undone).paused, turn_of(undone).held_until) == (False, at(92) + GRACE)
    back = made(undone, 100, presence.publishing, endpoint=HA_NOI, media=SECOND)
    assert spent(back, 105) == 65


def test_who_speaks_in_the_hubs_room_is_heard_though_everybody_is_muted() -> None:
    begun = made(live(), 30, floor.invite, endpoint=HUB, speaker="Ông An")

    muted = made(begun, 60, floor.mute_everyone)

    assert floor.mute_everyone(begun, at(60)) == (EveryoneMuted(),)
    assert (turn_of(muted).paused, spent(muted, 63), spent(made(muted, 63, undo), 70)) == (False, 33, 40)


@pytest.mark.parametrize("seconds", [97.1, 200])
def test_a_move_of_too_long_ago_stays(seconds: float) -> None:
    ended = made(speaking(HA_NOI), 90, floor.revoke, endpoint=HA_NOI)

    with pytest.raises(floor.NothingToUndo):
        undo(ended, at(seconds))


def test_another_move_than_the_one_that_was_meant_stays() -> None:
    ended = made(speaking(HA_NOI), 90, floor.revoke, endpoint=HA_NOI)

    with pytest.raises(floor.NothingToUndo):
        undo(ended, at(91), move=at(89))


@pytest.mark.parametrize(
    "events",
    [
        (TurnEnded(HA_NOI, at(30), at(91), TurnEndedBecause.LOST),),
        (TurnPaused(HA_NOI),),
        (TurnContinued(HA_NOI),),
        (MuteLifted(),),
    ],
)
def test_what_can_be_taken_back_ends_with_any_other_move(events: tuple[Event, ...]) -> None:
    granted = made(waiting(HA_NOI), 90, floor.grant, endpoint=HA_NOI)

    with pytest.raises(floor.NothingToUndo):
        undo(then(granted, *events, when=at(91)), at(92))


def test_undo_of_nothing_is_refused() -> None:
    with pytest.raises(floor.NothingToUndo):
        undo(live(), at(30))


def test_what_the_hub_presents_outlasts_the_turn_of_one_of_its_people() -> None:
    asked = made(live(), 20, queue.request, endpoint=HUB, speaker="Ông An")
    speaking_hub = made(made(asked, 30, floor.grant, endpoint=HUB), 35, content.give, presenter=HUB)

    assert made(speaking_hub, 60, floor.release, endpoint=HUB).presenter == HUB


@pytest.mark.parametrize("move", [floor.pause, floor.continue_, floor.mute_everyone, floor.lift_mute, undo])
def test_before_the_lobby_opens_there_is_no_turn(move: Move) -> None:
    with pytest.raises(NotOpen):
        move(scheduled(), at(-3600))
