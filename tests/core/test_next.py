"""Who is next: the first who can be seen and heard; who cannot is passed over, and keeps its place."""

import pytest

from server.core import floor, queue
from server.core.errors import UserError
from server.core.events import (
    EndpointSkipped,
    EveryoneMuted,
    FloorGranted,
    FloorRequested,
    TurnEnded,
    TurnEndedBecause,
    UndoneMove,
)
from server.core.ids import HUB
from server.core.presence import NotOpen
from server.core.state import Briefing
from tests.core.cast import CA_MAU, GRACE, HA_NOI, THANH_HOA, at, live, scheduled, speaking, then, waiting

ASKED = ("Ông Minh", "Lũ lụt")


def test_the_head_of_the_queue_is_next_when_nothing_speaks_against_it() -> None:
    assert floor.grant_next(waiting(HA_NOI, CA_MAU), at(30), failing={}, seconds=90) == (
        FloorGranted(HA_NOI, *ASKED, turn=1, request=1, allotted=90),
    )


def test_who_fails_is_passed_over_with_the_reason_and_keeps_its_place() -> None:
    before = speaking(THANH_HOA, HA_NOI, CA_MAU)

    events = floor.grant_next(before, at(60), failing={HA_NOI: "black"})

    assert events == (
        EndpointSkipped(HA_NOI, 2, "black"),
        TurnEnded(THANH_HOA, at(30), at(60), TurnEndedBecause.PREEMPTED, *ASKED),
        FloorGranted(CA_MAU, *ASKED, turn=2, request=3),  # not out of order: it is no choice of the chair's
    )
    after = then(before, *events, when=at(60))
    assert (after.floor.holder, after.floor.waiting) == (CA_MAU, (HA_NOI,))
    assert then(after, *floor.grant_next(after, at(90), failing={}), when=at(90)).floor.holder == HA_NOI


def test_whom_the_chair_called_comes_before_the_head_of_the_queue() -> None:
    called = then(waiting(HA_NOI, CA_MAU), *queue.put_on_deck(waiting(HA_NOI, CA_MAU), at(25), endpoint=CA_MAU))

    assert floor.grant_next(called, at(30), failing={})[-1] == FloorGranted(CA_MAU, *ASKED, turn=1, request=2)
    assert floor.grant_next(called, at(30), failing={CA_MAU: "silent"})[0] == EndpointSkipped(CA_MAU, 2, "silent")


def two_of_one_site() -> Briefing:
    """The plan names two people of Hà Nội, and then one of Cà Mau; the first of them speaks."""
    asked = then(
        live(),
        FloorRequested(HA_NOI, "Ông Minh", "", request=1, registered=True),
        FloorRequested(HA_NOI, "Bà Lan", "", request=2, registered=True),
        FloorRequested(CA_MAU, "Bà Hoa", "", request=3, registered=True),
    )
    return then(asked, *floor.grant_next(asked, at(30), failing={}), when=at(30))


def test_next_is_the_same_site_where_another_of_its_people_is_to_follow() -> None:
    assert floor.grant_next(two_of_one_site(), at(60), failing={}) == (
        TurnEnded(HA_NOI, at(30), at(60), TurnEndedBecause.PREEMPTED, "Ông Minh", ""),
        FloorGranted(HA_NOI, "Bà Lan", "", turn=2, request=2),
    )


def test_site_that_speaks_is_given_the_floor_for_another_request_by_its_number_alone() -> None:
    before = two_of_one_site()

    assert floor.grant(before, at(60), endpoint=HA_NOI, number=2)[-1] == FloorGranted(
        HA_NOI, "Bà Lan", "", turn=2, request=2
    )
    for number in (None, 1, 3):
        with pytest.raises((queue.AlreadySpeaking, queue.NotWaiting)):
            floor.grant(before, at(60), endpoint=HA_NOI, number=number)


def test_somebody_in_the_hubs_room_is_never_passed_over() -> None:
    asked = then(live(), *queue.request(live(), at(20), endpoint=HUB, speaker="Bà Lan"), when=at(20))

    assert floor.grant_next(asked, at(30), failing={HA_NOI: "absent"})[-1] == FloorGranted(
        HUB, "Bà Lan", "", turn=1, request=1
    )


@pytest.mark.parametrize("failing", [{HA_NOI: "black", CA_MAU: "absent"}, {HA_NOI: "no_media", CA_MAU: "uplink"}])
def test_when_nobody_can_speak_nothing_happens(failing: dict[object, str]) -> None:
    with pytest.raises(floor.NobodyReady, match="01, 96"):
        floor.grant_next(waiting(HA_NOI, CA_MAU), at(30), failing=failing)  # type: ignore[arg-type]


@pytest.mark.parametrize(("briefing", "refusal"), [(live(), floor.NobodyReady), (scheduled(), NotOpen)])
def test_an_empty_queue_and_a_closed_room_have_nobody(briefing: object, refusal: type[UserError]) -> None:
    with pytest.raises(refusal):
        floor.grant_next(briefing, at(30), failing={})  # type: ignore[arg-type]


def test_the_next_is_given_the_floor_though_everybody_was_muted() -> None:
    muted = then(waiting(HA_NOI), EveryoneMuted(), when=at(25))

    assert then(muted, *floor.grant_next(muted, at(30), failing={}), when=at(30)).floor.on_air == HA_NOI


def test_a_turn_given_past_another_is_taken_back_like_any() -> None:
    before = speaking(THANH_HOA, HA_NOI, CA_MAU)
    given = then(before, *floor.grant_next(before, at(60), failing={HA_NOI: "black"}), when=at(60))

    assert given.floor.undoable is not None
    assert given.floor.undoable.what is UndoneMove.GRANTED
    undone = then(given, *floor.undo(given, at(62), grace=GRACE), when=at(62))
    assert (undone.floor.holder, undone.floor.waiting) == (THANH_HOA, (HA_NOI, CA_MAU))
